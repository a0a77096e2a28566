import t from "tap";
import { StoreError } from "../../src/ports/store-error.ts";
import { aLog, textsOf } from "../support/world/log.ts";

const unavailable = new StoreError("unavailable", "away");

t.test("as many lines wait as may, and one more is refused at once", async (t) => {
  const log = await aLog({ maxPendingMessages: 3 });
  const release = log.store.hold("append");
  await log.add("with the store");
  await log.add("a", "b", "c");
  t.throws(() => log.addNow("d"), { code: "too-much-waiting" });
  release();
  await log.clock.turn();
  await log.add("e");
  t.same(textsOf(log.delivered), [["with the store"], ["a", "b", "c"], ["e"]]);
});

t.test("as many bytes wait as may, and one more is refused at once", async (t) => {
  const log = await aLog({ maxPendingBytes: 1000 });
  const release = log.store.hold("append");
  await log.add({ body: "with the store", bytes: 1000 });
  await log.add({ body: "a", bytes: 999 });
  t.throws(() => log.addNow({ body: "b", bytes: 2 }), { code: "too-much-waiting" });
  await log.add({ body: "c", bytes: 1 });
  t.throws(() => log.addNow({ body: "d", bytes: 1 }), { code: "too-much-waiting" });
  release();
  await log.clock.turn();
  await log.add({ body: "e", bytes: 1000 });
  t.same(textsOf(log.delivered), [["with the store"], ["a", "c"], ["e"]]);
});

t.test("bytes of lines that were refused, or sent again, count no more", async (t) => {
  const log = await aLog({ maxPendingBytes: 1000, maxPendingAgeMs: 1000 });
  log.store.fail("append", new StoreError("full", "disk full"));
  await log.add({ body: "full", bytes: 1000 });
  log.store.moveRules(log.room.id);
  await log.add({ body: "again", bytes: 1000 });
  log.store.fail("append", ...Array.from({ length: 10 }, () => unavailable));
  await log.add({ body: "sent", bytes: 1000 });
  await log.add({ body: "old", bytes: 1000 });
  await log.clock.pass(20_000);
  await log.add({ body: "new", bytes: 1000 });
  t.same(log.outcomes, ["full: store-full", "again: stored", "old: store-unavailable", "sent: stored", "new: stored"]);
  log.store.hold("append");
  await log.add({ body: "with the store", bytes: 1000 });
  await log.add({ body: "waits", bytes: 1000 });
  t.throws(() => log.addNow({ body: "too much", bytes: 1 }), { code: "too-much-waiting" });
});

t.test("without bounds any number waits", async (t) => {
  const log = await aLog({ maxPendingMessages: 0, maxPendingBytes: 0, maxPendingAgeMs: 0 });
  log.store.fail("append", unavailable, unavailable);
  await log.add("first");
  await log.add(...Array.from({ length: 20_000 }, (_, i) => ({ body: `line ${i}`, bytes: 1024 })));
  await log.clock.pass(60_000);
  t.equal(log.outcomes.filter((outcome) => outcome.endsWith("stored")).length, 20_001);
});

t.test("lines that were never sent are refused when they are too old, and no younger ones", async (t) => {
  const log = await aLog({ maxPendingAgeMs: 10_000 });
  log.store.fail("append", ...Array.from({ length: 12 }, () => unavailable));
  await log.add("sent");
  await log.add("old");
  await log.clock.pass(8000);
  await log.add("young");
  t.same(log.outcomes, []);
  await log.clock.pass(6000);
  t.same(log.outcomes, ["old: store-unavailable"]);
  await log.clock.pass(20_000);
  t.same(log.outcomes, ["old: store-unavailable", "sent: stored", "young: stored"]);
});

t.test("lines grow too old behind a store that never answers, too", async (t) => {
  const log = await aLog({ maxPendingAgeMs: 10_000 });
  const release = log.store.hold("append");
  await log.add("sent");
  await log.add("old");
  await log.clock.pass(9000);
  t.same(log.outcomes, []);
  await log.clock.pass(3000);
  t.same(log.outcomes, ["old: store-unavailable"]);
  release();
  await log.clock.turn();
  t.same(log.outcomes, ["old: store-unavailable", "sent: stored"]);
});

t.test(
  "on a full disk the batch is refused to its senders, and the next one is stored when there is space",
  async (t) => {
    const log = await aLog();
    log.store.fail("append", new StoreError("full", "disk full"), new StoreError("full", "disk full"));
    await log.add("a", "b");
    t.same(log.outcomes, ["a: store-full", "b: store-full"]);
    t.match(log.watch.health, { code: "full" });
    await log.add("c");
    await log.add("d");
    t.same(log.outcomes.slice(2), ["c: store-full", "d: stored"]);
    t.equal(log.watch.health, null);
    t.same(log.store.saidIn(log.room.id), ["d"]);
  },
);

t.test("what was said while a batch met a full disk is tried on its own", async (t) => {
  const log = await aLog();
  const release = log.store.hold("append");
  log.store.fail("append", new StoreError("full", "disk full"));
  await log.add("a");
  await log.add("b");
  release();
  await log.clock.turn();
  t.same(log.outcomes, ["a: store-full", "b: stored"]);
});

