import t from "tap";
import type { Entry } from "../../src/domain/entry.ts";
import { StoreError } from "../../src/ports/store-error.ts";
import { Sequencer } from "../../src/streams/sequencer.ts";
import { Stream } from "../../src/streams/stream.ts";
import { someDrafts, makeRoom } from "../support/drafts.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { FakeStore } from "../support/fake-store.ts";
import { FakeWatch } from "../support/people.ts";

/** A followed stream of which entries 2 to 6 are stored (a to e), and nothing after the first is delivered. */
async function aSequence() {
  const clock = new FakeClock();
  const store = new FakeStore(clock);
  const watch = new FakeWatch();
  const record = await makeRoom(store);
  await store.append({ number: 1, drafts: someDrafts(record.id, "a", "b", "c", "d", "e") });
  const stream = new Stream(record.id, record);
  stream.isFollowed = true;
  const delivered: string[] = [];
  const settled: string[] = [];
  const back: Stream[] = [];
  /** Takes over where the store is now. */
  const goBack = async (its: Stream): Promise<void> => {
    const { pos = 0, seq = 0, atMicros = 0 } = store.entriesOf(its.id).at(-1) ?? {};
    Object.assign(its, { pos, seq, atMicros: atMicros });
  };
  const its = { goBack };
  const sequencer = new Sequencer(store, clock, watch, {
    deliver: (_stream, entries) => delivered.push(...entries.map(({ body }) => body)),
    takeOver: async (stream) => {
      back.push(stream);
      await its.goBack(stream);
    },
  });
  const entry = (body: string): Entry => {
    const found = store.entriesOf(record.id).find((one) => one.body === body);
    if (!found) throw new Error(body);
    return found;
  };
  /** They come over the bus, each alone. */
  const hear = (...bodies: readonly string[]): void => {
    for (const body of bodies) sequencer.offer(stream, [{ entry: entry(body), previousAtMicros: null, settle: null }]);
  };
  /** They come as the outcome of this node's own append. */
  const append = (body: string): void =>
    sequencer.offer(stream, [{ entry: entry(body), previousAtMicros: null, settle: () => settled.push(body) }]);
  return Object.assign(its, { clock, store, watch, stream, sequencer, delivered, settled, back, hear, append });
}

t.test("what comes in order is delivered at once, and nothing is read", async (t) => {
  const its = await aSequence();
  its.hear("a", "b", "c");
  t.same(its.delivered, ["a", "b", "c"]);
  t.match(its.stream, { pos: 4, seq: 3 });
  await its.clock.pass(1000);
  t.equal(its.store.calls.entriesFrom, 0);
});

t.test("of what comes together, some may be missing, or be there twice", async (t) => {
  const its = await aSequence();
  const [a, b, , d] = its.store.entriesOf(its.stream.id).slice(1);
  const arrivals = [a, a, d].flatMap((entry) => (entry ? [{ entry, previousAtMicros: null, settle: null }] : []));
  its.sequencer.offer(its.stream, arrivals);
  t.same(its.delivered, ["a"]);
  its.sequencer.offer(its.stream, b ? [{ entry: b, previousAtMicros: null, settle: null }] : []);
  await its.clock.pass(30);
  t.same(its.delivered, ["a", "b", "c", "d", "e"]);
});

t.test("what comes before its turn waits for what is before it, which may be on its way", async (t) => {
  const its = await aSequence();
  its.hear("c", "b");
  t.same(its.delivered, []);
  its.hear("a");
  t.same(its.delivered, ["a", "b", "c"]);
  await its.clock.pass(29);
  t.equal(its.store.calls.entriesFrom, 0);
});

t.test("what does not come is read, up to the end", async (t) => {
  const its = await aSequence();
  its.hear("b");
  await its.clock.pass(30);
  t.same(its.delivered, ["a", "b", "c", "d", "e"]);
  its.hear("c", "e", "a");
  t.same(its.delivered, ["a", "b", "c", "d", "e"], "what comes later than that is not delivered again");
});

