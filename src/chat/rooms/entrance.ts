import type { Context } from "../context.ts";
import type { Session } from "../sessions/session.ts";
import type { Room } from "./room.ts";

/** What is needed to tell a session where it is. */
export type EntranceParts = Pick<Context, "clock" | "presence" | "recent" | "telemetry">;

/** Maximum number of people in a room whom somebody who comes in is told by name. */
const NAMES_TOLD = 3;

/** Reads what was said last in a room. Resolves with whether it could be read. */
export async function loadRecent(
  { recent, telemetry }: Pick<EntranceParts, "recent" | "telemetry">,
  room: Room,
): Promise<boolean> {
  // In a room where nothing was ever said, joining waits for nothing.
  if (room.seq === 0) return true;
  try {
    await recent.load(room);
    return true;
  } catch (error) {
    telemetry.storeHealth(error);
    return false;
  }
}

/** Tells a session that has just come in where it is: who is there, what the room is about, and what was said last. */
export function tellEntered(
  { clock, presence, recent }: EntranceParts,
  session: Session,
  room: Room,
  { isAnnounced, hasRead }: { readonly isAnnounced: boolean; readonly hasRead: boolean },
): void {
  const names: string[] = [];
  for (const { who } of room.members) {
    if (names.length === NAMES_TOLD) break;
    if (who !== session.who) names.push(who.name.shown);
  }
  for (const { node, name } of names.length < NAMES_TOLD ? presence.peopleIn(room.id) : []) {
    if (names.length === NAMES_TOLD) break;
    if (node !== null) names.push(name.shown);
  }
  session.outlet.tell({
    type: "entered",
    room: room.label,
    user: isAnnounced ? session.name.shown : null,
    others: { names, count: presence.countIn(room.id) - 1 },
    topic: room.topic,
    lastSeq: room.seq,
    recent: recent.linesOf(room).filter(({ author }) => !session.ignores(author)),
    isRecentUnread: !hasRead,
    nowMicros: clock.micros(),
  });
}
