import t from "tap";
import { StoreError } from "../../src/ports/store-error.ts";
import { aLog, aRoomFor, type LogUnderTest, type Speaker } from "../support/world/log.ts";

const unavailable = new StoreError("unavailable", "no answer");
const fenced = new StoreError("fenced", "taken for dead");
const broken = new StoreError("broken", "a table is missing");

/** The stream takes nothing, and nothing that can be learned says why. */
function takeNothing(log: LogUnderTest): void {
  log.store.append = async () => {
    log.store.calls.append += 1;
    return { starts: [], passed: [] };
  };
}

for (const error of [broken, new StoreError("full", "no space")]) {
  t.test(
    `a batch that may be stored is not refused when it is sent again and the store is ${error.code}`,
    async (t) => {
      const log = await aLog();
      log.store.loseAnswer(unavailable);
      await log.add("a");
      log.store.fail("append", error, error);
      await log.clock.pass(150);
      t.same(log.outcomes, [], "nobody knows yet");
      t.same(log.watch.health, error);
      await log.clock.pass(1000);
      t.same(log.outcomes, ["a: stored"]);
      t.same(log.store.saidIn(log.room.id), ["a"]);
      t.equal(new Set(log.store.batches.map(({ number }) => number)).size, 1, "it is one batch");
    },
  );
}

t.test("a batch that is fenced goes into another one, what was sent before too, and is judged again", async (t) => {
  const log = await aLog();
  log.store.fail("append", unavailable, fenced);
  const ann: Speaker = { nameStatus: "held" };
  log.addNow({ body: "a", speaker: ann });
  log.addNow("b");
  log.judge = ({ speaker }) => (speaker?.nameStatus === "lost" ? "lost-name" : null);
  await log.clock.turn();
  ann.nameStatus = "lost";
  await log.clock.pass(50);
  await log.clock.pass(50);
  t.same(log.outcomes, ["a: lost-name", "b: stored"]);
  t.same(
    log.store.batches.map(({ number }) => number),
    [1, 1, 2],
  );
});

t.test("what somebody says whose name is in doubt waits, and nobody else's does; then it goes in order", async (t) => {
  const log = await aLog();
  const ann: Speaker = { nameStatus: "unconfirmed" };
  log.addNow({ body: "a1", speaker: ann });
  await log.add("b1");
  log.addNow({ body: "a2", speaker: ann });
  await log.add("b2");
  t.same(log.outcomes, ["b1: stored", "b2: stored"]);
  ann.nameStatus = "held";
  log.log.goOn();
  await log.clock.turn();
  t.same(log.outcomes.slice(2), ["a1: stored", "a2: stored"]);
});

t.test("what waits for a name that stays in doubt is refused when it is too old", async (t) => {
  const log = await aLog({ maxPendingAgeMs: 5000 });
  const ann: Speaker = { nameStatus: "unconfirmed" };
  log.addNow({ body: "a", speaker: ann });
  await log.clock.turn();
  await log.clock.pass(7000);
  t.same(log.outcomes, ["a: store-unavailable"]);
  let isIdle = false;
  void log.log.whenIdle().then(() => (isIdle = true));
  await log.clock.pass(2000);
  t.ok(isIdle);
});

t.test("a stream that takes nothing, and nobody knows why, is tried ever more seldom, and alone", async (t) => {
  const log = await aLog();
  const trains = await aRoomFor(log, "Trains");
  const append = log.store.append.bind(log.store);
  takeNothing(log);
  await log.add("stuck");
  t.equal(log.store.calls.append, 1);
  await log.clock.pass(50);
  t.equal(log.store.calls.append, 2);
  await log.clock.pass(99);
  t.equal(log.store.calls.append, 2, "twice as long as before");
  await log.clock.pass(8000);
  t.ok(log.store.calls.append < 12, `${log.store.calls.append} times in 8 s`);
  log.store.append = (batch) => append({ ...batch, drafts: batch.drafts.filter(({ stream }) => stream === trains.id) });
  await log.add({ body: "other", room: trains });
  t.same(log.outcomes, ["other: stored"]);
  await log.clock.pass(4000);
  t.same(log.outcomes, ["other: stored", "stuck: store-unavailable"], "it does not wait for longer than it may");
});

t.test("at the end, a stream that takes nothing holds nobody up", async (t) => {
  const log = await aLog({ maxPendingAgeMs: 0 });
  takeNothing(log);
  await log.add("stuck");
  const finished = log.log.finish(5000);
  await log.clock.pass(7000);
  t.equal(await finished, 1);
  t.same(log.outcomes, ["stuck: store-unavailable"]);
});

t.test("a stream that takes something again rests as shortly as the first time when it takes nothing", async (t) => {
  const log = await aLog();
  const append = log.store.append.bind(log.store);
  takeNothing(log);
  await log.add("a");
  await log.clock.pass(800);
  log.store.append = append;
  await log.clock.pass(1000);
  t.same(log.outcomes, ["a: stored"]);
  takeNothing(log);
  await log.add("b");
  const before = log.store.calls.append;
  await log.clock.pass(50);
  t.equal(log.store.calls.append, before + 1);
});

t.test("lines of which the first half is fenced keep their order", async (t) => {
  const log = await aLog();
  log.store.fail("append", new StoreError("bad-input", "a zero"), fenced);
  await log.add("a", "b", "c", "d");
  await log.clock.pass(1000);
  t.same(log.store.saidIn(log.room.id), ["a", "b", "c", "d"]);
});