t.test("the holes of many streams are read in one query", async (t) => {
  const its = await aSequence();
  const record = await makeRoom(its.store, "Trains");
  await its.store.append({ number: 2, drafts: someDrafts(record.id, "x", "y") });
  const trains = new Stream(record.id, record);
  trains.isFollowed = true;
  const y = its.store.entriesOf(record.id).at(-1);
  if (y) its.sequencer.offer(trains, [{ entry: y, previousAtMicros: null, settle: null }]);
  its.hear("b");
  await its.clock.pass(30);
  t.same(its.delivered.toSorted(), ["a", "b", "c", "d", "e", "x", "y"]);
  t.equal(its.store.calls.entriesFrom, 1);
});

t.test("where old entries were deleted, what there is goes on", async (t) => {
  const its = await aSequence();
  const kept = its.store.entriesOf(its.stream.id).slice(3);
  its.store.entriesFrom = () => Promise.resolve(kept);
  its.hear("c");
  await its.clock.pass(30);
  t.same(its.delivered, ["c", "d", "e"]);
});

t.test("a line of this node is settled when it is delivered, whichever way it came", async (t) => {
  const its = await aSequence();
  its.append("b");
  t.same(its.settled, []);
  its.hear("a");
  t.same([its.delivered, its.settled], [["a", "b"], ["b"]]);
  its.hear("c");
  its.append("c");
  t.same(
    [its.delivered, its.settled],
    [
      ["a", "b", "c"],
      ["b", "c"],
    ],
    "the bus was faster than the answer",
  );
  its.append("e");
  await its.clock.pass(30);
  t.same(its.settled, ["b", "c", "e"], "it was read");
});

t.test("reading that fails is tried again", async (t) => {
  const its = await aSequence();
  its.store.fail("entriesFrom", new StoreError("unavailable", "away"));
  its.hear("b");
  await its.clock.pass(30);
  t.same(its.delivered, []);
  t.match(its.watch.health, { message: "away" });
  await its.clock.pass(1000);
  t.same(its.delivered, ["a", "b", "c", "d", "e"]);
});

t.test("what is asked for while something is read is read after it", async (t) => {
  const its = await aSequence();
  const release = its.store.hold("entriesFrom");
  its.sequencer.catchUpSoon(its.stream, 0);
  await its.clock.pass(0);
  await its.store.append({ number: 2, drafts: someDrafts(its.stream.id, "f") });
  const caughtUp = its.sequencer.catchUp(its.stream);
  release();
  await caughtUp;
  t.same(its.delivered, ["a", "b", "c", "d", "e", "f"]);
});

t.test("a node that pauses delivers nothing until it goes on, and then everything", async (t) => {
  const its = await aSequence();
  its.sequencer.pause();
  its.hear("a");
  its.append("b");
  await its.clock.pass(1000);
  t.same([its.delivered, its.settled], [[], []]);
  its.sequencer.resume([its.stream]);
  await its.clock.pass(30);
  t.same([its.delivered, its.settled], [["a", "b", "c", "d", "e"], ["b"]]);
});

t.test(
  "a stream that nobody here follows takes what is next, waits for nothing, and is known to be behind",
  async (t) => {
    const its = await aSequence();
    its.stream.isFollowed = false;
    its.hear("a");
    t.same(its.delivered, ["a"]);
    t.equal(its.stream.isBehind, false);
    its.hear("c");
    its.append("d");
    t.same([its.delivered, its.settled], [["a"], ["d"]]);
    t.equal(its.stream.isBehind, true);
    await its.clock.pass(1000);
    await its.sequencer.catchUp(its.stream);
    t.equal(its.store.calls.entriesFrom, 0, "nothing of it is read");
    its.stream.isFollowed = true;
    its.hear("d");
    its.sequencer.forget(its.stream);
    await its.clock.pass(1000);
    t.same(its.delivered, ["a"], "what was held is forgotten with it");
  },
);

t.test("comparing finds what was missed, where streams are followed", async (t) => {
  const its = await aSequence();
  const trains = new Stream((await makeRoom(its.store, "Trains")).id, {
    rightsVersion: 1,
    pos: 0,
    seq: 0,
    atMicros: 0,
  });
  await its.sequencer.compare([its.stream, trains]);
  t.equal(trains.isBehind, true);
  await its.clock.pass(30);
  t.same(its.delivered, ["a", "b", "c", "d", "e"]);
  await its.sequencer.compare([its.stream]);
  await its.sequencer.compare([]);
  t.equal(its.store.calls.ends, 2);
  t.same(its.back, []);
});

