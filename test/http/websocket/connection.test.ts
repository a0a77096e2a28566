import { once } from "node:events";
import { connect, type Socket } from "node:net";
import t, { type Test } from "tap";
import type { Application } from "../../../src/chat/applications/applications.ts";
import { track } from "../../../src/chat/operations/track.ts";
import { type WebSocketConnection, webSocketOn } from "../../../src/http/websocket/connection.ts";
import { FakeClock } from "../../support/world/fake-clock.ts";
import { aTrackingServer, EventClient, type TrackingServer } from "../../support/sockets/tracking-server.ts";
import { until } from "../../support/sockets/until.ts";

const BIG = JSON.stringify("x".repeat(16_000));

/** The server's side of the n-th WebSocket. */
function sideOf(server: TrackingServer, n = 0): { readonly socket: Socket; readonly connection: WebSocketConnection } {
  const socket = server.sockets[n];
  const connection = socket && webSocketOn(socket);
  if (!connection) throw new Error(`no WebSocket ${n}`);
  return { socket, connection };
}

/** Stores big events until the condition holds. */
async function tracksUntil(server: TrackingServer, account: Application, isDone: () => boolean): Promise<void> {
  for (let i = 0; i < 4000 && !isDone(); i++) await track(server.context, account, BIG);
  if (!isDone()) throw new Error("the kernel takes more than this test has");
}

/** Connects without a library, and resolves when the handshake is done. */
async function rawWebSocket(t: Test, server: TrackingServer): Promise<{ socket: Socket; received: () => Buffer }> {
  const socket = connect({ port: server.port, host: "127.0.0.1", allowHalfOpen: true });
  t.teardown(() => socket.destroy());
  socket.on("error", () => {});
  let all = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => (all = Buffer.concat([all, chunk])));
  await once(socket, "connect");
  const key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13";
  socket.write(
    `GET /websocket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}\r\n\r\n`,
  );
  await until(() => all.includes("\r\n\r\n"), "the handshake is done");
  const begin = all.indexOf("\r\n\r\n") + 4;
  return { socket, received: () => all.subarray(begin) };
}

t.test("a subscriber that reads nothing loses events, never a part of one, and goes on live", async (t) => {
  const server = await aTrackingServer(t, { limits: { skipBytes: 100_000 } });
  const celtra = await server.account("celtra");
  const [slow, other] = [await EventClient.connect(t, server.url()), await EventClient.connect(t, server.url())];
  slow.socket.pause();
  await tracksUntil(server, celtra, () => server.skipped > 0);
  t.ok(server.pool.heldBytes < 1_000_000, "little waits for it");
  slow.socket.resume();
  await track(server.context, celtra, '"last"');
  const isLast = ({ text }: { readonly text: string }): boolean => text.includes('"last"');
  await until(() => slow.frames.some(isLast) && other.frames.some(isLast), "both get the last event");
  t.ok(slow.frames.length < other.frames.length);
  t.ok(slow.frames.every(({ text }) => text.endsWith("}") && JSON.parse(text) !== null));
  t.equal(slow.closed, null);
});

t.test("a subscriber with numbers is closed instead, and comes back for what it missed", async (t) => {
  const server = await aTrackingServer(t, { limits: { skipBytes: 100_000 } });
  const celtra = await server.account("celtra");
  const slow = await EventClient.connect(t, server.url("?seq=1"));
  slow.socket.pause();
  await tracksUntil(server, celtra, () => server.skipped > 0);
  slow.socket.resume();
  await until(() => slow.closed !== null, "it is closed");
  t.equal(slow.closed, 4001);
  const { length } = slow.frames;
  t.match(slow.frames.at(-1)?.text, new RegExp(`"seq":${length}}$`), "without a gap until then");
});

t.test("a subscriber for which more waits than may is closed", async (t) => {
  const server = await aTrackingServer(t, { limits: { closeBytes: 100_000 } });
  const celtra = await server.account("celtra");
  const slow = await EventClient.connect(t, server.url());
  slow.socket.pause();
  await tracksUntil(server, celtra, () => !sideOf(server).connection.isOpen);
  slow.socket.resume();
  await until(() => slow.closed !== null, "it is closed");
  t.equal(slow.closed, 4001);
  await until(() => server.pool.heldBytes === 0, "nothing is held for it");
});

