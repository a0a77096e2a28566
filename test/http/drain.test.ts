import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import t, { type Test } from "tap";
import { connectionOf } from "../../src/http/connection.ts";
import { anHttpEntrance, type HttpEntrance } from "../support/http/entrance.ts";
import { Client } from "../support/sockets/client.ts";
import { until } from "../support/sockets/until.ts";
import { FakeClock } from "../support/world/fake-clock.ts";

const ASKED = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";

interface Held extends HttpEntrance {
  /** Requests that wait for their answers, which the test gives. */
  readonly asked: ServerResponse[];
  readonly time: FakeClock;
}

/** HTTP whose answers are in the test's hands, as its time is. */
async function aHeldEntrance(t: Test): Promise<Held> {
  const time = new FakeClock();
  const asked: ServerResponse[] = [];
  const entrance = await anHttpEntrance(t, (_request, response) => void asked.push(response), {}, time.timers);
  return { ...entrance, asked, time };
}

async function ask(t: Test, { port, asked }: Held, text = ASKED): Promise<Client> {
  const before = asked.length;
  const client = await Client.connect(t, port);
  client.socket.write(text);
  await until(() => asked.length >= before + text.split("Host").length - 1, "it is asked");
  return client;
}

/** Heads and bodies of the answers that came, without what does not matter here. */
function answersTo(client: Client): string[] {
  return client.raw.toString().match(/Connection: \S+|\[.*?\]/gi) ?? [];
}

t.test("who asks nothing is closed at once, and who waits for an answer gets it first", async (t) => {
  const held = await aHeldEntrance(t);
  const idle = await ask(t, held);
  held.asked[0]?.end("[first]");
  await until(() => answersTo(idle).includes("[first]"), "it is answered");
  const fresh = await Client.connect(t, held.port);
  const waiting = await ask(t, held);
  await until(() => held.listener.connectionCount === 3, "all are in");
  held.listener.stopAccepting();
  const closing = held.listener.closeAll(10_000, "");
  for (const client of [idle, fresh]) await client.ended();
  await until(() => held.listener.connectionCount === 1, "one is left");
  t.notOk(waiting.isEnded);
  held.asked[1]?.end("[second]");
  await closing;
  await waiting.ended();
  t.same(answersTo(waiting), ["Connection: close", "[second]"]);
  t.same(answersTo(idle), ["Connection: keep-alive", "[first]"]);
});

t.test("of several that wait, the last answer ends the connection, in whatever order they are ready", async (t) => {
  const held = await aHeldEntrance(t);
  const client = await ask(t, held, ASKED + ASKED + ASKED);
  const closing = held.listener.closeAll(10_000, "");
  for (const number of [2, 0, 1]) held.asked[number]?.end(`[${number}]`);
  await closing;
  await client.ended();
  t.same(answersTo(client), [
    "Connection: keep-alive",
    "[0]",
    "Connection: keep-alive",
    "[1]",
    "Connection: close",
    "[2]",
  ]);
});

t.test("what is asked after that is not handled, because no answer could follow", async (t) => {
  const held = await aHeldEntrance(t);
  const client = await ask(t, held);
  const closing = held.listener.closeAll(10_000, "");
  const [socket] = [...held.asked].map(({ req }) => req.socket);
  const before = socket?.bytesRead ?? 0;
  client.socket.write(ASKED);
  await until(() => (socket?.bytesRead ?? 0) > before, "the server has read it");
  t.equal(held.asked.length, 1);
  held.asked[0]?.end("[first]");
  await closing;
  await client.ended();
  t.same(answersTo(client), ["Connection: close", "[first]"]);
});

t.test("an answer whose head is out is ended, and then the connection is", async (t) => {
  const held = await aHeldEntrance(t);
  const client = await ask(t, held);
  held.asked[0]?.write("[first half]");
  await until(() => answersTo(client).includes("[first half]"), "a part is here");
  const closing = held.listener.closeAll(10_000, "");
  held.asked[0]?.end("[second half]");
  await closing;
  await client.ended();
  t.match(answersTo(client), ["Connection: keep-alive", "[first half]", "[second half]"]);
});

t.test("who still waits at the end of the time is cut off, and not before", async (t) => {
  const held = await aHeldEntrance(t);
  const client = await ask(t, held);
  const closing = held.listener.closeAll(6000, "");
  await held.time.pass(5999);
  t.equal(held.listener.connectionCount, 1);
  await held.time.pass(1);
  await closing;
  await client.ended();
  t.same(answersTo(client), []);
});

t.test("whoever ends their side after a request gets the answer, as nc does", async (t) => {
  const held = await aHeldEntrance(t);
  const client = await ask(t, held);
  const ended = new Promise((resolve) => held.asked[0]?.req.socket.once("end", resolve));
  client.socket.end();
  await ended;
  held.asked[0]?.end("[answer]");
  await client.ended();
  t.match(answersTo(client), [/Connection/, "[answer]"]);
});

t.test("an upgraded connection says why it closes, and is cut off in the end", async (t) => {
  const held = await aHeldEntrance(t);
  const done: string[] = [];
  const note = (what: string) => (): void => void done.push(what);
  held.server.on("upgrade", ({ socket }: { readonly socket: Socket }) => {
    connectionOf(socket)?.upgrade({
      closeBecause: (reason) => void done.push(reason),
      cutOff: () => void socket.destroy(),
    });
    note("upgraded")();
  });
  const client = await Client.connect(t, held.port);
  client.socket.write(ASKED.replace("\r\n\r\n", "\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n"));
  await until(() => done.length > 0, "it is upgraded");
  const closing = held.listener.closeAll(1000, "bye");
  await held.time.pass(0);
  await held.time.pass(1000);
  await closing;
  t.same(done, ["upgraded", "shutdown"]);
});

t.test("whoever asks too much at once is answered some of it, and closed", async (t) => {
  const held = await aHeldEntrance(t);
  const client = await Client.connect(t, held.port);
  client.socket.write(ASKED.repeat(20));
  await until(() => held.asked.length === 8, "as many are asked as may wait");
  for (const [i, response] of held.asked.entries()) response.end(`[${i}]`);
  await client.ended();
  t.equal(held.asked.length, 8);
  t.match(answersTo(client).slice(-2), [/close/, "[7]"]);
});