t.test("a store that has another past is noticed: its end is before, or its entries are of another time", async (t) => {
  const its = await aSequence();
  await its.sequencer.catchUp(its.stream);
  its.stream.pos = 9;
  await its.sequencer.compare([its.stream]);
  t.same(its.back, [its.stream]);
  its.stream.pos = 6;
  its.stream.atMicros += 1;
  await its.sequencer.compare([its.stream]);
  t.same(its.back, [its.stream, its.stream]);
});

/** The stream's end, as it is in a store that has the entry of that position and nothing after it. */
async function restoredTo(its: Awaited<ReturnType<typeof aSequence>>, pos: number, ...bodies: readonly string[]) {
  const { store, stream } = its;
  store.forgetLast(stream.id, store.entriesOf(stream.id).length - pos);
  await its.clock.pass(1000);
  if (bodies.length > 0) await store.append({ number: 100 + pos, drafts: someDrafts(stream.id, ...bodies) });
}

t.test(
  "an entry that follows another one than the last delivered is of another past, and that is noticed at once",
  async (t) => {
    const its = await aSequence();
    await its.sequencer.catchUp(its.stream);
    await restoredTo(its, 4, "x", "y", "z");
    const entries = its.store.entriesOf(its.stream.id);
    const z = entries.at(-1);
    t.match([its.stream.pos, z?.pos], [6, 7]);
    if (z)
      its.sequencer.offer(its.stream, [{ entry: z, previousAtMicros: entries.at(-2)?.atMicros ?? null, settle: null }]);
    t.same(its.back, [its.stream]);
    t.notOk(its.delivered.includes("z"), "it is not shown after what was lost");
  },
);

const ELSEWHERE: readonly (readonly [string, number, number])[] = [
  ["where the last one delivered was", 6, 1],
  ["before the last one delivered, and is later", 5, 1],
  ["behind a hole, and is earlier", 9, -1],
];

for (const [where, pos, later] of ELSEWHERE) {
  t.test(`an entry that is ${where} is of another past`, async (t) => {
    const its = await aSequence();
    await its.sequencer.catchUp(its.stream);
    const settled: string[] = [];
    const entry = { ...its.store.entriesOf(its.stream.id)[5], pos, atMicros: its.stream.atMicros + later } as Entry;
    its.sequencer.offer(its.stream, [{ entry, previousAtMicros: null, settle: () => settled.push("it") }]);
    t.same(its.back, [its.stream]);
    await its.clock.turn();
    await its.clock.pass(1000);
    t.same(settled, ["it"], "who said it goes on");
  });
}

t.test("what is read shows it, too: the entry at the stream's place is another one, or is not there", async (t) => {
  const its = await aSequence();
  await its.sequencer.catchUp(its.stream);
  await restoredTo(its, 4, "x", "y", "z");
  await its.sequencer.catchUp(its.stream);
  t.same(its.back, [its.stream]);
  await restoredTo(its, 2);
  await its.sequencer.catchUp(its.stream);
  t.same(its.back, [its.stream, its.stream]);
  t.same(its.delivered, ["a", "b", "c", "d", "e"]);
});

t.test("what is held when the store went back is settled, and read no more than it takes", async (t) => {
  const its = await aSequence();
  its.hear("a", "b");
  its.append("d");
  t.same(its.settled, []);
  await restoredTo(its, 2, "x", "y");
  const before = its.store.calls.entriesFrom;
  await its.sequencer.catchUp(its.stream);
  await its.clock.pass(3000);
  t.same(its.back, [its.stream]);
  t.same(its.settled, ["d"]);
  t.same(its.delivered, ["a", "b", "x", "y"]);
  t.ok(its.store.calls.entriesFrom - before < 5, `${its.store.calls.entriesFrom - before} readings`);
});

