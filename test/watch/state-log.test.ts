import t from "tap";
import { StateLog } from "../../src/watch/state-log.ts";
import { FakeClock } from "../support/world/fake-clock.ts";

t.test("it speaks every so often until it is stopped", async (t) => {
  const clock = new FakeClock();
  let said = 0;
  const log = new StateLog(clock, 60_000, () => (said += 1));
  log.start();
  await clock.pass(59_999);
  t.equal(said, 0);
  await clock.pass(1);
  t.equal(said, 1);
  await clock.pass(120_000);
  t.equal(said, 3);
  log.stop();
  t.equal(clock.plannedCount, 0);
});

t.test("with 0 it never does", async (t) => {
  const clock = new FakeClock();
  new StateLog(clock, 0, () => t.fail("it spoke")).start();
  t.equal(clock.plannedCount, 0);
});
