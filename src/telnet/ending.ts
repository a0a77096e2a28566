import type { Context } from "../chat/context.ts";
import { endSession, suspendSession } from "../chat/sessions/end-session.ts";
import type { Session } from "../chat/sessions/session.ts";
import type { CloseReason } from "../net/telemetry.ts";

/** Reasons that the person did not wish, and nobody wished for them: they may come back. */
const BROKEN: ReadonlySet<CloseReason> = new Set([
  "peer-closed",
  "no-answer",
  "too-slow",
  "replaced",
  "gave-no-sign",
  "shutdown",
]);

/** Minimum time for a peer to close its side, after which it is cut off. */
const CLOSE_MS = 5000;

/** Returns the time for a peer to close its side, in milliseconds; null: any. @param closeAfterMs `--outbox-close-after` */
export function timeToClose(hasPeerFinished: boolean, closeAfterMs: number): number | null {
  if (!hasPeerFinished) return CLOSE_MS;
  // It has nothing more to do than to read.
  return closeAfterMs === 0 ? null : Math.max(CLOSE_MS, closeAfterMs);
}

/** Ends the session of a connection that is closed. @param heardMicros when something came from the peer last */
export async function endAfter(
  reason: CloseReason,
  context: Context,
  session: Session,
  heardMicros: number,
): Promise<void> {
  if (BROKEN.has(reason)) await suspendSession(context, session, heardMicros);
  else await endSession(context, session);
}
