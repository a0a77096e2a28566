import type { Context } from "../context.ts";
import type { LeaveParts } from "../rooms/membership.ts";
import { endSession, suspendSession } from "./end-session.ts";
import type { Session } from "./session.ts";

/** Why a connection ends that the person did not wish to end, and nobody wished it for them: they may come back. */
const BROKEN: ReadonlySet<string> = new Set([
  "peer-closed",
  "no-answer",
  "too-slow",
  "replaced",
  "gave-no-sign",
  "shutdown",
]);
/** Time for which what was sent last may still be under way to a peer that is alive. */
const UNDER_WAY_MICROS = 2_000_000;
/** Before a crash lines may have been stored for so long that people were not shown any more. */
const UNSHOWN_MICROS = 5_000_000;

/** How the connection of a session has ended. Times in microseconds since 1970. */
export interface ConnectionEnd {
  readonly reason: string;
  readonly atMicros: number;
  /** When something came from the peer last. */
  readonly heardMicros: number;
  /** Whether the peer said that it sends nothing more. */
  readonly hasPeerFinished: boolean;
  /** Time for which the kernel has taken nothing of what waits for the peer, in milliseconds; 0: nothing waits. */
  readonly waitingMs: number;
}

/** Until when those may come back who leave now, in microseconds since 1970. */
export function keptUntilMicros({ clock, graceMs }: Pick<Context, "clock"> & { readonly graceMs: number }): number {
  return clock.micros() + graceMs * 1000;
}

/**
 * Until when somebody has seen all that was sent, in microseconds since 1970. What the kernel took may never have arrived: a
 * peer has seen what was sent before it was heard last, unless that waits for it still. One that is disconnected by a restart,
 * or that finishes, is there up to the end.
 */
export function seenMicros({ reason, atMicros, heardMicros, hasPeerFinished, waitingMs }: ConnectionEnd): number {
  const isAlive = reason === "shutdown" || (reason === "peer-closed" && hasPeerFinished);
  return Math.min(isAlive ? atMicros - UNDER_WAY_MICROS : heardMicros, atMicros - waitingMs * 1000);
}

/** Until when those have seen everything who were here at a crash, in microseconds since 1970. */
export function seenBeforeCrashMicros(lastEntryMicros: number): number {
  return lastEntryMicros - UNSHOWN_MICROS;
}

/** Ends the session of a connection that has ended, or keeps it for whoever comes back. */
export async function leave(
  parts: LeaveParts & Pick<Context, "settings">,
  session: Session,
  end: ConnectionEnd,
): Promise<void> {
  const { clock, settings } = parts;
  if (settings.graceMs === 0 || !BROKEN.has(end.reason)) return await endSession(parts, session);
  await suspendSession(parts, session, {
    seenMicros: seenMicros(end),
    untilMicros: keptUntilMicros({ clock, graceMs: settings.graceMs }),
    isRestarting: end.reason === "shutdown",
    needsCode: end.reason === "gave-no-sign",
  });
}
