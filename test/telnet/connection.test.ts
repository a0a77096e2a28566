import t, { type Test } from "tap";
import type { Clock } from "../../src/ports/clock.ts";
import { systemClock } from "../../src/daemon/system-clock.ts";
import { Client } from "../support/sockets/client.ts";
import { aDaemon } from "../support/sockets/daemon.ts";
import { aDoor, type TestDoor } from "../support/sockets/door.ts";
import { until } from "../support/sockets/until.ts";
import { FakeClock } from "../support/world/fake-clock.ts";

const IAC = 0xff;
const DO_TIMING_MARK = Buffer.from([IAC, 0xfd, 0x06]);
const WILL_TIMING_MARK = "\xff\xfb\x06";

t.test("a peer that sends everything at once and finishes gets every reply, and then the end", async (t) => {
  const { port } = await aDaemon(t);
  const client = await Client.connect(t, port);
  client.socket.end("one\nhi\n/users\n/quit\n");
  await client.ended();
  t.same(client.lines, [
    "Login:",
    "Welcome, one.",
    "Type /help to see available commands.",
    "You are in lobby. Nobody else is here right now. What you type is said there.",
    "Nobody else is in lobby. Your line is kept for whoever joins later.",
    "Online users: one",
    "Bye.",
  ]);
});

t.test("a last line without a line end is handled when the peer has finished", async (t) => {
  const { port } = await aDaemon(t);
  const two = await Client.login(t, port, "two");
  const client = await Client.connect(t, port);
  client.socket.end("one\nhi\nand bye");
  await two.expect("[one]: and bye");
  await two.expect("[*]: User one left lobby.");
  await client.ended();
  t.ok(client.lines.includes("Welcome, one."));
});

t.test("a name without a line end is a name when the peer has finished", async (t) => {
  const { port } = await aDaemon(t);
  const client = await Client.connect(t, port);
  client.socket.end("one");
  await client.ended();
  t.same(client.lines.slice(0, 2), ["Login:", "Welcome, one."]);
});

t.test("nothing of telnet is sent to a peer that sent nothing of it", async (t) => {
  const { port } = await aDaemon(t, { maxLineBytes: "100", loginTries: "3" });
  const two = await Client.login(t, port, "two");
  const client = await Client.connect(t, port);
  client.socket.write(
    Buffer.from("not a name\n\n/help\none\ngr\u00fc\u00dfe \u{1f600}\n\xfe\xfd\xfb bytes\n", "latin1"),
  );
  client.name = "one";
  await client.expect("Welcome, one.");
  client.send(
    "/history",
    "/help",
    "/create Planes",
    "/join Planes",
    "/whisper two hi",
    "/set time on",
    "x".repeat(101),
  );
  client.socket.write("\x03\x04\x1b[A\x7f\x00\n");
  two.send("/whisper one hello", "to all");
  await client.expect("<<two>>: hello");
  client.send("/quit");
  await client.ended();
  t.notOk(client.raw.includes(IAC));
});

t.test("a timing mark is answered at once, before the login, after it, and in the middle of a line", async (t) => {
  const { port } = await aDaemon(t);
  const client = await Client.connect(t, port);
  const marks = (): number => client.raw.toString("latin1").split(WILL_TIMING_MARK).length - 1;
  client.socket.write(DO_TIMING_MARK);
  await client.until(() => marks() === 1, "the first mark");
  client.send("one");
  await client.expect("Type /help to see available commands.");
  client.socket.write(DO_TIMING_MARK);
  await client.until(() => marks() === 2, "the second mark");
  client.socket.write(Buffer.concat([Buffer.from("/us"), DO_TIMING_MARK, Buffer.from("ers\r\n")]));
  await client.until(() => marks() === 3, "the third mark");
  await client.expect((line) => line.endsWith("Online users: one"));
});

t.test("an interrupt drops the line that was being typed, and says how to leave", async (t) => {
  const { port } = await aDaemon(t);
  const two = await Client.login(t, port, "two");
  const one = await Client.login(t, port, "one");
  one.socket.write(Buffer.concat([Buffer.from("half a li"), Buffer.from([IAC, 0xf4]), DO_TIMING_MARK]));
  await one.expect((line) => line.endsWith("Type /quit to leave."));
  one.send("a whole line");
  await two.expect("[one]: a whole line");
});

t.test("who asks whether anybody is there is answered", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  one.socket.write(Buffer.from([IAC, 0xf6]));
  await one.expect("Yes, chatd is here.");
});

t.test("a sub-negotiation without an end closes the connection", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  one.socket.write(Buffer.concat([Buffer.from([IAC, 0xfa, 0x1f]), Buffer.alloc(1000, "x")]));
  await one.expect("Your telnet client sent a sub-negotiation without an end, disconnecting.");
  await one.ended();
});

