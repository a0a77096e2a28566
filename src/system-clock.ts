import type { Clock } from "./chat/ports.ts";

/** The machine's time. */
export const systemClock: Clock = {
  micros: () => Date.now() * 1000,
  monotonicMs: () => performance.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
  soon: (task) => void setImmediate(task),
};
