import type { Clock } from "./clock.ts";

/** Settles as the task does, or rejects with what `late` returns after `ms` milliseconds. The task itself goes on. */
export async function inTime<T>(task: Promise<T>, ms: number, clock: Clock, late: () => Error): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = clock.after(ms, () => reject(late()));
  try {
    return await Promise.race([task, promise]);
  } finally {
    timer.cancel();
  }
}
