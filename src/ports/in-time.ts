import type { Clock } from "./clock.ts";

/** The outcome of a task; rejects with what `late` makes where there is none within `ms` milliseconds. The task goes on. */
export async function inTime<T>(task: Promise<T>, ms: number, clock: Clock, late: () => Error): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = clock.after(ms, () => reject(late()));
  try {
    return await Promise.race([task, promise]);
  } finally {
    timer.cancel();
  }
}
