import t from "tap";
import { Intake, type IntakeEvents } from "../../src/telnet/intake.ts";
import { LineQueueTotal } from "../../src/net/line-queue.ts";
import type { CloseReason } from "../../src/net/telemetry.ts";
import { RecordingSink } from "../support/sockets/recording-sink.ts";
import { FakeClock } from "../support/world/fake-clock.ts";

const LIMITS = { maxLineBytes: 2048, maxRunBytes: 32 * 1024 };
const ENDLESS = Number.POSITIVE_INFINITY;
const DO_ECHO = Buffer.from("fffd01", "hex");
const DO_TIMING_MARK = Buffer.from("fffd06", "hex");
const INTERRUPT = Buffer.from("fff4", "hex");

class Peer implements IntakeEvents {
  readonly clock = new FakeClock();
  readonly total = new LineQueueTotal(0);
  readonly intake = new Intake(LIMITS, this.total, this.clock, this);
  readonly display = new RecordingSink();
  isLoggedIn = true;
  readonly closes: CloseReason[] = [];
  hasSpokenTelnet = false;

  closeBecause(reason: CloseReason): void {
    this.closes.push(reason);
  }

  get promptAgain(): string {
    return this.isLoggedIn ? "" : "Login:";
  }

  spokeTelnet(): void {
    this.hasSpokenTelnet = true;
  }

  /** Sends all of it, and returns what is answered, as latin1. */
  sends(...parts: readonly (string | Buffer)[]): string {
    this.intake.read(Buffer.concat(parts.map((part) => Buffer.from(part))));
    let answer = "";
    while (this.intake.hasUnread) {
      const { commands, text } = this.intake.take(ENDLESS);
      answer += commands + text;
    }
    return answer;
  }

  /** The lines that wait, which are handled now. */
  lines(): string[] {
    const lines: string[] = [];
    for (let line = this.intake.queue.head; line !== null; line = this.intake.queue.head) {
      lines.push(line);
      this.intake.queue.shift();
    }
    return lines;
  }
}

t.test("what was read is taken a slice at a time, and the rest waits", async (t) => {
  const peer = new Peer();
  peer.intake.read(Buffer.from("x\n".repeat(2000)));
  t.equal(peer.intake.take(ENDLESS).bytes, 1024);
  t.equal(peer.intake.queue.length, 512);
  t.equal(peer.intake.take(10).bytes, 10);
  t.equal(peer.intake.queue.length, 517);
  t.ok(peer.intake.hasUnread);
  peer.intake.read(Buffer.from("more\n"));
  while (peer.intake.hasUnread) peer.intake.take(ENDLESS);
  t.same(peer.lines().slice(-2), ["x", "more"]);
  t.same(peer.intake.take(ENDLESS), { bytes: 0, commands: "", text: "" });
});

t.test("no byte is taken alone from a longer read: ^D that comes alone means something", async (t) => {
  const peer = new Peer();
  t.equal(peer.sends(`${"x".repeat(1024)}\u0004`), "");
  t.equal(peer.sends("\u0004"), "\r\nType /quit to leave.\r\n");
});

t.test("what is answered to a slice goes out in one piece, telnet commands first", async (t) => {
  const peer = new Peer();
  peer.intake.read(Buffer.concat([DO_ECHO, Buffer.from("hé\u0003"), DO_TIMING_MARK]));
  t.same(peer.intake.take(ENDLESS), {
    bytes: 10,
    commands: Buffer.from("fffb01fffd1ffffd00fffb06", "hex").toString("latin1"),
    text: "Type /quit to leave.\r\n",
  });
});

t.test("a client that sends each key and agrees to nothing may correct its lines, too", async (t) => {
  const peer = new Peer();
  peer.sends("helo\blo\r\n");
  t.same(peer.lines(), ["hello"]);
});

t.test("Tab is a blank where a slice ends with it and more was read: that was pasted", async (t) => {
  const peer = new Peer();
  const before = "x".repeat(1020);
  peer.display.known = [`${before}y`];
  peer.sends(DO_ECHO, `${before}\tz\r`);
  t.same(peer.lines(), [`${before} z`]);
  peer.sends(`${before}\t`);
  peer.sends("z\r");
  t.same(peer.lines(), [`${before}y z`]);
});

t.test("an interrupt is answered after the timing mark, which GNU telnet waits for", async (t) => {
  const peer = new Peer();
  t.equal(peer.sends("half a li", INTERRUPT, DO_TIMING_MARK), "\u00ff\u00fb\u0006\r\nType /quit to leave.\r\n");
  peer.isLoggedIn = false;
  t.equal(peer.sends(INTERRUPT, DO_TIMING_MARK), "\u00ff\u00fb\u0006\r\nType /quit to leave.\r\nLogin:");
});

