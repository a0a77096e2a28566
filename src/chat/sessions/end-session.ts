import { principalsIn } from "../../domain/rights.ts";
import { STANDINGS } from "../../ports/absence.ts";
import { type LeaveParts, passOnOwned, takeOutOfAll } from "../rooms/membership.ts";
import type { Room } from "../rooms/room.ts";
import type { Session } from "./session.ts";

/** Ends a session when the lines it said are settled: it leaves its rooms, and its name becomes free. */
export async function endSession(parts: LeaveParts, session: Session): Promise<void> {
  await session.whenSettled();
  takeOutOfAll(parts, session);
  // Whoever lost the name to themselves goes on at another node.
  if (session.nameStatus === "lost") void passOnIfGone(parts, session);
  else passOnOwned(parts, session);
  parts.sessions.remove(session);
  parts.presence.release(session.id);
  session.ended();
}

async function passOnIfGone(parts: LeaveParts, session: Session): Promise<void> {
  try {
    const gone = await parts.presence.goneOf([session.id]);
    if (gone.includes(session.id)) passOnOwned(parts, session);
  } catch (error) {
    // The next comparison finds the rooms whose owner is gone.
    parts.telemetry.storeHealth(error);
  }
}

/** For how long a session is kept. Times in microseconds since 1970. */
export interface Keeping {
  readonly seenMicros: number;
  readonly untilMicros: number;
  /** As `Presence.depart`. */
  readonly isRestarting: boolean;
  /** As `Leaving.needsCode`. */
  readonly needsCode: boolean;
}

/**
 * As `endSession`, of a session whose connection broke: its place, what it may do in rooms, and its name are kept for a time,
 * for whoever comes back to it.
 */
export async function suspendSession(
  parts: LeaveParts,
  session: Session,
  { seenMicros, untilMicros, isRestarting, needsCode }: Keeping,
): Promise<void> {
  const { presence, sessions } = parts;
  await session.whenSettled();
  const withRights = roomsWithRightsOf(session);
  const hasRightsIn = withRights.map((room) => room.id);
  const standing = Math.max(...withRights.map((room) => standingIn(parts, session, room)), STANDINGS.none);
  const leaving = { ...session.place, hasRightsIn, standing, seenMicros, untilMicros, needsCode };
  // Before it leaves: a private room that nobody else is in waits for it.
  presence.depart(session.id, leaving, isRestarting);
  takeOutOfAll(parts, session);
  sessions.remove(session);
  session.ended();
}

/** Rooms in which a session has rights that would end with it. */
function roomsWithRightsOf({ who, rooms, privateRooms, owned, created }: Session): Room[] {
  const all = new Set([...rooms, ...privateRooms, ...owned, ...created]);
  const hasRights = ({ rights }: Room): boolean => rights.maker === who.id || principalsIn(rights).includes(who.id);
  return [...all].filter(hasRights);
}

/** Returns what the session has in a room that others would not keep for it: one of `STANDINGS`. */
function standingIn({ presence }: LeaveParts, session: Session, room: Room): number {
  const { id } = session;
  if (room.isDestroyed) return STANDINGS.none;
  if (room.rights.maker === id || room.owner === id) return STANDINGS.owner;
  if (room.rights.operators.includes(id)) return STANDINGS.operator;
  const isAlone = room.isPrivate && session.rooms.includes(room) && presence.countIn(room.id) === 1;
  return isAlone ? STANDINGS.alone : STANDINGS.none;
}
