import t from "tap";
import { inTime } from "../../src/ports/in-time.ts";
import { FakeClock } from "../support/world/fake-clock.ts";

t.test("what comes in time is passed on, and what does not is late", async (t) => {
  const clock = new FakeClock();
  const late = (): Error => new Error("late");
  t.equal(await inTime(Promise.resolve("done"), 100, clock, late), "done");
  await t.rejects(inTime(Promise.reject(new Error("failed")), 100, clock, late), /failed/);
  t.equal(clock.plannedCount, 0, "no timer is left");
  const never = inTime(new Promise(() => {}), 100, clock, late);
  const rejected = t.rejects(never, /late/);
  await clock.pass(100);
  await rejected;
});
