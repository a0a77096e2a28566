import t from "tap";
import type { Entry } from "../../src/domain/entry.ts";
import { StoreError } from "../../src/ports/store-error.ts";
import { someDrafts } from "../support/world/drafts.ts";
import { aSequence, restoredTo } from "../support/world/sequence.ts";

t.test("a store that has another past is noticed: its end is before, or its entries are of another time", async (t) => {
  const node = await aSequence();
  await node.sequencer.catchUp(node.stream);
  node.stream.pos = 9;
  await node.sequencer.compare([node.stream]);
  t.same(node.back, [node.stream]);
  node.stream.pos = 6;
  node.stream.atMicros += 1;
  await node.sequencer.compare([node.stream]);
  t.same(node.back, [node.stream, node.stream]);
});

t.test(
  "an entry that follows another one than the last delivered is of another past, and that is noticed at once",
  async (t) => {
    const node = await aSequence();
    await node.sequencer.catchUp(node.stream);
    await restoredTo(node, 4, "x", "y", "z");
    const entries = node.store.entriesOf(node.stream.id);
    const z = entries.at(-1);
    t.match([node.stream.pos, z?.pos], [6, 7]);
    if (z)
      node.sequencer.offer(node.stream, [
        { entry: z, previousAtMicros: entries.at(-2)?.atMicros ?? null, origin: null },
      ]);
    t.same(node.back, [node.stream]);
    t.notOk(node.delivered.includes("z"), "it is not shown after what was lost");
  },
);

const ELSEWHERE: readonly (readonly [string, number, number])[] = [
  ["where the last one delivered was", 6, 1],
  ["before the last one delivered, and is later", 5, 1],
  ["behind a hole, and is earlier", 9, -1],
];

for (const [where, pos, later] of ELSEWHERE) {
  t.test(`an entry that is ${where} is of another past`, async (t) => {
    const node = await aSequence();
    await node.sequencer.catchUp(node.stream);
    const settled: string[] = [];
    const entry = { ...node.store.entriesOf(node.stream.id)[5], pos, atMicros: node.stream.atMicros + later } as Entry;
    node.sequencer.offer(node.stream, [
      { entry, previousAtMicros: null, origin: { settle: () => settled.push("it"), saidAtMs: 0 } },
    ]);
    t.same(node.back, [node.stream]);
    await node.clock.turn();
    await node.clock.pass(1000);
    t.same(settled, ["it"], "who said it goes on");
  });
}

t.test("what is read shows it, too: the entry at the stream's place is another one, or is not there", async (t) => {
  const node = await aSequence();
  await node.sequencer.catchUp(node.stream);
  await restoredTo(node, 4, "x", "y", "z");
  await node.sequencer.catchUp(node.stream);
  t.same(node.back, [node.stream]);
  await restoredTo(node, 2);
  await node.sequencer.catchUp(node.stream);
  t.same(node.back, [node.stream, node.stream]);
  t.same(node.delivered, ["a", "b", "c", "d", "e"]);
});

t.test("what is held when the store went back is settled, and read no more than it takes", async (t) => {
  const node = await aSequence();
  node.hear("a", "b");
  node.append("d");
  t.same(node.settled, []);
  await restoredTo(node, 2, "x", "y");
  const before = node.store.calls.entriesFrom;
  await node.sequencer.catchUp(node.stream);
  await node.clock.pass(3000);
  t.same(node.back, [node.stream]);
  t.same(node.settled, ["d"]);
  t.same(node.delivered, ["a", "b", "x", "y"]);
  t.ok(node.store.calls.entriesFrom - before < 5, `${node.store.calls.entriesFrom - before} readings`);
});

t.test("what was asked for before a stream was taken over is not delivered after it", async (t) => {
  const node = await aSequence();
  const release = node.store.hold("entriesFrom");
  const reading = node.sequencer.catchUp(node.stream);
  await node.clock.turn();
  const old = node.store.entriesOf(node.stream.id).map((entry) => ({ ...entry, atMicros: entry.atMicros + 1 }));
  await node.sequencer.takeOver(node.stream);
  Object.assign(node.stream, { pos: 3, atMicros: old[2]?.atMicros });
  node.store.entriesFrom = () => Promise.resolve(old.slice(3));
  release();
  await reading;
  t.same(node.delivered, []);
  await node.sequencer.catchUp(node.stream);
  t.same(node.delivered, ["c", "d", "e"], "and then it goes on");
});

t.test("what came while a stream was taken over, and is before its place then, is settled", async (t) => {
  const node = await aSequence();
  const { promise, resolve } = Promise.withResolvers<void>();
  node.goBack = async (stream) => {
    await promise;
    Object.assign(stream, { pos: 3, seq: 2, atMicros: node.store.entriesOf(stream.id)[2]?.atMicros });
  };
  const going = node.sequencer.takeOver(node.stream);
  node.append("b");
  node.append("c");
  resolve();
  await going;
  t.same([node.settled, node.delivered], [["b", "c"], ["c"]]);
});

t.test("where it cannot be taken over now, nothing of it is delivered that came meanwhile", async (t) => {
  const node = await aSequence();
  await node.sequencer.catchUp(node.stream);
  await restoredTo(node, 4, "x");
  const { promise, reject } = Promise.withResolvers<void>();
  node.goBack = () => promise;
  const going = node.sequencer.compare([node.stream]);
  await node.clock.turn();
  const entry = {
    ...node.store.entriesOf(node.stream.id)[4],
    pos: node.stream.pos + 1,
    atMicros: node.stream.atMicros + 1,
  } as Entry;
  node.sequencer.offer(node.stream, [{ entry, previousAtMicros: null, origin: null }]);
  reject(new StoreError("unavailable", "away"));
  await going;
  t.same(node.delivered, ["a", "b", "c", "d", "e"]);
});

t.test(
  "while a stream is taken over nothing of it is delivered, and then all that comes after its place",
  async (t) => {
    const node = await aSequence();
    await node.sequencer.catchUp(node.stream);
    await restoredTo(node, 4, "x");
    const { promise, resolve } = Promise.withResolvers<void>();
    node.goBack = () => promise;
    const going = node.sequencer.compare([node.stream]);
    await node.clock.turn();
    await node.store.append({ number: 200, drafts: someDrafts(node.stream.id, "y", "z") });
    node.append("z");
    t.same([node.delivered.includes("z"), node.settled], [false, []]);
    const [, , , , x] = node.store.entriesOf(node.stream.id);
    Object.assign(node.stream, { pos: x?.pos, atMicros: x?.atMicros });
    resolve();
    await going;
    await node.clock.pass(1000);
    t.same(node.delivered.slice(5), ["y", "z"]);
    t.same(node.settled, ["z"]);
  },
);
