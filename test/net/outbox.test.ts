import fc from "fast-check";
import t from "tap";
import { aReply, Outboxes, OVERHEAD, roomLines } from "../support/sockets/outboxes.ts";
import { holdsInTime } from "../support/property.ts";

const SKIPPED_11 = "[*]: 11 lines were skipped because your connection was too slow. See /history.\r\n";
const MAX_WRITE = 64 * 1024;

t.test("what is given in a turn goes out in one write at its end", async (t) => {
  const all = new Outboxes();
  const one = all.receiver();
  for (const text of ["a", "b", "c"]) one.outbox.push(aReply(text));
  t.same(one.socket.writes, []);
  await all.clock.turn();
  t.same(one.socket.writes, ["abc"]);
  await all.give(one, aReply("d"));
  t.same(one.socket.writes, ["abc", "d"]);
});

t.test("what is given in a turn goes out in one write also when it is too much to copy", async (t) => {
  const all = new Outboxes();
  const one = all.receiver();
  const texts = ["a", "b", "c"].map((letter) => letter.repeat(5000));
  await all.give(one, ...texts.map((text) => roomLines(text)));
  t.same(one.socket.writes, [texts.join("")]);
});

t.test("at most one write is outstanding, and what gathers meanwhile goes out in the next", async (t) => {
  const all = new Outboxes();
  const one = await all.heldReceiver("a");
  await all.give(one, aReply("b"), roomLines("c"));
  await all.give(one, aReply("d"));
  t.same(one.socket.writes, ["a"]);
  t.equal(one.outbox.waitingBytes, 4 * (1 + OVERHEAD));
  one.socket.takeOne();
  await all.clock.turn();
  t.same(one.socket.writes, ["a", "bcd"]);
  t.equal(one.outbox.waitingBytes, 3 * (1 + OVERHEAD), "what is outstanding waits, too");
  t.equal(one.drains, 1, "the first write is taken");
  one.socket.takeOne();
  await all.clock.turn();
  t.equal(one.drains, 2);
});

t.test(
  "what was given in this turn waits too, and who gave more than a write takes is told when it is written",
  async (t) => {
    const all = new Outboxes();
    const one = all.receiver();
    for (let i = 0; i < 16; i++) one.outbox.push(aReply("x".repeat(4096 - OVERHEAD)));
    t.equal(one.outbox.waitingBytes, MAX_WRITE);
    await all.clock.turn();
    t.same([one.outbox.waitingBytes, one.drains], [0, 0], "so much is nothing to wait for");
    one.outbox.push(aReply("x".repeat(MAX_WRITE - OVERHEAD)));
    one.outbox.push(aReply("x"));
    await all.clock.turn();
    t.same([one.outbox.waitingBytes, one.drains], [0, 1]);
  },
);

t.test("what was given in a turn goes out in writes of 64 KiB at most, too", async (t) => {
  const all = new Outboxes();
  const one = all.receiver();
  one.socket.hold();
  for (let i = 0; i < 5; i++) one.outbox.push(aReply("x".repeat(MAX_WRITE / 2)));
  await all.clock.turn();
  t.same(
    one.socket.writes.map((text) => text.length),
    [MAX_WRITE],
  );
  one.socket.takeAll();
  await all.clock.turn();
  t.equal(one.socket.text.length, 2.5 * MAX_WRITE);
});

t.test("a long backlog goes out in writes of 64 KiB at most, in order", async (t) => {
  const all = new Outboxes();
  const one = await all.heldReceiver("");
  await all.give(one, aReply("first"));
  const chunks = Array.from({ length: 50 }, (_, i) => roomLines(String.fromCharCode(65 + i).repeat(4096)));
  for (const chunk of chunks) await all.give(one, chunk);
  one.socket.takeAll();
  await all.clock.turn();
  t.equal(one.socket.text, `first${chunks.map(({ bytes }) => Buffer.from(bytes).toString()).join("")}`);
  t.same(
    one.socket.writes.slice(1).map((text) => text.length),
    [MAX_WRITE, MAX_WRITE, MAX_WRITE, 2 * 4096],
  );
});

t.test("a chunk larger than a write may be goes out by itself", async (t) => {
  const all = new Outboxes();
  const one = await all.heldReceiver("a");
  await all.give(one, roomLines("b"), roomLines("c".repeat(2 * MAX_WRITE)), roomLines("d"));
  one.socket.takeAll();
  await all.clock.turn();
  t.same(
    one.socket.writes.map((text) => [text[0], text.length]),
    [
      ["a", 1],
      ["b", 1],
      ["c", 2 * MAX_WRITE],
      ["d", 1],
    ],
  );
});

t.test("past the bound in bytes the lines that wait are skipped, and their number is told first", async (t) => {
  const all = new Outboxes({ skipBytes: 10 * (100 + OVERHEAD) });
  const one = await all.heldReceiver("first\r\n");
  const outstanding = one.outbox.waitingBytes;
  for (let i = 0; i < 10; i++) await all.give(one, roomLines("x".repeat(100)));
  t.same(one.skips, [], "so much may wait");
  await all.give(one, roomLines("y"));
  t.same(one.skips, [11]);
  t.equal(one.outbox.waitingBytes, outstanding);
  await all.give(one, roomLines("live\r\n"));
  one.socket.takeAll();
  await all.clock.turn();
  t.equal(one.socket.text, `first\r\n${SKIPPED_11}live\r\n`);
});

