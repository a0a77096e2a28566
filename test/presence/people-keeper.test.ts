import t from "tap";
import type { KeptPerson } from "../../src/ports/people-store.ts";
import { PeopleKeeper } from "../../src/presence/people-keeper.ts";
import { FakeClock } from "../support/world/fake-clock.ts";

interface Kept {
  readonly clock: FakeClock;
  readonly keeper: PeopleKeeper;
  /** The writes: who was written, and who has ended. */
  readonly writes: [people: number[], ended: number[]][];
  readonly health: unknown[];
  readonly failures: Error[];
}

/** A keeper of sessions; those above 1,000 have ended. */
function aKeeper(): Kept {
  const clock = new FakeClock();
  const [writes, health, failures]: [Kept["writes"], unknown[], Error[]] = [[], [], []];
  const keeper = new PeopleKeeper({
    clock,
    store: {
      keepPeople: async (people, ended) => {
        const failure = failures.shift();
        if (failure) throw failure;
        writes.push([people.map(({ id }) => id), [...ended]]);
      },
    },
    health: (error) => health.push(error),
    // The keeper looks at the id alone.
    personOf: (id) => (id > 1000 ? null : ({ id } as KeptPerson)),
  });
  return { clock, keeper, writes, health, failures };
}

t.test("what has changed is written once, five seconds after the first change", async (t) => {
  const { clock, keeper, writes } = aKeeper();
  keeper.changed(1);
  await clock.pass(4999);
  for (const session of [1, 2, 1001]) keeper.changed(session);
  t.same(writes, []);
  await clock.pass(1);
  t.same(writes, [[[1, 2], [1001]]]);
  await clock.pass(60_000);
  t.equal(writes.length, 1, "and then nothing has to be");
});

t.test("many are written in parts", async (t) => {
  const { clock, keeper, writes } = aKeeper();
  for (let session = 1; session <= 501; session++) keeper.changed(session);
  await clock.pass(5000);
  t.same(
    writes.map(([people]) => people.length),
    [500, 1],
  );
});

t.test("what could not be written is written later, and the failure is told", async (t) => {
  const { clock, keeper, writes, health, failures } = aKeeper();
  const full = new Error("full");
  failures.push(full);
  keeper.changed(1);
  await clock.pass(5000);
  t.same([writes, health], [[], [full]]);
  await clock.pass(5000);
  t.same([writes, health], [[[[1], []]], [full, null]]);
});

t.test(
  "what is urgent is written at once, all that comes during a write in one, and the rest in its time",
  async (t) => {
    const { clock, keeper, writes } = aKeeper();
    keeper.changed(9);
    void keeper.changedNow(1);
    await Promise.resolve();
    await Promise.all([2, 3, 1001].map((session) => keeper.changedNow(session)));
    t.same(writes.splice(0), [
      [[1], []],
      [[2, 3], [1001]],
    ]);
    await clock.pass(5000);
    t.same(writes, [[[9], []]]);
  },
);

t.test("nobody waits longer for what is urgent if it fails, and it is written later", async (t) => {
  const { clock, keeper, writes, health, failures } = aKeeper();
  failures.push(new Error("full"));
  await keeper.changedNow(1);
  t.same([writes, health.length], [[], 1]);
  await clock.pass(5000);
  t.same(writes, [[[1], []]]);
});

t.test("what is urgent when it is closed is written once, and nothing after that", async (t) => {
  const { keeper, writes } = aKeeper();
  const urgent = keeper.changedNow(1);
  await keeper.close();
  t.same(writes, [[[1], []]]);
  await Promise.all([urgent, keeper.changedNow(2)]);
  t.equal(writes.length, 1);
});

t.test("what is not written yet is written when it is closed", async (t) => {
  const { clock, keeper, writes } = aKeeper();
  keeper.changed(1);
  await keeper.close();
  t.same(writes, [[[1], []]]);
  keeper.changed(2);
  await clock.pass(60_000);
  t.equal(writes.length, 1, "after that the store is closed");
});
