import t from "tap";
import { StoreError } from "../../src/ports/store-error.ts";
import { Retention } from "../../src/streams/retention.ts";
import { aWorld, type World } from "../support/world/people.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const BROKEN = new StoreError("unavailable", "the disk is away");

/** Starts deleting in a world; `keep.ms` is the setting. */
async function aKeeping(keepMs: number): Promise<{ world: World; keeping: Retention; keep: { ms: number } }> {
  const world = await aWorld();
  const keep = { ms: keepMs };
  const { store, clock, watch, context } = world;
  const onPruned = (beforeMicros: number): void => context.recent.dropOlder(beforeMicros);
  const keeping = new Retention({ store, clock, telemetry: watch, onPruned }, () => keep.ms);
  keeping.start();
  return { world, keeping, keep };
}

t.test("everything is kept where nobody says how long", async (t) => {
  const { world } = await aKeeping(0);
  await world.clock.pass(DAY_MS);
  t.same(world.store.pruned, []);
});

t.test("a minute after the start, and then every ten, what is older goes", async (t) => {
  const { world } = await aKeeping(DAY_MS);
  const { clock, store, watch } = world;
  const startedAt = clock.micros();
  await clock.pass(MINUTE_MS - 1);
  t.same(store.pruned, []);
  store.pruneAnswers.push({ entries: 7, next: null });
  await clock.pass(1);
  t.same(store.pruned, [{ beforeMicros: startedAt + (MINUTE_MS - DAY_MS) * 1000, from: 0, limit: 500 }]);
  t.equal(watch.deleted, 7);
  await clock.pass(10 * MINUTE_MS);
  t.same(store.pruned[1], { beforeMicros: startedAt + (11 * MINUTE_MS - DAY_MS) * 1000, from: 0, limit: 500 });
  t.equal(watch.deleted, 7);
});

t.test(
  "what is kept for longer than there was time is all kept, and asked for in numbers that every store takes",
  async (t) => {
    const { world } = await aKeeping(999_999_999 * DAY_MS);
    await world.clock.pass(MINUTE_MS);
    t.same(world.store.pruned, [{ beforeMicros: 0, from: 0, limit: 500 }]);
  },
);

t.test("a batch at a time, with a rest after each, through all that is there", async (t) => {
  const { world } = await aKeeping(DAY_MS);
  const { clock, store, watch } = world;
  store.pruneAnswers.push({ entries: 500, next: 3 }, { entries: 500, next: 3 }, { entries: 12, next: null });
  await clock.pass(MINUTE_MS);
  t.equal(store.pruned.length, 1);
  await clock.pass(20);
  t.same(store.pruned[1]?.from, 3);
  t.equal(store.pruned.length, 2);
  await clock.pass(20);
  t.equal(store.pruned.length, 3);
  t.equal(new Set(store.pruned.map(({ beforeMicros }) => beforeMicros)).size, 1, "of one moment");
  t.equal(watch.deleted, 1012);
});

t.test("a slow store rests nine times as long as it worked", async (t) => {
  const { world } = await aKeeping(DAY_MS);
  const { clock, store } = world;
  store.pruneAnswers.push({ entries: 500, next: 3 });
  const release = store.hold("prune");
  await clock.pass(MINUTE_MS);
  await clock.pass(100);
  release();
  await clock.turn();
  await clock.pass(899);
  t.equal(store.pruned.length, 1);
  await clock.pass(1);
  t.equal(store.pruned.length, 2);
});

t.test("a store that fails is left alone until the next time", async (t) => {
  const { world } = await aKeeping(DAY_MS);
  const { clock, store, watch } = world;
  store.fail("prune", BROKEN);
  await clock.pass(MINUTE_MS);
  t.equal(watch.health, BROKEN);
  t.equal(store.calls.prune, 1);
  await clock.pass(10 * MINUTE_MS);
  t.equal(store.calls.prune, 2);
});

t.test("the setting may change while it runs", async (t) => {
  const { world, keep } = await aKeeping(0);
  await world.clock.pass(MINUTE_MS);
  keep.ms = DAY_MS;
  await world.clock.pass(10 * MINUTE_MS);
  t.equal(world.store.pruned.length, 1);
  keep.ms = 0;
  await world.clock.pass(DAY_MS);
  t.equal(world.store.pruned.length, 1);
});

t.test("what is deleted is not shown to those who come, though it was at hand", async (t) => {
  const { world } = await aKeeping(DAY_MS);
  const [one] = await world.enterAll("one");
  await one.says("old");
  const two = await world.enters("two");
  t.match(two.heard().join(), "[one]: old");
  await world.clock.pass(DAY_MS);
  await one.says("new");
  await world.clock.pass(10 * MINUTE_MS);
  const three = await world.enters("three");
  const shown = three.heard().join();
  t.match(shown, "[one]: new");
  t.notMatch(shown, "[one]: old");
});

t.test("stops at once while it rests", async (t) => {
  const { world, keeping } = await aKeeping(DAY_MS);
  world.store.pruneAnswers.push({ entries: 500, next: 3 });
  await world.clock.pass(MINUTE_MS);
  await keeping.stop();
  t.equal(world.store.pruned.length, 1);
});

t.test("stops in the middle, when the store has answered", async (t) => {
  const { world, keeping } = await aKeeping(DAY_MS);
  const { clock, store } = world;
  store.pruneAnswers.push({ entries: 500, next: 3 });
  const release = store.hold("prune");
  await clock.pass(MINUTE_MS);
  let isStopped = false;
  const stopped = keeping.stop().then(() => (isStopped = true));
  await clock.turn();
  t.notOk(isStopped, "the store is in use");
  release();
  await clock.turn();
  await stopped;
  await clock.pass(DAY_MS);
  t.equal(store.pruned.length, 1);
});
