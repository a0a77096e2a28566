import { once } from "node:events";
import type { Worker } from "node:worker_threads";

/** The thread that this process starts next. */
export async function nextWorker(): Promise<Worker> {
  const [worker] = (await once(process, "worker")) as [Worker];
  return worker;
}