t.test("a peer that was skipped is told at once when it takes something, though nothing else comes", async (t) => {
  const all = new Outboxes({ skipBytes: 10 + OVERHEAD });
  const one = await all.heldReceiver("first\r\n");
  await all.give(one, roomLines("x".repeat(11)));
  one.socket.takeAll();
  await all.clock.turn();
  t.equal(one.socket.text, "first\r\n[*]: 1 line was skipped because your connection was too slow. See /history.\r\n");
});

t.test("lines that were skipped several times before the peer took anything are told as one number", async (t) => {
  const all = new Outboxes({ skipBytes: 10 + OVERHEAD });
  const one = await all.heldReceiver("first\r\n");
  await all.give(one, roomLines("x".repeat(11), 4));
  await all.give(one, roomLines("x".repeat(11), 7));
  t.same(one.skips, [4, 7]);
  one.socket.takeAll();
  await all.clock.turn();
  t.equal(one.socket.text, `first\r\n${SKIPPED_11}`);
});

t.test("replies are never skipped", async (t) => {
  const all = new Outboxes({ skipBytes: 20 + 2 * OVERHEAD });
  const one = await all.heldReceiver("first\r\n");
  await all.give(one, roomLines("x".repeat(10), 5), aReply("reply 1\r\n"), roomLines("x".repeat(10), 6));
  await all.give(one, aReply("reply 2\r\n"));
  one.socket.takeAll();
  await all.clock.turn();
  t.equal(one.socket.text, `first\r\n${SKIPPED_11}reply 1\r\nreply 2\r\n`);
});

t.test("lines that wait too long are skipped", async (t) => {
  const all = new Outboxes({ skipAfterMs: 10_000 });
  const one = await all.heldReceiver("first\r\n");
  await all.give(one, roomLines("x", 11));
  await all.clock.pass(9_999);
  t.same(one.skips, []);
  await all.clock.pass(1_000);
  t.same(one.skips, [11]);
  one.socket.takeAll();
  await all.clock.turn();
  t.equal(one.socket.text, `first\r\n${SKIPPED_11}`);
});

t.test("a peer that is slow again is skipped again, counted from when it became slow", async (t) => {
  const all = new Outboxes({ skipAfterMs: 10_000 });
  const one = await all.heldReceiver("first");
  for (let i = 1; i <= 3; i++) {
    await all.give(one, roomLines("x", i));
    await all.clock.pass(9_000);
    t.equal(one.skips.length, i - 1);
    await all.clock.pass(2_000);
    t.equal(one.skips.at(-1), i);
    one.socket.takeOne();
    await all.clock.turn();
    one.socket.takeOne();
    await all.clock.turn();
    t.equal(all.pool.heldBytes, 0);
    await all.clock.pass(60_000);
    await all.give(one, aReply("next"));
  }
});

t.test("a peer that takes one write after the other is not skipped, however long it takes", async (t) => {
  const all = new Outboxes({ skipAfterMs: 10_000, closeAfterMs: 30_000 });
  const one = await all.heldReceiver("first");
  for (let i = 0; i < 10; i++) await all.give(one, roomLines("x".repeat(MAX_WRITE)));
  for (let i = 0; i < 10; i++) {
    await all.clock.pass(9_000);
    one.socket.takeOne();
    await all.clock.turn();
  }
  t.same([one.skips, one.closes], [[], 0]);
  t.equal(one.socket.text.length, 5 + 10 * MAX_WRITE);
});

t.test("a peer is closed when more waits for it than can be skipped", async (t) => {
  const all = new Outboxes();
  const one = await all.heldReceiver();
  all.pool.limits = { ...all.pool.limits, closeBytes: one.outbox.waitingBytes + 10 * (100 + OVERHEAD) };
  for (let i = 0; i < 10; i++) await all.give(one, aReply("x".repeat(100)));
  t.equal(one.closes, 0, "so much may wait");
  await all.give(one, aReply(""));
  t.equal(one.closes, 1);
  t.ok(one.outbox.waitingBytes < 1000, "what waited is dropped");
});

t.test("a peer that is given a great many small answers is closed before they fill the memory", async (t) => {
  const all = new Outboxes({ closeBytes: 100_000 });
  const one = await all.heldReceiver();
  for (let i = 0; i < 1000 && one.closes === 0; i++) await all.give(one, aReply("x"));
  t.equal(one.closes, 1);
});

t.test("a peer that does not take what is outstanding is closed, though nothing waits behind it", async (t) => {
  const all = new Outboxes({ closeAfterMs: 30_000 });
  const one = await all.heldReceiver();
  await all.clock.pass(29_000);
  t.equal(one.closes, 0);
  t.ok(one.outbox.waitingMs >= 29_000);
  await all.clock.pass(2_000);
  t.equal(one.closes, 1);
  const big = new Outboxes({ closeBytes: 10_000 });
  const other = await big.heldReceiver("x".repeat(10_000));
  t.equal(other.closes, 1, "nor if it is too much");
});

