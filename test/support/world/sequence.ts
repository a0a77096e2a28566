import type { Entry } from "../../../src/domain/entry.ts";
import { Sequencer } from "../../../src/streams/sequencer.ts";
import { Stream } from "../../../src/streams/stream.ts";
import { someDrafts, makeRoom } from "./drafts.ts";
import { FakeClock } from "./fake-clock.ts";
import { ControlledStore } from "./controlled-store.ts";
import { FakeWatch } from "./people.ts";

/** A followed stream of which entries 2 to 6 are stored (a to e), and nothing after the first is delivered. */
export async function aSequence() {
  const clock = new FakeClock();
  const store = new ControlledStore(clock);
  const watch = new FakeWatch();
  const record = await makeRoom(store);
  await store.append({ number: 1, drafts: someDrafts(record.id, "a", "b", "c", "d", "e") });
  const stream = new Stream(record.id, record);
  stream.isFollowed = true;
  const delivered: string[] = [];
  const settled: string[] = [];
  const back: Stream[] = [];
  /** Takes over where the store is now. */
  const goBack = async (gone: Stream): Promise<void> => {
    const { pos = 0, seq = 0, atMicros = 0 } = store.entriesOf(gone.id).at(-1) ?? {};
    Object.assign(gone, { pos, seq, atMicros });
  };
  const node = { goBack };
  const sequencer = new Sequencer(store, clock, watch, {
    deliver: (_stream, entries) => delivered.push(...entries.map(({ body }) => body)),
    takeOver: async (stream) => {
      back.push(stream);
      await node.goBack(stream);
    },
  });
  const entry = (body: string): Entry => {
    const found = store.entriesOf(record.id).find((one) => one.body === body);
    if (!found) throw new Error(body);
    return found;
  };
  /** They come over the bus, each alone. */
  const hear = (...bodies: readonly string[]): void => {
    for (const body of bodies) sequencer.offer(stream, [{ entry: entry(body), previousAtMicros: null, origin: null }]);
  };
  /** They come as the outcome of this node's own append. */
  const append = (body: string): void =>
    sequencer.offer(stream, [
      { entry: entry(body), previousAtMicros: null, origin: { settle: () => settled.push(body), saidAtMs: 0 } },
    ]);
  return Object.assign(node, { clock, store, watch, stream, sequencer, delivered, settled, back, hear, append });
}

/** The stream's end, as it is in a store that has the entry of that position and nothing after it. */
export async function restoredTo(
  node: Awaited<ReturnType<typeof aSequence>>,
  pos: number,
  ...bodies: readonly string[]
) {
  const { store, stream } = node;
  store.forgetLast(stream.id, store.entriesOf(stream.id).length - pos);
  await node.clock.pass(1000);
  if (bodies.length > 0) await store.append({ number: 100 + pos, drafts: someDrafts(stream.id, ...bodies) });
}
