import type { Test } from "tap";
import { Client } from "./client.ts";
import { until } from "./until.ts";

/**
 * Connects one client after the other until something is over, and then waits until each of them is asked for a name: who
 * is refused never is. Rejects with what went wrong, if anything did.
 */
export async function comeUntil(t: Test, port: number, over: Promise<unknown>): Promise<void> {
  let isOver = false;
  const ended = over.finally(() => (isOver = true));
  const newcomers: Client[] = [];
  const comes = until(async () => {
    newcomers.push(await Client.connect(t, port));
    return isOver;
  }, "it is over");
  await Promise.all([ended, comes]);
  for (const newcomer of newcomers) await newcomer.expect("Login:");
  t.comment(`${newcomers.length} connections came meanwhile`);
}