t.test("a peer that takes nothing for too long is closed, and still told why when it takes something", async (t) => {
  const all = new Outboxes({ skipAfterMs: 10_000, closeAfterMs: 30_000 });
  const one = await all.heldReceiver("first\r\n");
  await all.give(one, roomLines("x"));
  await all.clock.pass(29_999);
  t.equal(one.closes, 0);
  await all.clock.pass(1_000);
  t.ok(one.isClosing);
  await all.clock.pass(60_000);
  one.socket.takeAll();
  await all.clock.turn();
  t.equal(one.socket.text, "first\r\ntoo slow\r\n");
  t.ok(one.socket.writableEnded);
  t.equal(one.closes, 1, "said once");
});

t.test("a bound of 0 is none", async (t) => {
  const all = new Outboxes();
  const one = await all.heldReceiver("");
  await all.give(one, aReply("first"));
  for (let i = 0; i < 30; i++) await all.give(one, aReply("x".repeat(MAX_WRITE)), roomLines("y".repeat(MAX_WRITE)));
  await all.clock.pass(1_000_000);
  t.same([one.skips, one.closes], [[], 0]);
  t.ok(one.outbox.waitingBytes > 60 * MAX_WRITE);
});

t.test("bounds that are changed hold for what waits already", async (t) => {
  const all = new Outboxes();
  const one = await all.heldReceiver();
  await all.give(one, roomLines("x".repeat(100)));
  all.pool.limits = { ...all.pool.limits, skipBytes: 100 + OVERHEAD };
  await all.give(one, roomLines("y"));
  t.same(one.skips, [2]);
});

t.test("what a peer has caused itself is told from the lines of rooms", async (t) => {
  const all = new Outboxes();
  const one = await all.heldReceiver("a".repeat(1000));
  await all.give(one, roomLines("x".repeat(100_000)), aReply("b".repeat(500)));
  one.outbox.push(aReply("c".repeat(500)));
  const own = 2000 + 3 * OVERHEAD;
  t.same([one.outbox.hasOwn(own - 1), one.outbox.hasOwn(own)], [true, false]);
});

t.test("an end comes after everything that was given before it", async (t) => {
  const all = new Outboxes();
  const one = await all.heldReceiver("a");
  await all.give(one, aReply("b"));
  one.outbox.push(aReply("c"));
  one.outbox.end();
  await all.clock.turn();
  t.notOk(one.socket.writableEnded);
  one.socket.takeAll();
  await all.clock.turn();
  t.equal(one.socket.text, "abc");
  t.ok(one.socket.writableEnded);
  await all.give(one, aReply("too late"));
  t.equal(one.socket.text, "abc");
});

t.test("an end with nothing to write is at once", async (t) => {
  const one = new Outboxes().receiver();
  one.outbox.end();
  t.ok(one.socket.writableEnded);
});

t.test("what comes after the socket is gone is forgotten", async (t) => {
  const all = new Outboxes();
  const one = all.receiver();
  one.outbox.push(aReply("a"));
  one.outbox.close();
  one.outbox.push(aReply("b"));
  await all.clock.turn();
  t.same(one.socket.writes, []);
});

t.test("whatever happens, a peer gets every reply and is told of every line that it does not get", async (t) => {
  const step = fc.oneof(
    fc.constant("turn" as const),
    fc.constant("take" as const),
    fc.constant("time" as const),
    fc.record({ size: fc.integer({ min: 1, max: 300 }), lines: fc.integer({ min: 0, max: 3 }) }),
  );
  const steps = fc.array(step, { maxLength: 60 });
  const property = fc.asyncProperty(steps, async (todo) => {
    const all = new Outboxes({ skipBytes: 400 + 2 * OVERHEAD, skipAfterMs: 10_000 });
    const one = await all.heldReceiver("\n");
    const given = { replies: "", lines: 0 };
    for (const next of todo) {
      if (next === "turn") await all.clock.turn();
      else if (next === "time") await all.clock.pass(6_000);
      else if (next === "take") one.socket.takeOne();
      else if (next.lines === 0) {
        const reply = `r${given.replies.length}\n`;
        given.replies += reply;
        one.outbox.push(aReply(reply));
      } else {
        given.lines += next.lines;
        one.outbox.push(roomLines(`${"x".repeat(next.size)}\n`.repeat(next.lines), next.lines));
      }
    }
    await all.clock.turn();
    one.socket.takeAll();
    await all.clock.turn();
    const written = one.socket.text.split("\n");
    const told = written.map((line) => Number(/^\[\*\]: (\d+) lines? (?:was|were) skipped/.exec(line)?.[1] ?? 0));
    const seen = written.filter((line) => line.startsWith("x")).length;
    const replies = written.filter((line) => line.startsWith("r")).map((line) => `${line}\n`);
    const skipped = told.reduce((sum, lines) => sum + lines, 0);
    return replies.join("") === given.replies && seen + skipped === given.lines && all.pool.heldBytes === 0;
  });
  await holdsInTime(t, property);
});
