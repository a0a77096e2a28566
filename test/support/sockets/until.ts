import { setTimeout as pause } from "node:timers/promises";

/** A condition that has not come true after this will not. */
const PATIENCE_MS = 30_000;
const LOOK_AGAIN_MS = 5;

/** Waits until the condition holds, where nothing tells when to look; throws when it never does. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await pause(LOOK_AGAIN_MS);
  }
}