t.test("pings are answered with the last one's text, and many of them with few", async (t) => {
  const server = await aTrackingServer(t);
  const client = await EventClient.connect(t, server.url());
  client.socket.ping("one");
  await until(() => client.pongs.length > 0, "a pong comes");
  t.same(client.pongs.splice(0), ["one"]);
  for (let i = 1; i <= 2500; i++) client.socket.ping(String(i));
  await until(() => client.pongs.includes("2500"), "the last is answered");
  t.ok(client.pongs.length < 2500, `${client.pongs.length} pongs`);
  t.equal(client.closed, null, "100 a second are no misuse");
});

t.test("pings of a peer that reads nothing fill no memory", async (t) => {
  const server = await aTrackingServer(t, { limits: { skipBytes: 1_000_000 } });
  const celtra = await server.account("celtra");
  const client = await EventClient.connect(t, server.url());
  const { socket } = sideOf(server);
  client.socket.pause();
  await tracksUntil(server, celtra, () => server.pool.heldBytes > 0);
  const [heldBytes, readBytes] = [server.pool.heldBytes, socket.bytesRead];
  for (let i = 0; i < 2500; i++) client.socket.ping("x".repeat(100));
  await until(() => socket.bytesRead >= readBytes + 2500 * 106, "all pings are read");
  t.equal(server.pool.heldBytes, heldBytes);
  client.socket.resume();
  await until(() => client.pongs.length > 0, "a pong comes in the end");
  t.ok(client.pongs.length < 100);
});

t.test("a peer that sends far too much is closed", async (t) => {
  const server = await aTrackingServer(t);
  const client = await EventClient.connect(t, server.url());
  for (let i = 0; i < 10_001; i++) client.socket.send("x");
  await until(() => client.closed !== null, "it is closed");
  t.equal(client.closed, 4504);
});

t.test("a message that is too long, and what is no frame of a client, close with the codes of RFC 6455", async (t) => {
  const server = await aTrackingServer(t);
  const client = await EventClient.connect(t, server.url());
  client.socket.send("x".repeat(65_537));
  await until(() => client.closed !== null, "it is closed");
  t.equal(client.closed, 1009);
  const raw = await rawWebSocket(t, server);
  raw.socket.write(Buffer.from([0x81, 0x01, 0x78]));
  await until(() => raw.received().length >= 4, "a close frame comes");
  t.same([...raw.received()], [0x88, 0x02, 1002 >> 8, 1002 & 0xff], "a frame that is not masked");
});

t.test("a peer that answers no ping is closed, and one that does stays", async (t) => {
  const clock = new FakeClock();
  const server = await aTrackingServer(t, { clock: clock.timers });
  const alive = await EventClient.connect(t, server.url());
  const dead = new EventClient(t, server.url(), {}, false);
  await until(() => server.sockets.length === 2 && dead.socket.readyState === 1, "both are there");
  for (let i = 0; i < 3; i++) {
    const pinged = once(alive.socket, "ping");
    await clock.pass(25_000);
    await pinged;
    // When the answer to this is here, the server has read the pong before.
    alive.socket.ping(String(i));
    await until(() => alive.pongs.includes(String(i)), "the pong comes");
  }
  await until(() => dead.closed !== null, "the dead one is closed");
  t.equal(dead.closed, 4002);
  t.equal(alive.closed, null);
});

t.test("whoever is told to close and does not is cut off in time", async (t) => {
  const clock = new FakeClock();
  const server = await aTrackingServer(t, { clock: clock.timers });
  const raw = await rawWebSocket(t, server);
  const client = await EventClient.connect(t, server.url());
  for (const n of [0, 1]) sideOf(server, n).connection.closeBecause("shutdown");
  await until(() => client.closed !== null, "who answers is closed at once");
  t.equal(client.closed, 4000);
  await until(() => raw.received().length >= 4, "the other one is told");
  t.equal(server.sockets[0]?.destroyed, false);
  await clock.pass(5000);
  await until(() => server.sockets[0]?.destroyed === true, "it is cut off");
});

t.test("nothing is delivered after the close frame", async (t) => {
  const server = await aTrackingServer(t);
  const celtra = await server.account("celtra");
  const raw = await rawWebSocket(t, server);
  sideOf(server).connection.closeBecause("banned");
  await track(server.context, celtra, "1");
  await until(() => raw.received().length >= 4, "a close frame comes");
  // Masked, with no text (RFC 6455, 5.3).
  raw.socket.write(Buffer.from([0x88, 0x80, 0, 0, 0, 0]));
  await once(raw.socket, "end");
  t.same([...raw.received()], [0x88, 0x02, 4502 >> 8, 4502 & 0xff]);
});
