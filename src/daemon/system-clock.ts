import type { Clock } from "../ports/clock.ts";

/** Number of timers that wait. Node does not count timers that keep no process alive. */
let waiting = 0;

/** The machine's time. */
export const systemClock: Clock = {
  micros: () => Date.now() * 1000,
  monotonicMs: () => performance.now(),
  after(ms, task) {
    let isWaiting = true;
    waiting += 1;
    const over = (): void => {
      if (isWaiting) waiting -= 1;
      isWaiting = false;
    };
    const timer = setTimeout(() => {
      over();
      task();
    }, ms);
    timer.unref();
    return {
      cancel() {
        clearTimeout(timer);
        over();
      },
    };
  },
  soon: (task) => void setImmediate(task),
};

/** Returns the number of timers of the system clock that wait. */
export function waitingTimers(): number {
  return waiting;
}
