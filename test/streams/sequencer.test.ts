import t from "tap";
import { StoreError } from "../../src/ports/store-error.ts";
import { Stream } from "../../src/streams/stream.ts";
import { someDrafts, makeRoom } from "../support/world/drafts.ts";
import { aSequence } from "../support/world/sequence.ts";

t.test("what comes in order is delivered at once, and nothing is read", async (t) => {
  const node = await aSequence();
  node.hear("a", "b", "c");
  t.same(node.delivered, ["a", "b", "c"]);
  t.match(node.stream, { pos: 4, seq: 3 });
  await node.clock.pass(1000);
  t.equal(node.store.calls.entriesFrom, 0);
});

t.test("of what comes together, some may be missing, or be there twice", async (t) => {
  const node = await aSequence();
  const [a, b, , d] = node.store.entriesOf(node.stream.id).slice(1);
  const arrivals = [a, a, d].flatMap((entry) => (entry ? [{ entry, previousAtMicros: null, origin: null }] : []));
  node.sequencer.offer(node.stream, arrivals);
  t.same(node.delivered, ["a"]);
  node.sequencer.offer(node.stream, b ? [{ entry: b, previousAtMicros: null, origin: null }] : []);
  await node.clock.pass(30);
  t.same(node.delivered, ["a", "b", "c", "d", "e"]);
});

t.test("what comes before its turn waits for what is before it, which may be on its way", async (t) => {
  const node = await aSequence();
  node.hear("c", "b");
  t.same(node.delivered, []);
  node.hear("a");
  t.same(node.delivered, ["a", "b", "c"]);
  await node.clock.pass(29);
  t.equal(node.store.calls.entriesFrom, 0);
});

t.test("what does not come is read, up to the end", async (t) => {
  const node = await aSequence();
  node.hear("b");
  await node.clock.pass(30);
  t.same(node.delivered, ["a", "b", "c", "d", "e"]);
  node.hear("c", "e", "a");
  t.same(node.delivered, ["a", "b", "c", "d", "e"], "what comes later than that is not delivered again");
});

t.test("the holes of many streams are read in one query", async (t) => {
  const node = await aSequence();
  const record = await makeRoom(node.store, "Trains");
  await node.store.append({ number: 2, drafts: someDrafts(record.id, "x", "y") });
  const trains = new Stream(record.id, record);
  trains.isFollowed = true;
  const y = node.store.entriesOf(record.id).at(-1);
  if (y) node.sequencer.offer(trains, [{ entry: y, previousAtMicros: null, origin: null }]);
  node.hear("b");
  await node.clock.pass(30);
  t.same(node.delivered.toSorted(), ["a", "b", "c", "d", "e", "x", "y"]);
  t.equal(node.store.calls.entriesFrom, 1);
});

t.test("where old entries were deleted, what there is goes on", async (t) => {
  const node = await aSequence();
  const kept = node.store.entriesOf(node.stream.id).slice(3);
  node.store.entriesFrom = () => Promise.resolve(kept);
  node.hear("c");
  await node.clock.pass(30);
  t.same(node.delivered, ["c", "d", "e"]);
});

t.test("a line of this node is settled when it is delivered, whichever way it came", async (t) => {
  const node = await aSequence();
  node.append("b");
  t.same(node.settled, []);
  node.hear("a");
  t.same([node.delivered, node.settled], [["a", "b"], ["b"]]);
  node.hear("c");
  node.append("c");
  t.same(
    [node.delivered, node.settled],
    [
      ["a", "b", "c"],
      ["b", "c"],
    ],
    "the bus was faster than the answer",
  );
  node.append("e");
  await node.clock.pass(30);
  t.same(node.settled, ["b", "c", "e"], "it was read");
});

t.test("reading that fails is tried again", async (t) => {
  const node = await aSequence();
  node.store.fail("entriesFrom", new StoreError("unavailable", "away"));
  node.hear("b");
  await node.clock.pass(30);
  t.same(node.delivered, []);
  t.match(node.watch.health, { message: "away" });
  await node.clock.pass(1000);
  t.same(node.delivered, ["a", "b", "c", "d", "e"]);
});

t.test("what is asked for while something is read is read after it", async (t) => {
  const node = await aSequence();
  const release = node.store.hold("entriesFrom");
  node.sequencer.catchUpSoon(node.stream, 0);
  await node.clock.pass(0);
  await node.store.append({ number: 2, drafts: someDrafts(node.stream.id, "f") });
  const caughtUp = node.sequencer.catchUp(node.stream);
  release();
  await caughtUp;
  t.same(node.delivered, ["a", "b", "c", "d", "e", "f"]);
});

t.test("a node that pauses delivers nothing until it goes on, and then everything", async (t) => {
  const node = await aSequence();
  node.sequencer.pause();
  node.hear("a");
  node.append("b");
  await node.clock.pass(1000);
  t.same([node.delivered, node.settled], [[], []]);
  node.sequencer.resume([node.stream]);
  await node.clock.pass(30);
  t.same([node.delivered, node.settled], [["a", "b", "c", "d", "e"], ["b"]]);
});

t.test(
  "a stream that nobody here follows takes what is next, waits for nothing, and is known to be behind",
  async (t) => {
    const node = await aSequence();
    node.stream.isFollowed = false;
    node.hear("a");
    t.same(node.delivered, ["a"]);
    t.equal(node.stream.isBehind, false);
    node.hear("c");
    node.append("d");
    t.same([node.delivered, node.settled], [["a"], ["d"]]);
    t.equal(node.stream.isBehind, true);
    await node.clock.pass(1000);
    await node.sequencer.catchUp(node.stream);
    t.equal(node.store.calls.entriesFrom, 0, "nothing of it is read");
    node.stream.isFollowed = true;
    node.hear("d");
    node.sequencer.forget(node.stream);
    await node.clock.pass(1000);
    t.same(node.delivered, ["a"], "what was held is forgotten with it");
  },
);

t.test("comparing finds what was missed, where streams are followed", async (t) => {
  const node = await aSequence();
  const trains = new Stream((await makeRoom(node.store, "Trains")).id, {
    rightsVersion: 1,
    pos: 0,
    seq: 0,
    atMicros: 0,
  });
  await node.sequencer.compare([node.stream, trains]);
  t.equal(trains.isBehind, true);
  await node.clock.pass(30);
  t.same(node.delivered, ["a", "b", "c", "d", "e"]);
  await node.sequencer.compare([node.stream]);
  await node.sequencer.compare([]);
  t.equal(node.store.calls.ends, 2);
  t.same(node.back, []);
});

t.test("what is found missing while something else is read is read then", async (t) => {
  const node = await aSequence();
  const record = await makeRoom(node.store, "Trains");
  const trains = new Stream(record.id, record);
  trains.isFollowed = true;
  await node.store.append({ number: 2, drafts: someDrafts(record.id, "t1") });
  const release = node.store.hold("entriesFrom");
  node.sequencer.catchUpSoon(node.stream, 0);
  await node.clock.pass(0);
  node.sequencer.catchUpSoon(trains);
  await node.clock.pass(30);
  release();
  await node.clock.turn();
  t.same(node.delivered, ["a", "b", "c", "d", "e", "t1"]);
});

t.test("a delivery that fails stops nothing", async (t) => {
  const node = await aSequence();
  node.delivered.push = () => {
    throw new Error("a bug");
  };
  node.append("a");
  t.same(node.settled, ["a"]);
  t.equal(node.stream.pos, 2);
  t.match(node.watch.failures, [{ what: "deliver a batch" }]);
});