t.test("an interrupt throws away the lines that wait, and those behind it stay", async (t) => {
  const peer = new Peer();
  peer.sends("one\ntwo\n");
  t.match(peer.sends("three\n", INTERRUPT, DO_TIMING_MARK, "four\n"), "3 waiting lines were dropped");
  t.same(peer.lines(), ["four"]);
  peer.sends(DO_ECHO, "five\r");
  t.equal(peer.sends("six\u0003seven\r"), "1 waiting line was dropped and not sent.\r\n");
  t.same(peer.display.entries, ["five", "six", "seven"]);
  t.same(peer.lines(), ["seven"]);
  t.equal(peer.total.bytes, 0);
});

t.test("an interrupt throws no answer to the login prompt away", async (t) => {
  const peer = new Peer();
  peer.isLoggedIn = false;
  peer.sends("one\n", INTERRUPT);
  t.same(peer.lines(), ["one"]);
});

t.test("empty lines take no place among the lines of a session, and are answers to the prompt", async (t) => {
  const peer = new Peer();
  peer.sends("\n \r\n\t\nhi\n\n");
  t.same(peer.lines(), ["hi"]);
  peer.isLoggedIn = false;
  peer.sends("\n\n");
  t.same(peer.lines(), ["", ""]);
});

t.test("a line that is too long is told at its place", async (t) => {
  const peer = new Peer();
  t.match(peer.sends("x".repeat(2049), "\n"), "Your line was not sent: it has 2049 bytes");
});

for (const [what, one, cost] of [
  ["keys that edit", Buffer.from("\b"), 1],
  ["^C", Buffer.from("\u0003"), 1],
  ["telnet commands", Buffer.from("fffd05", "hex"), 1],
  ["changes between the modes", Buffer.from("fffe01fffd01", "hex"), 2],
  ["cursor keys", Buffer.from("\u001b[D"), 1],
  ["questions whether anybody is there", Buffer.from("fff6", "hex"), 1],
] as const) {
  t.test(`${what}: 2,000 at once and 200 a second are endured, and no more`, async (t) => {
    const peer = new Peer();
    const times = (count: number): Buffer[] => Array.from({ length: count }, () => one);
    peer.sends(DO_ECHO, ...times(1999 / cost));
    t.same(peer.closes, []);
    await peer.clock.pass(1000);
    peer.sends(...times(200 / cost));
    t.same(peer.closes, []);
    await peer.clock.pass(1000);
    const answer = peer.sends(...times(206 / cost), "hello\r\n", ...times(100));
    t.same(peer.closes, ["too-many-keys"]);
    t.equal(answer, "", "what would be answered is not");
    t.same(peer.lines(), [], "nothing behind it is heard");
    t.notOk(peer.intake.hasUnread);
    t.equal(peer.sends("and nothing that comes later\r\n"), "");
    t.same(peer.lines(), []);
  });
}

t.test("letters and line ends are no such keys", async (t) => {
  const peer = new Peer();
  peer.sends(DO_ECHO);
  for (let i = 0; i < 100; i++) {
    peer.sends("это не клавиша 😀\r\n".repeat(100));
    peer.lines();
  }
  t.same(peer.closes, []);
});

t.test("a line without an end is no line protocol, and nothing more is heard", async (t) => {
  const peer = new Peer();
  peer.sends("x".repeat(40_000), "\nhello\n");
  t.same(peer.closes, ["endless-line"]);
  t.same(peer.lines(), []);
  const other = new Peer();
  other.sends(Buffer.from("fffa18", "hex"), Buffer.alloc(600, 1), "hello\n");
  t.same(other.closes, ["endless-subnegotiation"]);
});

t.test("everything that waits can be dropped, and counted, also what was not taken yet", async (t) => {
  const peer = new Peer();
  peer.sends("one\n");
  peer.intake.read(Buffer.from("two\n\nthree\nhalf a line"));
  t.equal(peer.intake.dropAll(), 3);
  t.same([peer.intake.hasUnread, peer.lines(), peer.total.bytes], [false, [], 0]);
  t.equal(peer.intake.dropAll(), 0);
});

t.test("the last line needs no end when the peer has finished", async (t) => {
  const peer = new Peer();
  peer.sends("one\ntwo");
  peer.intake.end();
  t.same(peer.lines(), ["one", "two"]);
});
