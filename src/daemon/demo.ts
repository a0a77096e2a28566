import { randomUUID } from "node:crypto";
import { learnApplication } from "../chat/applications/lifecycle.ts";
import type { Context } from "../chat/context.ts";
import { changeApplication } from "../chat/operations/administer-applications.ts";
import { parseRoomName } from "../domain/names.ts";

/** The applications of `--demo`, by their handles. */
const DEMO = { celtra: { isActive: true, isOpen: true }, test: { isActive: false } } as const;

/** Makes the applications of `--demo` that are not there. Rejects with a `Refusal` or a `StoreError`. */
export async function makeDemo(context: Context): Promise<void> {
  for (const [title, change] of Object.entries(DEMO)) {
    const handle = parseRoomName(title);
    if (!handle || context.applications.byHandle(handle.key)) continue;
    const record = await context.store.createApplication({ handle, title, token: randomUUID() });
    // Without a record, another node has made it first.
    if (record) await changeApplication(context, learnApplication(context, record), change);
  }
}
