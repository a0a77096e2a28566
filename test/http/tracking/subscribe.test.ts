import t from "tap";
import { StoreError } from "../../../src/ports/store-error.ts";
import { ControlledStore } from "../../support/world/controlled-store.ts";
import { systemClock } from "../../../src/daemon/system-clock.ts";
import { aTrackingServer, EventClient } from "../../support/sockets/tracking-server.ts";
import { until } from "../../support/sockets/until.ts";

const range = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i);

t.test("a subscriber gets events as the contract has them, one frame each", async (t) => {
  const server = await aTrackingServer(t);
  await server.account("celtra");
  const client = await EventClient.connect(t, server.url());
  const payload = '{"data":{"a":[1.10,"x"]}}';
  await server.app.inject({
    method: "POST",
    url: "/tracking/celtra",
    payload,
    headers: { "content-type": "application/json" },
  });
  const [event = ""] = await client.events(1);
  t.match(event, /^\{"account_id":"celtra","timestamp":\d{10},"data":\{"a":\[1\.10,"x"\]\}\}$/);
});

t.test("the last 20 events come first, and then what is live", async (t) => {
  const server = await aTrackingServer(t);
  const celtra = await server.account("celtra");
  await server.tracks(celtra, 25);
  const client = await EventClient.connect(t, server.url("?account=celtra"));
  t.same(await client.data(20), range(6, 25));
  t.equal(client.headers["chatd-after"], "celtra:5");
  await server.tracks(celtra);
  t.same(await client.data(1), [1]);
});

t.test("binary frames and numbers come where they are asked for", async (t) => {
  const server = await aTrackingServer(t);
  const celtra = await server.account("celtra");
  await server.tracks(celtra, 2);
  const client = await EventClient.connect(t, server.url("?binary=1&seq=1&account=celtra&after=1"));
  await until(() => client.frames.length > 0, "an event comes");
  t.match(client.frames, [{ isBinary: true, text: /"data":2,"seq":2\}$/ }]);
});

t.test("what was missed comes after the numbers that are named", async (t) => {
  const server = await aTrackingServer(t);
  const [celtra, other] = [await server.account("celtra"), await server.account("other")];
  await server.tracks(celtra, 30);
  await server.tracks(other, 3);
  const client = await EventClient.connect(t, server.url("?after=celtra:28,OTHER:2"));
  t.same(await client.data(3), [29, 30, 3]);
  const one = await EventClient.connect(t, server.url("?account=celtra&after=0"));
  t.same(await one.data(30), range(1, 30));
});

t.test("a question that cannot be understood is answered before the handshake", async (t) => {
  const server = await aTrackingServer(t);
  await server.account("celtra");
  const ask = (query: string) => EventClient.refused(t, server.url(query));
  t.same(await ask("?account=nobody"), [404, { error: "Account not found", code: "account-not-found" }]);
  for (const after of ["1", "celtra", "celtra:x", "celtra:1;other:2", ",", "celtra:1,", "-1"])
    t.match(await ask(`?after=${after}`), [422, { code: "bad-after" }], after);
  t.match(await ask("?account=celtra&after=-1"), [422, { code: "bad-after" }]);
  t.match(await ask("?seq=yes"), [422, { code: "not-a-flag" }]);
  t.match(await EventClient.refused(t, `ws://127.0.0.1:${server.port}/elsewhere`), [404, { code: "not-found" }]);
  t.match(await EventClient.refused(t, `ws://127.0.0.1:${server.port}//`), [400, { code: "bad-request" }]);
});

t.test("where a key is set, an account's token shows its own events alone, and the key shows all", async (t) => {
  const server = await aTrackingServer(t, { apiKey: "key" });
  const [celtra, other] = [await server.account("celtra"), await server.account("other")];
  await server.tracks(celtra);
  await server.tracks(other, 2);
  t.match(await EventClient.refused(t, server.url()), [401, { code: "key-wanted" }]);
  const own = { authorization: "Bearer token-of-celtra" };
  t.match(await EventClient.refused(t, server.url("?account=other"), own), [401, { code: "key-wanted" }]);
  t.same(await (await EventClient.connect(t, server.url(), own)).data(1), [1]);
  const all = await EventClient.connect(t, server.url(), { authorization: "Bearer key" });
  t.same(await all.data(3), [1, 1, 2]);
});

t.test("a store that cannot be read is told before the handshake", async (t) => {
  const store = new ControlledStore(systemClock);
  const server = await aTrackingServer(t, { store });
  await server.tracks(await server.account("celtra"));
  store.fail("history", new StoreError("unavailable", "read"));
  t.match(await EventClient.refused(t, server.url()), [503, { code: "read-failed" }]);
  store.fail("history", new StoreError("unavailable", "read"));
  const client = await EventClient.connect(t, server.url("?after=celtra:0"));
  await until(() => client.closed !== null, "the connection is closed");
  t.equal(client.closed, 4003);
});

t.test("whoever goes before the handshake leaves nothing behind", async (t) => {
  const store = new ControlledStore(systemClock);
  const server = await aTrackingServer(t, { store });
  await server.tracks(await server.account("celtra"));
  const release = store.hold("history");
  const client = new EventClient(t, server.url());
  await until(() => server.sockets.length === 1, "the request has come");
  const [room] = [...server.context.rooms.all()].filter(({ application }) => application !== null);
  await until(() => room?.subscribers.size === 1, "it waits for the store");
  server.sockets[0]?.destroy();
  release();
  await until(() => room?.subscribers.size === 0, "it is let go");
  t.same(client.frames, []);
});

t.test("a closed subscriber is let go", async (t) => {
  const server = await aTrackingServer(t);
  const celtra = await server.account("celtra");
  await server.tracks(celtra);
  const [room] = [...server.context.rooms.all()].filter(({ application }) => application !== null);
  const client = await EventClient.connect(t, server.url());
  await client.events(1);
  t.equal(room?.subscribers.size, 1);
  client.socket.close(1000);
  await until(() => client.closed !== null, "the connection is closed");
  t.equal(client.closed, 1000, "with the same code");
  await until(() => room?.subscribers.size === 0, "it is let go");
  const broken = await EventClient.connect(t, server.url());
  await until(() => room?.subscribers.size === 1, "it is there");
  broken.socket.terminate();
  await until(() => room?.subscribers.size === 0, "it is let go, too");
});
