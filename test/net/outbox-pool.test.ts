import t from "tap";
import type { Chunk } from "../../src/ports/outlet.ts";
import { aReply, Outboxes, OVERHEAD, type Receiver, roomLines } from "../support/sockets/outboxes.ts";

const { maxFlushed: MAX } = new Outboxes().pool;

/** Gives all of them the same chunk, as a room does. */
async function share(all: Outboxes, receivers: readonly Receiver[], chunk: Chunk): Promise<void> {
  for (const receiver of receivers) receiver.outbox.push(chunk);
  await all.clock.turn();
}

t.test("all outboxes are written at the end of the same turn", async (t) => {
  const all = new Outboxes();
  const [one, two] = [all.receiver(), all.receiver()];
  one.outbox.push(aReply("a"));
  two.outbox.push(aReply("b"));
  one.outbox.push(aReply("c"));
  await all.clock.turn();
  t.same([one.socket.writes, two.socket.writes], [["ac"], ["b"]]);
});

t.test("a flush writes at once what was given so far, and the end of the turn the rest", async (t) => {
  const all = new Outboxes();
  const one = all.receiver();
  one.outbox.push(aReply("a"));
  t.equal(all.pool.flush(), null, "all is written");
  t.same(one.socket.writes, ["a"]);
  one.outbox.push(aReply("b"));
  await all.clock.turn();
  t.same(one.socket.writes, ["a", "b"]);
});

t.test("a large room is written over several turns, and others are written between", async (t) => {
  const all = new Outboxes();
  const members = Array.from({ length: 3 * MAX + 1 }, () => all.receiver());
  const [early, late] = [members[0], members[2 * MAX]] as [Receiver, Receiver];
  const other = all.receiver();
  const written = (): number => members.filter(({ socket }) => socket.writes.length > 0).length;
  const line = roomLines("line");
  for (const { outbox } of members) outbox.push(line);
  let isWritten = false;
  const writing = all.pool.flush();
  void writing?.then(() => (isWritten = true));
  const counts = [written()];
  const look = (): void => {
    counts.push(written());
    if (counts.length < 4) all.clock.soon(look);
  };
  all.clock.soon(look);

  other.outbox.push(aReply("for one"));
  t.equal(all.pool.flush(), null, "few receivers wait for nobody");
  t.same(other.socket.writes, ["for one"]);
  late.outbox.push(aReply("and more"));
  early.outbox.push(aReply("and more"));
  t.equal(all.pool.flush(), null);
  t.same([early.socket.writes, late.socket.writes], [["line", "and more"], ["lineand more"]], "in order, and at once");

  await all.clock.turn();
  t.same(
    counts,
    [1, 2, 3, 3].map((flushes, i) => flushes * MAX + (i === 0 ? 0 : 1)),
    "one was early",
  );
  t.equal(isWritten, true);
  t.ok(
    members.every(({ socket }) => socket.text.startsWith("line")),
    "each has got it once",
  );
});

t.test("a flush is finished when what it left is written, whatever is given to others meanwhile", async (t) => {
  const all = new Outboxes();
  const [room, others] = [2 * MAX, MAX + 1].map((count) => Array.from({ length: count }, () => all.receiver())) as [
    Receiver[],
    Receiver[],
  ];
  for (const { outbox } of room) outbox.push(roomLines("line"));
  let isWritten = false;
  void all.pool.flush()?.then(() => (isWritten = true));
  for (let turn = 0; turn < 10; turn++) {
    for (const { outbox } of others) outbox.push(roomLines("notice"));
    t.not(all.pool.flush(), null);
  }
  t.notOk(isWritten);
  let turns = 0;
  const goOn = (): void => {
    if (isWritten) return;
    turns += 1;
    for (const { outbox } of others) outbox.push(roomLines("notice"));
    void all.pool.flush();
    if (turns < 100) all.clock.soon(goOn);
  };
  goOn();
  await all.clock.turn();
  t.ok(isWritten);
  t.ok(turns < 100, `after ${turns} turns`);
});

t.test("a flush is not finished while somebody who is late has more of it to come", async (t) => {
  const all = new Outboxes();
  const room = Array.from({ length: MAX + 1 }, () => all.receiver());
  const others = Array.from({ length: MAX }, () => all.receiver());
  for (const { outbox } of room) outbox.push(roomLines("one"));
  t.not(all.pool.flush(), null);
  const late = room[MAX] as Receiver;
  for (const { outbox } of [...others, late]) outbox.push(roomLines("two"));
  const writing = all.pool.flush();
  t.same(late.socket.writes, []);
  t.not(writing, null);
  await all.clock.turn();
  await writing;
  t.same(late.socket.writes, ["onetwo"]);
});

t.test("nothing is held for a peer that takes what is written", async (t) => {
  const all = new Outboxes();
  const one = all.receiver();
  await all.give(one, roomLines("x".repeat(100_000)));
  t.equal(all.pool.heldBytes, 0);
});

t.test("what a peer does not take is held, the outstanding write included, until it takes it", async (t) => {
  const all = new Outboxes();
  const one = await all.heldReceiver("x".repeat(10));
  await all.give(one, roomLines("x".repeat(100)));
  t.equal(all.pool.heldBytes, 110 + 2 * OVERHEAD);
  await all.give(one, aReply("x".repeat(1000)));
  t.equal(all.pool.heldBytes, 1110 + 3 * OVERHEAD);
  one.socket.takeAll();
  await all.clock.turn();
  t.equal(all.pool.heldBytes, 0);
});

