import t from "tap";
import { StoreError } from "../../src/ports/store-error.ts";
import { EndedApplications } from "../../src/streams/ended-applications.ts";
import { FakeClock } from "../support/world/fake-clock.ts";
import { FakeWatch } from "../support/world/people.ts";

const MINUTE_MS = 60_000;

/** A sweeper; `answers` are what the next steps resolve with, or reject with. */
function aSweeper() {
  const clock = new FakeClock();
  const telemetry = new FakeWatch();
  const answers: (boolean | StoreError)[] = [];
  let steps = 0;
  const store = {
    sweepEnded: (): Promise<boolean> => {
      steps += 1;
      const answer = answers.shift() ?? false;
      return typeof answer === "boolean" ? Promise.resolve(answer) : Promise.reject(answer);
    },
  };
  const sweeper = new EndedApplications({ store, clock, telemetry });
  sweeper.start();
  return { clock, telemetry, answers, sweeper, steps: () => steps };
}

t.test("what an earlier process has left is deleted a minute after the start, step by step", async (t) => {
  const { clock, answers, steps } = aSweeper();
  answers.push(true, true, false);
  await clock.pass(MINUTE_MS - 1);
  t.equal(steps(), 0);
  await clock.pass(1);
  t.equal(steps(), 1);
  await clock.pass(19);
  t.equal(steps(), 1, "live traffic has its turn");
  await clock.pass(1000);
  t.equal(steps(), 3);
});

t.test("when one ends it begins at once, also while it deletes another one", async (t) => {
  const { clock, answers, sweeper, steps } = aSweeper();
  answers.push(true, false, false);
  sweeper.soon();
  await clock.pass(0);
  t.equal(steps(), 1);
  sweeper.soon();
  await clock.pass(20);
  t.equal(steps(), 3, "and looks once more after that");
});

t.test("where the store fails it goes on in the next round, and ends when it is stopped", async (t) => {
  const { clock, telemetry, answers, sweeper, steps } = aSweeper();
  const away = new StoreError("unavailable", "away");
  answers.push(away, true, true, true);
  sweeper.soon();
  await clock.pass(0);
  t.same([steps(), telemetry.health], [1, away]);
  await clock.pass(10 * MINUTE_MS);
  t.equal(steps(), 2);
  await sweeper.stop();
  await clock.pass(20 * MINUTE_MS);
  t.equal(steps(), 2);
});