const HTTP_ANSWER = [
  "HTTP/1.1 400 Bad Request",
  "Content-Type: text/plain; charset=utf-8",
  "Connection: close",
  "Content-Length: 64",
  "",
  "This is a chat server, not a web server. Try: telnet HOST PORT",
];

const strangers: readonly (readonly [what: string, bytes: Buffer, ...answer: string[]])[] = [
  ["an HTTP request", Buffer.from("GET / HTTP/1.1\r\nHost: localhost\r\nname: one\r\n\r\none\r\n"), ...HTTP_ANSWER],
  ["the preface of HTTP/2", Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), ...HTTP_ANSWER],
  [
    "an IRC client",
    Buffer.from("CAP LS 302\r\nNICK one\r\nUSER one 0 * :one\r\n"),
    "ERROR :This is a chat server for telnet and nc, not an IRC server. Try: telnet HOST PORT",
  ],
  [
    "a TLS hello",
    Buffer.from([0x16, 0x03, 0x01, 0x00, 0x05, 0x01, 0x0a, 0x0d, 0x0a, 0x0a]),
    "This port speaks plain text, not TLS. Try: telnet HOST PORT",
  ],
  [
    "an SSH identification",
    Buffer.from("SSH-2.0-OpenSSH_9.2\r\n"),
    "This is a chat server, not an SSH server. Try: telnet HOST PORT",
  ],
];
for (const [what, bytes, ...answer] of strangers) {
  t.test(`${what} gets an answer and the end`, async (t) => {
    const { port } = await aDaemon(t);
    const client = await Client.connect(t, port);
    client.socket.write(bytes);
    await client.ended();
    t.same(client.lines, answer, "without a prompt before it");
    const one = await Client.login(t, port, "one");
    t.same(await one.ask("/users"), ["Online users: one"], "nothing behind it was taken for a name");
  });
}

t.test("a web browser shows what it is told", async (t) => {
  const { port } = await aDaemon(t);
  const response = await fetch(`http://127.0.0.1:${port}/`);
  t.equal(response.status, 400);
  t.equal(await response.text(), "This is a chat server, not a web server. Try: telnet HOST PORT\r\n");
});

t.test(
  "who says nothing is greeted after a tenth of a second, who sends something at once, and both once",
  async (t) => {
    const time = new FakeClock();
    const door = await aDoor(t, time.timers);
    door.settings = { ...door.settings, welcome: "Be kind." };
    const [silent, quick] = [await Client.connect(t, door.port), await Client.connect(t, door.port)];
    quick.socket.write("o");
    await quick.expect("Login:");
    await until(() => door.connections.length === 2, "both are there");
    await time.pass(99);
    t.same(silent.lines, []);
    await time.pass(1);
    await silent.expect("Login:");
    await time.pass(1000);
    for (const client of [silent, quick]) t.same(client.lines, ["Be kind.", "Login:"]);
    quick.send("ne");
    await quick.expect("Welcome, one.");
  },
);

t.test("who sends nothing and ends is greeted, too", async (t) => {
  const door = await aDoor(t, new FakeClock().timers);
  const client = await Client.connect(t, door.port);
  client.socket.end();
  await client.ended();
  t.same(client.lines, ["Login:"]);
});

t.test("an HTTP request that comes byte by byte is recognised as well", async (t) => {
  const door = await aDoor(t);
  const client = await Client.connect(t, door.port);
  for (const [i, byte] of Buffer.from("GET /x HTTP/1.0\r\n").entries()) {
    client.socket.write(Buffer.of(byte));
    await until(() => door.sockets[0]?.bytesRead === i + 1, "it is read alone");
  }
  await client.ended();
  t.equal(client.lines.at(-1), "This is a chat server, not a web server. Try: telnet HOST PORT");
});

t.test("a person may talk about HTTP and SSH", async (t) => {
  const { port } = await aDaemon(t);
  const [one, two] = [await Client.login(t, port, "one"), await Client.login(t, port, "two")];
  one.send("GET / HTTP/1.1", "SSH-2.0-x");
  await two.expect("[one]: GET / HTTP/1.1");
  await two.expect("[one]: SSH-2.0-x");
});

for (const [letter, bytes] of [
  ["x", 1],
  ["\u20ac", 3],
] as const) {
  t.test(
    `a line of the most bytes is said, and one of a byte more is refused whole (letters of ${bytes})`,
    async (t) => {
      const { port } = await aDaemon(t, { maxLineBytes: "2049" });
      const [one, two] = [await Client.login(t, port, "one"), await Client.login(t, port, "two")];
      const longest = letter.repeat(2049 / bytes);
      one.send(longest, `${longest}y`, "after");
      t.equal(await two.expect(/one/), `[one]: ${longest}`);
      await one.expect("Your line was not sent: it has 2050 bytes, and 2049 is the maximum. Please send it in parts.");
      t.equal(await two.expect(/one/), "[one]: after");
    },
  );
}

