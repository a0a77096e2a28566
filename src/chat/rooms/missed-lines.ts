import type { Message } from "../../domain/events.ts";
import type { Context } from "../context.ts";
import { loadRecent } from "./entrance.ts";
import { COUNTED_LINES } from "./recent-messages.ts";
import type { Session } from "../sessions/session.ts";
import type { Room } from "./room.ts";

/** What was said in a room while somebody was away, as the event `back` has it. */
export interface Missed {
  readonly messages: readonly Message[];
  readonly count: number;
  readonly isMore: boolean;
  readonly isUnread: boolean;
}

const UNREAD: Missed = { messages: [], count: 0, isMore: false, isUnread: true };

/** Whether an entry of the room may not have been seen by somebody who has seen everything up to a time. */
export function hasNews(room: Room, seenMicros: number): boolean {
  return room.atMicros >= seenMicros;
}

/**
 * Resolves with the last lines of a room, back to one that was seen, or as many as are counted; null: they cannot be read.
 * Afterwards the room's recent lines are kept.
 */
export async function linesSince(
  parts: Pick<Context, "recent" | "telemetry">,
  room: Room,
  seenMicros: number,
): Promise<readonly Message[] | null> {
  const { recent, telemetry } = parts;
  if (room.seq === 0) return [];
  if (!(await loadRecent(parts, room))) return null;
  const lines = recent.linesOf(room);
  const [first] = lines;
  if (first && (first.seq === 1 || first.atMicros < seenMicros)) return lines;
  try {
    return await recent.readBack(room);
  } catch (error) {
    telemetry.storeHealth(error);
    return null;
  }
}

/**
 * Returns what somebody has missed.
 * @param before the last lines at some time; null: they cannot be read
 * @param recent the last lines now
 * @param session whose own lines, and those of whom it ignores, are none that were missed
 */
export function missedOf(
  { seq }: Room,
  before: readonly Message[] | null,
  recent: readonly Message[],
  seenMicros: number,
  session: Session,
): Missed {
  if (before === null) return UNREAD;
  const read = before.at(-1)?.seq ?? 0;
  const lines = [...before, ...recent.filter((line) => line.seq > read)];
  // What was said at that very moment may come twice; nothing is left out.
  const lastSeen = lines.findLast(({ atMicros }) => atMicros < seenMicros);
  const later = lines.filter((line) => line.seq > (lastSeen?.seq ?? 0));
  const messages = later.filter(({ author }) => author !== session.name.shown && !session.ignores(author));
  // Lines are numbered without gaps, but for those that were too old to keep.
  const count = (lastSeen ? seq - lastSeen.seq : later.length) - (later.length - messages.length);
  return { messages, count, isMore: !lastSeen && before.length === COUNTED_LINES, isUnread: false };
}
