import { once } from "node:events";
import t, { type Test } from "tap";
import { WebSocket } from "ws";
import { closeCodes } from "../../src/http/websocket/connection.ts";
import { anOperated } from "../support/sockets/admin.ts";
import { Client } from "../support/sockets/client.ts";
import { aDaemon } from "../support/sockets/daemon.ts";
import { aProxyHeader } from "../support/sockets/proxy-headers.ts";

/** Sends JSON. Resolves with the status and what was answered. */
async function send(method: string, url: string, body?: object): Promise<readonly [status: number, answer: unknown]> {
  const headers = body ? { "content-type": "application/json" } : {};
  const answer = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const text = await answer.text();
  return [answer.status, text === "" ? "" : JSON.parse(text)];
}

/** A subscriber of all accounts. Resolves when it gets events. */
async function subscribe(t: Test, port: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/websocket`);
  t.teardown(() => socket.terminate());
  await once(socket, "open");
  return socket;
}

t.test("a program and a person talk in one room", async (t) => {
  const { port, httpPort } = await aDaemon(t, { httpPort: "0" });
  const api = `http://127.0.0.1:${httpPort}/api/applications`;
  const [, application] = await send("POST", api, { name: "celtra" });
  const { token } = application as { readonly token: string };
  t.same(await send("POST", `${api}/${token}/chats`), [200, 1]);
  const one = await Client.login(t, port, "one");
  one.send(`/enter celtra ${token}`, "/join 1");
  await one.expect(/User one joined celtra\/1/);
  const messages = `${api}/${token}/chats/1/messages`;
  t.same(await send("POST", messages, { body: "first\nsecond", author: "x" }), [200, 1]);
  await one.expect("[x@api]: first");
  await one.expect("[x@api] | second");
  one.send("and I");
  await one.ask("/where");
  t.match(await send("GET", messages), [200, [{ number: 1 }, { number: 2, body: "and I", author: "one" }]]);
});

t.test("whoever subscribes gets events, and is told why it ends", async (t) => {
  const { daemon, admin } = await anOperated(t, { httpPort: "0", demo: "true", drain: "0" });
  const port = daemon.httpPort ?? 0;
  const subscriber = await subscribe(t, port);
  const event = once(subscriber, "message");
  t.same(await send("POST", `http://127.0.0.1:${port}/tracking/celtra`, { data: 1.5 }), [204, ""]);
  t.match(JSON.parse(String((await event)[0])), { account_id: "celtra", data: 1.5 });
  const closed = once(subscriber, "close");
  await admin.post("/drain", {});
  t.equal((await closed)[0], closeCodes.shutdown);
});

t.test("a subscriber whose address is banned is closed", async (t) => {
  const { daemon, admin } = await anOperated(t, { httpPort: "0" });
  const subscriber = await subscribe(t, daemon.httpPort ?? 0);
  const closed = once(subscriber, "close");
  t.match(await admin.post("/ban", { subject: "127.0.0.1", duration: null, reason: "" }), { closed: 1 });
  t.equal((await closed)[0], closeCodes.banned);
});

t.test("a request that would rather speak another protocol is answered as any", async (t) => {
  const { httpPort } = await aDaemon(t, { httpPort: "0" });
  const ask = `GET /up HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n`;
  const client = await Client.connect(t, httpPort ?? 0);
  client.socket.write(ask);
  await client.expect("HTTP/1.1 200 OK");
});

t.test("behind a proxy nobody is of this machine, whatever the request says", async (t) => {
  const proxied = { httpPort: "0", proxyProtocol: "true", trustedProxy: ["127.0.0.1"] };
  const { httpPort } = await aDaemon(t, proxied);
  const client = await Client.connect(t, httpPort ?? 0);
  client.socket.write(aProxyHeader("203.0.113.9"));
  client.socket.write("GET /api/applications HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await client.expect("HTTP/1.1 401 Unauthorized");
});

t.test("pages of other sites cannot subscribe", async (t) => {
  const { httpPort } = await aDaemon(t, { httpPort: "0" });
  const socket = new WebSocket(`ws://127.0.0.1:${httpPort}/websocket`, { origin: "https://elsewhere.example" });
  const [error] = await once(socket, "error");
  t.match(String(error), /403/);
});