t.test("what was asked for before a stream was taken over is not delivered after it", async (t) => {
  const its = await aSequence();
  const release = its.store.hold("entriesFrom");
  const reading = its.sequencer.catchUp(its.stream);
  await its.clock.turn();
  const old = its.store.entriesOf(its.stream.id).map((entry) => ({ ...entry, atMicros: entry.atMicros + 1 }));
  await its.sequencer.takeOver(its.stream);
  Object.assign(its.stream, { pos: 3, atMicros: old[2]?.atMicros });
  its.store.entriesFrom = () => Promise.resolve(old.slice(3));
  release();
  await reading;
  t.same(its.delivered, []);
  await its.sequencer.catchUp(its.stream);
  t.same(its.delivered, ["c", "d", "e"], "and then it goes on");
});

t.test("what came while a stream was taken over, and is before its place then, is settled", async (t) => {
  const its = await aSequence();
  const { promise, resolve } = Promise.withResolvers<void>();
  its.goBack = async (stream) => {
    await promise;
    Object.assign(stream, { pos: 3, seq: 2, atMicros: its.store.entriesOf(stream.id)[2]?.atMicros });
  };
  const going = its.sequencer.takeOver(its.stream);
  its.append("b");
  its.append("c");
  resolve();
  await going;
  t.same([its.settled, its.delivered], [["b", "c"], ["c"]]);
});

t.test("where it cannot be taken over now, nothing of it is delivered that came meanwhile", async (t) => {
  const its = await aSequence();
  await its.sequencer.catchUp(its.stream);
  await restoredTo(its, 4, "x");
  const { promise, reject } = Promise.withResolvers<void>();
  its.goBack = () => promise;
  const going = its.sequencer.compare([its.stream]);
  await its.clock.turn();
  const entry = {
    ...its.store.entriesOf(its.stream.id)[4],
    pos: its.stream.pos + 1,
    atMicros: its.stream.atMicros + 1,
  } as Entry;
  its.sequencer.offer(its.stream, [{ entry, previousAtMicros: null, settle: null }]);
  reject(new StoreError("unavailable", "away"));
  await going;
  t.same(its.delivered, ["a", "b", "c", "d", "e"]);
});

t.test(
  "while a stream is taken over nothing of it is delivered, and then all that comes after its place",
  async (t) => {
    const its = await aSequence();
    await its.sequencer.catchUp(its.stream);
    await restoredTo(its, 4, "x");
    const { promise, resolve } = Promise.withResolvers<void>();
    its.goBack = () => promise;
    const going = its.sequencer.compare([its.stream]);
    await its.clock.turn();
    await its.store.append({ number: 200, drafts: someDrafts(its.stream.id, "y", "z") });
    its.append("z");
    t.same([its.delivered.includes("z"), its.settled], [false, []]);
    const [, , , , x] = its.store.entriesOf(its.stream.id);
    Object.assign(its.stream, { pos: x?.pos, atMicros: x?.atMicros });
    resolve();
    await going;
    await its.clock.pass(1000);
    t.same(its.delivered.slice(5), ["y", "z"]);
    t.same(its.settled, ["z"]);
  },
);

t.test("what is found missing while something else is read is read then", async (t) => {
  const its = await aSequence();
  const record = await makeRoom(its.store, "Trains");
  const trains = new Stream(record.id, record);
  trains.isFollowed = true;
  await its.store.append({ number: 2, drafts: someDrafts(record.id, "t1") });
  const release = its.store.hold("entriesFrom");
  its.sequencer.catchUpSoon(its.stream, 0);
  await its.clock.pass(0);
  its.sequencer.catchUpSoon(trains);
  await its.clock.pass(30);
  release();
  await its.clock.turn();
  t.same(its.delivered, ["a", "b", "c", "d", "e", "t1"]);
});

t.test("a delivery that fails stops nothing", async (t) => {
  const its = await aSequence();
  its.delivered.push = () => {
    throw new Error("a bug");
  };
  its.append("a");
  t.same(its.settled, ["a"]);
  t.equal(its.stream.pos, 2);
  t.match(its.watch.failures, [{ what: "deliver a batch" }]);
});
