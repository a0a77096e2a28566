import { principalsIn } from "../../domain/rights.ts";
import type { Context } from "../context.ts";
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

/**
 * As `endSession`, of a session whose connection broke: where it was, what it may do there, and its name are kept for a time,
 * for whoever comes back to it.
 * @param seenMicros what was said later may not have reached it, in microseconds since 1970
 */
export async function suspendSession(
  parts: LeaveParts & Pick<Context, "settings">,
  session: Session,
  seenMicros: number,
): Promise<void> {
  const { clock, presence, sessions, settings } = parts;
  if (settings.graceMs === 0) return await endSession(parts, session);
  await session.whenSettled();
  const { id, rooms, current } = session;
  const leaving = {
    rooms: rooms.map((room) => room.id),
    current: current?.id ?? null,
    hasRightsIn: otherRoomsOf(session),
    ignored: [...session.ignored.values()],
    seenMicros,
    untilMicros: clock.micros() + settings.graceMs * 1000,
  };
  // Before it leaves: a private room that nobody else is in waits for it.
  presence.depart(id, leaving);
  takeOutOfAll(parts, session);
  sessions.remove(session);
  session.ended();
}

/** Rooms in which a session is not, and has rights that would end with it. */
function otherRoomsOf({ who, rooms, privateRooms, owned, created }: Session): number[] {
  const others = new Set([...privateRooms, ...owned, ...created].filter((room) => !rooms.includes(room)));
  const hasRights = ({ rights }: Room): boolean => rights.maker === who.id || principalsIn(rights).includes(who.id);
  return [...others].filter(hasRights).map((room) => room.id);
}