for (const error of [new StoreError("broken", "not a database"), new TypeError("a bug")]) {
  t.test(`a store that fails with ${error.message} refuses the batch, and the next one is tried`, async (t) => {
    const log = await aLog();
    log.store.fail("append", error);
    await log.add("a");
    await log.add("b");
    t.same(log.outcomes, ["a: store-unavailable", "b: stored"]);
  });
}

t.test("a batch whose outcome is unknown is sent again, the very same, and never refused", async (t) => {
  const log = await aLog({ maxPendingAgeMs: 1000 });
  log.store.fail("append", ...Array.from({ length: 20 }, () => unavailable));
  await log.add("a", "b");
  await log.add("c");
  await log.clock.pass(600_000);
  t.same(log.outcomes, ["c: store-unavailable", "a: stored", "b: stored"]);
  t.equal(log.store.batches.length, 21);
  for (const batch of log.store.batches) {
    t.same([batch.number, ...batch.drafts.map((draft) => draft.body)], [1, "a", "b"]);
  }
});

t.test("a batch that was stored though its answer was lost is delivered once, at its place", async (t) => {
  const log = await aLog();
  log.store.loseAnswer(unavailable);
  await log.add("a");
  await log.add("b");
  await log.clock.pass(1000);
  t.same(textsOf(log.delivered), [["a"], ["b"]]);
  t.same(log.store.saidIn(log.room.id), ["a", "b"]);
  t.same(
    log.delivered.flat().map(({ entry }) => entry.seq),
    [1, 2],
  );
});

t.test("lines of a batch that was never sent are refused when they are too old, and no younger ones", async (t) => {
  const log = await aLog({ maxPendingAgeMs: 1000 });
  const unreached = new StoreError("unreached", "connection refused");
  log.store.fail("append", ...Array.from({ length: 99 }, () => unreached));
  log.addNow("a");
  await log.clock.turn();
  await log.clock.pass(600);
  t.same(log.outcomes, []);
  await log.add("b");
  await log.clock.pass(1000);
  t.same(log.outcomes, ["a: store-unavailable"]);
  log.store.mend("append");
  await log.clock.pass(2000);
  t.same(log.outcomes, ["a: store-unavailable", "b: stored"]);
});

t.test("lines that may have been sent are not refused, also when the store cannot be reached any more", async (t) => {
  const log = await aLog({ maxPendingAgeMs: 1000 });
  const unreached = new StoreError("unreached", "connection refused");
  log.store.loseAnswer(unavailable);
  await log.add("a");
  log.store.fail("append", ...Array.from({ length: 6 }, () => unreached));
  await log.clock.pass(1500);
  t.same(log.outcomes, []);
  await log.clock.pass(5000);
  t.same(log.outcomes, ["a: stored"]);
});

t.test("at the end, lines that could not be sent are told as not stored", async (t) => {
  const log = await aLog();
  log.store.fail("append", ...Array.from({ length: 99 }, () => new StoreError("unreached", "connection refused")));
  await log.add("a");
  const left = log.log.finish(1000);
  await log.clock.pass(3000);
  t.equal(await left, 1);
  t.same(log.outcomes, ["a: store-unavailable"]);
});

t.test("it is tried again soon, then less often, and at least every two seconds", async (t) => {
  const log = await aLog({ maxPendingAgeMs: 0 });
  log.store.fail("append", ...Array.from({ length: 100 }, () => unavailable));
  await log.add("a");
  const tries: number[] = [];
  for (let ms = 0; ms < 20_000; ms += 10) {
    const before = log.store.batches.length;
    await log.clock.pass(10);
    if (log.store.batches.length > before) tries.push(log.clock.monotonicMs());
  }
  const waits = tries.slice(1).map((at, i) => at - (tries[i] ?? 0));
  t.ok((tries[0] ?? Number.POSITIVE_INFINITY) <= 100, "the first time soon");
  t.same(
    waits,
    waits.toSorted((a, b) => a - b),
  );
  t.equal(waits.at(-1), 2000);
});

t.test(
  "when the end has come, a store that still fails is given up, and what it may not have is counted",
  async (t) => {
    const log = await aLog({ maxPendingAgeMs: 0 });
    log.store.fail("append", ...Array.from({ length: 100 }, () => unavailable));
    await log.add("sent");
    await log.add("behind", "it");
    const finished = log.log.finish(5000);
    await log.clock.pass(4000);
    t.same(log.outcomes, [], "it is tried until then");
    await log.clock.pass(10_000);
    t.equal(await finished, 3);
    t.same(log.outcomes, ["sent: store-unknown", "behind: store-unavailable", "it: store-unavailable"]);
  },
);

t.test("when the end has come, a store that works in time has everything", async (t) => {
  const log = await aLog();
  log.store.fail("append", unavailable, unavailable);
  await log.add("sent");
  await log.add("behind");
  const finished = log.log.finish(5000);
  await log.clock.pass(4000);
  t.equal(await finished, 0);
  t.same(log.outcomes, ["sent: stored", "behind: stored"]);
});