t.test("bytes that several outboxes hold count once, until the last lets go of them", async (t) => {
  const all = new Outboxes();
  const three = [await all.heldReceiver(), await all.heldReceiver(), await all.heldReceiver()] as const;
  const own = all.pool.heldBytes;
  await share(all, three, roomLines("a".repeat(10)));
  await share(all, three, roomLines("b".repeat(100)));
  t.equal(all.pool.heldBytes, own + 110 + 2 * OVERHEAD);
  three[0].socket.takeAll();
  three[1].outbox.close();
  await all.clock.turn();
  t.equal(all.pool.heldBytes, own / 3 + 110 + 2 * OVERHEAD);
  three[2].outbox.close();
  t.equal(all.pool.heldBytes, 0);
});

t.test("what waits holds no memory but its own", async (t) => {
  const all = new Outboxes();
  const [slow, quick] = [await all.heldReceiver(), all.receiver()];
  const shared = roomLines("a line for both\r\n");
  t.ok(shared.bytes.buffer.byteLength > 1000, "a small Buffer is a part of a large one");
  await share(all, [quick, slow], shared);
  t.equal(shared.bytes.buffer.byteLength, shared.bytes.byteLength);
  slow.socket.takeAll();
  await all.clock.turn();
  t.same([quick.socket.text, slow.socket.text], ["a line for both\r\n", "first\r\na line for both\r\n"]);
});

t.test("lines that are skipped are let go of", async (t) => {
  const all = new Outboxes({ skipBytes: 100 });
  const one = await all.heldReceiver("x".repeat(10));
  await all.give(one, roomLines("x".repeat(101)));
  t.equal(all.pool.heldBytes, 10 + OVERHEAD, "the outstanding write");
});

t.test("past the bound of all together the one that holds most is skipped first", async (t) => {
  const all = new Outboxes();
  const [small, large, medium] = [await all.heldReceiver(), await all.heldReceiver(), await all.heldReceiver()];
  for (const one of [small, large, medium]) await all.give(one, aReply("1"));
  await all.give(small, roomLines("x".repeat(100)));
  await all.give(large, roomLines("x".repeat(5000)));
  await all.give(medium, roomLines("x".repeat(3000)));
  const held = all.pool.heldBytes;
  all.pool.limits = { ...all.pool.limits, totalBytes: held + OVERHEAD };
  await all.give(small, roomLines(""));
  t.same([small.skips, large.skips, medium.skips], [[], [], []]);
  await all.give(small, roomLines("y"));
  t.same([small.skips, large.skips, medium.skips], [[], [1], []]);
  t.same([small.closes, large.closes, medium.closes], [0, 0, 0]);
  t.equal(all.pool.heldBytes, held + OVERHEAD + 1 - 5000);
});

t.test("where skipping is not enough the one that holds most is closed, and others go on", async (t) => {
  const all = new Outboxes();
  const [small, large] = [await all.heldReceiver(), await all.heldReceiver()];
  for (const one of [small, large]) await all.give(one, aReply("1"));
  await all.give(small, aReply("x".repeat(100)));
  const held = all.pool.heldBytes;
  all.pool.limits = { ...all.pool.limits, totalBytes: held + OVERHEAD + 1000 };
  await all.give(large, aReply("x".repeat(1001)));
  t.same([small.closes, large.closes], [0, 1]);
  t.ok(all.pool.heldBytes < held + 100);
});

t.test("a write that is outstanding counts for all together, with nothing behind it", async (t) => {
  const all = new Outboxes({ totalBytes: 5000 });
  const [small, large] = [await all.heldReceiver(), await all.heldReceiver("x".repeat(5000))];
  await all.give(small, aReply("1"));
  t.same([small.closes, large.closes], [0, 1]);
  await all.give(small, aReply("2"));
  t.equal(small.closes, 0, "what will soon be let go of makes nobody else close");
  large.outbox.close();
  await all.give(small, aReply("x".repeat(4000)));
  t.equal(small.closes, 1, "and does not count when it has been");
});

t.test("nobody is closed for lines of a room that all who are slow share, when skipping them is enough", async (t) => {
  const all = new Outboxes({ totalBytes: 1000 + 12 * OVERHEAD });
  const slow = [await all.heldReceiver(), await all.heldReceiver(), await all.heldReceiver()];
  await share(all, slow, roomLines("1"));
  for (let i = 0; i < 11; i++) await share(all, slow, roomLines("x".repeat(100)));
  t.same(
    slow.map((one) => [one.skips.length > 0, one.closes]),
    [
      [true, 0],
      [true, 0],
      [true, 0],
    ],
  );
  t.ok(all.pool.heldBytes <= 1000 + 12 * OVERHEAD);
});

t.test("a bound of 0 for all together is none", async (t) => {
  const all = new Outboxes({ totalBytes: 0 });
  const one = await all.heldReceiver();
  await all.give(one, roomLines("x".repeat(10_000_000)));
  t.same([one.skips, one.closes], [[], 0]);
});

t.test("everything is let go of when the connections close", async (t) => {
  const all = new Outboxes();
  const receivers = [await all.heldReceiver(), await all.heldReceiver()];
  await share(all, receivers, roomLines("x".repeat(1000)));
  for (const one of receivers) await all.give(one, aReply("y".repeat(100)), roomLines("z".repeat(100)));
  for (const one of receivers) one.outbox.push(aReply("not written yet"));
  t.ok(all.pool.heldBytes > 0);
  for (const one of receivers) one.outbox.close();
  await all.clock.turn();
  t.equal(all.pool.heldBytes, 0);
});
