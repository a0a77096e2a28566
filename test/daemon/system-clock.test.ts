import t from "tap";
import { systemClock, waitingTimers } from "../../src/daemon/system-clock.ts";

t.test("timers are counted until they have gone off or are cancelled, once", async (t) => {
  const before = waitingTimers();
  const late = systemClock.after(1_000_000, () => {});
  const alive = setInterval(() => {}, 1000);
  const gone = new Promise<void>((resolve) => {
    const soon = systemClock.after(1, () => resolve());
    t.equal(waitingTimers(), before + 2);
    void soon;
  });
  await gone;
  clearInterval(alive);
  t.equal(waitingTimers(), before + 1);
  late.cancel();
  late.cancel();
  t.equal(waitingTimers(), before);
});
