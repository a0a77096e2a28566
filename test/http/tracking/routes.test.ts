import t, { type Test } from "tap";
import type { FastifyInstance } from "fastify";
import { MAX_DATA_BYTES } from "../../../src/domain/tracked-data.ts";
import { aTrackingServer, type TrackingOptions, type TrackingServer } from "../../support/sockets/tracking-server.ts";

const EVENT = '{ "data": "0d599f0ec05c3bda8c3b8a68c32a1b47" }';
const JSON_TYPE = { accept: "application/json", "content-type": "application/json" };

async function aServer(t: Test, options: TrackingOptions = {}): Promise<TrackingServer> {
  const server = await aTrackingServer(t, options);
  await server.account("celtra");
  await server.account("test", false);
  return server;
}

type Answer = readonly [status: number, body: unknown];

async function post(
  app: FastifyInstance,
  account: string,
  payload: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const url = `/tracking/${account}`;
  const answer = await app.inject({ method: "POST", url, payload, headers: { ...JSON_TYPE, ...headers } });
  return [answer.statusCode, answer.body === "" ? null : JSON.parse(answer.body)];
}

t.test("an event is answered with 204 and nothing once it is stored", async (t) => {
  const { app, context, port } = await aServer(t);
  const answer = await fetch(`http://127.0.0.1:${port}/tracking/celtra`, {
    method: "POST",
    body: EVENT,
    headers: JSON_TYPE,
  });
  t.same([answer.status, await answer.text()], [204, ""]);
  t.same(await post(app, "CELTRA", '{"data":1.10}'), [204, null]);
  const [room] = [...context.rooms.all()].filter(({ application }) => application?.handle.shown === "celtra");
  const stored = await context.store.history(room?.id ?? 0, 9, 9);
  t.match(stored, [
    { kind: 3, author: "api", seq: 1, body: '"0d599f0ec05c3bda8c3b8a68c32a1b47"' },
    { kind: 3, seq: 2, body: "1.10" },
  ]);
});

t.test("refusals are told in the contract's order: the account, whether it is active, the body", async (t) => {
  const { app } = await aServer(t);
  const unknown = [404, { error: "Account not found", code: "account-not-found" }];
  const inactive = [400, { error: "Account is inactive", code: "account-inactive" }];
  for (const body of [EVENT, "{", "{}", "x".repeat(70_000)]) {
    t.same(await post(app, "nobody", body), unknown);
    t.same(await post(app, "main", body), unknown, "main is no account");
    t.same(await post(app, "test", body), inactive);
  }
  t.match(await post(app, "celtra", "{"), [400, { code: "bad-json" }]);
  t.match(await post(app, "celtra", ""), [400, {}]);
  t.match(await post(app, "celtra", '{"dat":1}'), [422, { error: /data is missing/, code: "data-missing" }]);
  t.match(await post(app, "celtra", `{"data":"${"x".repeat(MAX_DATA_BYTES)}"}`), [413, { code: "data-too-long" }]);
  t.match(await post(app, "celtra", `{"data":"${"x".repeat(70_000)}"}`), [413, {}]);
  t.match(await post(app, "celtra", EVENT, { "content-type": "text/plain" }), [415, {}], "as a form would send it");
});

t.test("where a key is set, the key or the account's token is wanted", async (t) => {
  const { app } = await aServer(t, { apiKey: "key" });
  const wanted = { code: "key-wanted" };
  t.match(await post(app, "celtra", EVENT), [401, wanted]);
  t.match(await post(app, "nobody", EVENT), [401, wanted], "nobody is told which accounts there are");
  t.match(await post(app, "celtra", EVENT, { authorization: "Bearer wrong" }), [401, wanted]);
  t.match(await post(app, "celtra", EVENT, { authorization: "Bearer token-of-test" }), [401, wanted]);
  t.same(await post(app, "celtra", EVENT, { authorization: "Bearer key" }), [204, null]);
  t.same(await post(app, "celtra", EVENT, { authorization: "bearer token-of-celtra" }), [204, null]);
  t.match(await post(app, "test", EVENT, { authorization: "Bearer token-of-test" }), [
    400,
    { code: "account-inactive" },
  ]);
  t.match(await post(app, "nobody", EVENT, { authorization: "Bearer key" }), [404, { code: "account-not-found" }]);
});

t.test("a request that is no WebSocket is told to become one", async (t) => {
  const { app } = await aServer(t);
  const answer = await app.inject({ method: "GET", url: "/websocket" });
  t.equal(answer.headers["upgrade"], "websocket");
  t.match([answer.statusCode, answer.json()], [426, { code: "websocket-wanted" }]);
});
