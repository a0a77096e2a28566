import t, { type Test } from "tap";
import { systemClock } from "../../src/daemon/system-clock.ts";
import { StoreError } from "../../src/ports/store-error.ts";
import type { Mark } from "../../src/ports/store.ts";
import { ControlledStore } from "../support/world/controlled-store.ts";
import { startsOf, makeRoom, someDrafts } from "../support/world/drafts.ts";
import { testBackup } from "./keeping.ts";
import type { StoreUnderTest } from "./make-store.ts";
import { testStore } from "./store.ts";

/** Nothing is held, and nothing fails. */
async function make(t: Test, isShared: boolean): Promise<StoreUnderTest> {
  let aheadMicros = 0;
  const store = new ControlledStore({ micros: () => systemClock.micros() + aheadMicros }, isShared);
  t.teardown(() => store.close());
  return {
    store,
    // It remembers the last one alone.
    forgetOutcomes: () => Promise.resolve(),
    async ahead(micros, _stream, append) {
      aheadMicros = micros;
      await append();
      aheadMicros = 0;
    },
  };
}

for (const isShared of [false, true]) {
  t.test(isShared ? "shared" : "of one node", async (t) => {
    testStore(t, (t) => make(t, isShared));
    testBackup(t, (t) => make(t, isShared));
  });
}
t.test("a shared one takes nothing of a stream that has another entry at its mark, or ends before it", async (t) => {
  const { store } = await make(t, true);
  const { id, atMicros } = await makeRoom(store);
  const other = await makeRoom(store, "Trains");
  const takersAt = async (number: number, mark: Pick<Mark, "pos" | "atMicros">) => {
    const drafts = [...someDrafts(id, "a"), ...someDrafts(other.id, "b")];
    const starts = await startsOf(store, { number, drafts, marks: [{ stream: id, ...mark }] });
    return starts.map(({ stream }) => stream);
  };
  t.same(await takersAt(1, { pos: 1, atMicros }), [id, other.id]);
  t.same(await takersAt(2, { pos: 1, atMicros: atMicros + 1 }), [other.id], "it is of another time");
  t.same(await takersAt(2, { pos: 1, atMicros }), [other.id], "sent again, it gets its first answer");
  t.same(await takersAt(3, { pos: 9, atMicros }), [other.id], "it is not there");
  t.same(await takersAt(4, { pos: 0, atMicros: 0 }), [id, other.id], "nothing was delivered");
});

t.test("what happens behind it is what it goes on from, and a batch that is sent again is known", async (t) => {
  const store = new ControlledStore(systemClock);
  t.teardown(() => store.close());
  const { id } = await makeRoom(store);
  const batch = { number: 1, drafts: someDrafts(id, "a", "b") };
  const starts = await startsOf(store, batch);
  t.match(await store.storeElsewhere({ stream: id, body: "far" }), { pos: 4, seq: 3 });
  store.forgetLast(id, 2);
  t.same(await startsOf(store, batch), starts);
  t.same(store.saidIn(id), ["a"]);
  t.match(await startsOf(store, { number: 2, drafts: someDrafts(id, "c") }), [{ pos: 2, seq: 1 }]);
  store.moveRules(id);
  t.same(await startsOf(store, { number: 3, drafts: someDrafts(id, "d") }), []);
  store.closeStream(id);
  t.same(await store.rooms(), []);
  store.restart();
  const { id: next } = await makeRoom(store);
  t.match(await startsOf(store, { number: 1, drafts: someDrafts(next, "e") }), [{ stream: next, pos: 1 }]);
});

t.test("a batch whose answer is lost is stored, and one that fails is not", async (t) => {
  const store = new ControlledStore(systemClock);
  t.teardown(() => store.close());
  const { id } = await makeRoom(store);
  const [lost, failed] = [new StoreError("unavailable", "no answer"), new StoreError("full", "disk full")];
  store.loseAnswer(lost);
  await t.rejects(startsOf(store, { number: 1, drafts: someDrafts(id, "a") }), lost);
  store.fail("append", failed);
  await t.rejects(startsOf(store, { number: 2, drafts: someDrafts(id, "b") }), failed);
  const release = store.hold("append");
  const held = startsOf(store, { number: 2, drafts: someDrafts(id, "c") });
  t.same(store.saidIn(id), ["a"]);
  release();
  await held;
  t.same(store.saidIn(id), ["a", "c"]);
  t.same([store.calls.append, store.batches.length], [3, 3]);
});