t.test("a line has 2048 bytes at most when nothing else is set", async (t) => {
  const { port } = await aDaemon(t);
  const [one, two] = [await Client.login(t, port, "one"), await Client.login(t, port, "two")];
  one.send("x".repeat(2048), "x".repeat(2049));
  await two.expect(`[one]: ${"x".repeat(2048)}`);
  await one.expect("Your line was not sent: it has 2049 bytes, and 2048 is the maximum. Please send it in parts.");
});

t.test("a name that is too long for a line is refused, and asked for again", async (t) => {
  const { port } = await aDaemon(t, { loginBytes: "0" });
  const client = await Client.connect(t, port);
  client.send("x".repeat(2049));
  await client.expect("Your line was not sent: it has 2049 bytes, and 2048 is the maximum. Please send it in parts.");
  await client.logIn("one");
  t.equal(client.lines.filter((line) => line === "Login:").length, 2);
});

t.test("32 KiB without a line end close the connection, and one byte less does not", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  one.socket.write("x".repeat(32 * 1024 - 1));
  one.send("");
  await one.expect("Your line was not sent: it has 32767 bytes, and 2048 is the maximum. Please send it in parts.");
  one.socket.write("x".repeat(32 * 1024));
  await one.expect("32768 bytes without a line end, disconnecting.");
  await one.ended();
  const again = await Client.login(t, port, "one");
  t.same(await again.ask("/users"), ["Online users: one"]);
});

t.test("a letter whose bytes come in different packets is one letter", async (t) => {
  const { port } = await aDaemon(t);
  const [one, two] = [await Client.login(t, port, "one"), await Client.login(t, port, "two")];
  const line = Buffer.from("gr\u00fc\u00dfe \u{1f600}\r\n");
  one.socket.setNoDelay(true);
  for (const byte of line) await new Promise((resolve) => one.socket.write(Buffer.of(byte), resolve));
  await two.expect("[one]: gr\u00fc\u00dfe \u{1f600}");
});

t.test("a connection that breaks frees its name, and others are told", async (t) => {
  const { port } = await aDaemon(t);
  const two = await Client.login(t, port, "two");
  const one = await Client.login(t, port, "one");
  one.socket.resetAndDestroy();
  await two.expect("[*]: User one left lobby.");
  await Client.login(t, port, "one");
  t.same(await two.ask("/users"), ["Online users: one, two"]);
});

t.test("a peer that does not close its side is cut off after a while", async (t) => {
  const door = await aDoor(t, hasty());
  const one = await Client.login(t, door.port, "one");
  one.send("/quit");
  await one.ended();
  await until(() => door.telemetry.closes.length > 0, "the server lets go of it");
  t.same(door.telemetry.closes, ["quit"]);
});

/** Somebody who reads nothing, has closed his side, and has so many lines to come. */
async function aHalfOpenReader(t: Test, clock: Clock, closeAfterMs: number): Promise<[TestDoor, Client, number]> {
  const door = await aDoor(t, clock);
  door.pool.limits = { ...door.pool.limits, closeAfterMs };
  const one = await Client.login(t, door.port, "one");
  const two = await Client.login(t, door.port, "two");
  const [socket] = door.sockets;
  one.socket.pause();
  let said = 0;
  while (socket?.writableLength === 0) {
    two.send(...Array.from({ length: 20 }, () => "x".repeat(2000)));
    said += 20;
    await two.settle();
  }
  one.socket.end();
  await two.expect("[*]: User one left lobby.");
  await two.settle();
  return [door, one, said];
}

for (const [what, clock, closeAfterMs] of [
  ["in the time of a slow reader", hasty(30_000), 30_000],
  ["in any time where slow readers have no limit", hasty(), 0],
] as const) {
  t.test(`a peer that has closed its side and reads slowly gets everything, ${what}`, async (t) => {
    const [, one, said] = await aHalfOpenReader(t, clock, closeAfterMs);
    one.socket.resume();
    await one.ended();
    t.equal(one.lines.filter((line) => line.startsWith("[two]: ")).length, said);
  });
}

t.test("a peer that has closed its side and never reads is cut off when a slow reader would be", async (t) => {
  const [door] = await aHalfOpenReader(t, hasty(30_001), 30_000);
  await until(() => door.telemetry.closes.length > 0, "the server lets go of it");
  t.same(door.telemetry.closes, ["peer-closed"]);
});

/** A clock on which every wait is over at once, but for those of this length and more: they never end. */
function hasty(neverMs = Number.POSITIVE_INFINITY): Clock {
  return { ...systemClock, after: (ms, task) => systemClock.after(ms < neverMs ? 1 : 2 ** 31 - 1, task) };
}
