import type { Message } from "../../domain/events.ts";
import { refusalOf } from "../../domain/permissions.ts";
import { principalsIn } from "../../domain/rights.ts";
import type { Absence } from "../../ports/absence.ts";
import type { Context } from "../context.ts";
import { type EntranceParts, loadRecent } from "../rooms/entrance.ts";
import { addMember } from "../rooms/membership.ts";
import { own, type OwnershipParts, takeIfUnowned } from "../rooms/ownership.ts";
import type { Room } from "../rooms/room.ts";
import type { Rooms } from "../rooms/rooms.ts";
import type { Session } from "../sessions/session.ts";

type Parts = EntranceParts &
  OwnershipParts &
  Pick<Context, "listings" | "notices" | "rooms" | "settings" | "store" | "subscriptions">;

/** Maximum number of lines that somebody who comes back is shown: of one room, and of all. */
const LINES_OF_ROOM = 50;
const LINES = 200;
/** Maximum number of lines that are read to count them. */
const COUNTED = 200;

/** What was said in a room while somebody was away, as the event `back` has it. */
interface Missed {
  readonly messages: readonly Message[];
  readonly count: number;
  readonly isMore: boolean;
  readonly isUnread: boolean;
}

const UNREAD: Missed = { messages: [], count: 0, isMore: false, isUnread: true };

/** Brings a session back to where it was when its connection broke, and shows it what was said meanwhile. Never rejects. */
export async function comeBack(parts: Parts, session: Session, absence: Absence): Promise<void> {
  const { rooms, sessions, subscriptions, telemetry } = parts;
  try {
    // It may have been at another node, which knows more of them.
    await subscriptions.read([...absence.rooms, ...(absence.hasRightsIn ?? [])]);
  } catch (error) {
    telemetry.storeHealth(error);
  }
  for (const name of absence.ignored) sessions.ignore(session, name);
  for (const room of roomsOf(rooms, absence)) takeUpRights(session, room);
  let linesLeft = LINES;
  for (const id of absence.rooms) {
    const room = rooms.byId(id);
    if (room) linesLeft -= await enterAgain(parts, session, room, absence.seenMicros, linesLeft);
  }
  const current = session.rooms.find(({ id }) => id === absence.current);
  if (!current || current === session.current) return;
  session.current = current;
  session.outlet.tell({ type: "talking-in", room: current.label });
}

/** Rooms in which the session may have rights. */
function roomsOf(rooms: Rooms, { rooms: wasIn, hasRightsIn }: Absence): Iterable<Room> {
  // After a crash that is not known.
  if (hasRightsIn === null) return rooms.all();
  return [...wasIn, ...hasRightsIn].flatMap((id) => rooms.byId(id) ?? []);
}

/** What a session keeps of the rooms that it has rights in: the rights themselves are the room's. */
function takeUpRights(session: Session, room: Room): void {
  const { id } = session.who;
  if (room.isPrivate && principalsIn(room.rights).includes(id)) session.privateRooms = [...session.privateRooms, room];
  if (room.rights.maker === id) session.created = [...session.created, room];
  if (room.owner === id) own(room, session);
}

/** Resolves with the number of lines that it was shown. */
async function enterAgain(
  parts: Parts,
  session: Session,
  room: Room,
  seenMicros: number,
  maxLines: number,
): Promise<number> {
  const { clock, notices, recent, subscriptions, telemetry } = parts;
  const mayNot = (): boolean => refusalOf(session, { type: "rejoin" }, room, clock.micros()) !== null;
  if (mayNot()) return 0;
  try {
    await subscriptions.follow(room);
  } catch (error) {
    telemetry.storeHealth(error);
    session.outlet.tell({ type: "lobby-unread", room: room.name.shown });
    return 0;
  }
  // What is said from now on is among the recent lines.
  const hasRead = await loadRecent(parts, room);
  const before = hasRead ? await lastLines(parts, room) : null;
  while (room.ending) await room.ending;
  // Meanwhile the room may have ended, or the session may have been banned.
  if (mayNot()) {
    subscriptions.unfollow(room);
    if (room.members.size === 0) recent.forget(room);
    return 0;
  }
  addMember(parts, session, room);
  const { messages, ...what } =
    before === null ? UNREAD : missedOf(room, before, recent.linesOf(room), seenMicros, session);
  const missed = messages.slice(Math.max(messages.length - Math.min(LINES_OF_ROOM, maxLines), 0));
  session.outlet.tell({ type: "back", room: room.label, missed, ...what, nowMicros: clock.micros() });
  notices.joined(room, session.who, session);
  // Its owner may have left for good while nobody was there.
  if (room.isPrivate) takeIfUnowned(parts, session, room);
  return missed.length;
}

/** Resolves with the last lines of a room; null: they cannot be read. */
async function lastLines({ store, telemetry }: Parts, room: Room): Promise<readonly Message[] | null> {
  try {
    return room.seq === 0 ? [] : await store.history(room.id, room.pos, COUNTED);
  } catch (error) {
    telemetry.storeHealth(error);
    return null;
  }
}

/**
 * @param before the last lines at some time
 * @param recent the last lines now
 * @param session whose own lines, and those of whom it ignores, are none that were missed
 */
function missedOf(
  { seq }: Room,
  before: readonly Message[],
  recent: readonly Message[],
  seenMicros: number,
  session: Session,
): Missed {
  const read = before.at(-1)?.seq ?? 0;
  const lines = [...before, ...recent.filter((line) => line.seq > read)];
  // What was said at that very moment may come twice; nothing is left out.
  const lastSeen = lines.findLast(({ atMicros }) => atMicros < seenMicros);
  const later = lines.filter((line) => line.seq > (lastSeen?.seq ?? 0));
  const messages = later.filter(({ author }) => author !== session.name.shown && !session.ignores(author));
  // Lines are numbered without gaps, but for those that were too old to keep.
  const count = (lastSeen ? seq - lastSeen.seq : later.length) - (later.length - messages.length);
  return { messages, count, isMore: !lastSeen && before.length === COUNTED, isUnread: false };
}
