import type { SessionEvent } from "../../domain/events.ts";
import type { NameKey } from "../../domain/names.ts";
import type { Context } from "../context.ts";
import type { Session } from "../sessions/session.ts";
import { passOn } from "./ownership.ts";
import type { Room } from "./room.ts";

/** Maximum number of rooms that a session is known to have been in. */
const MAX_FORMER_ROOMS = 50;

type Parts = Pick<Context, "listings" | "presence" | "recent" | "subscriptions">;
/** What is needed to take a session out of a room. */
export type LeaveParts = Parts & Pick<Context, "clock" | "notices" | "pipeline" | "sessions" | "state" | "telemetry">;

/** Brings a session into a room, where it talks from now on. The caller has followed the room for it. */
export function addMember(
  { listings, presence }: Pick<Parts, "listings" | "presence">,
  session: Session,
  room: Room,
): void {
  room.members.add(session);
  presence.joined(session.id, room.id);
  listings.moved(room);
  // `concat` makes an array of exactly that size; a spread one has place for sixteen more, in every session.
  session.rooms = session.rooms.concat(room);
  session.current = room;
}

/** Takes a member out of a room. The caller tells the session, and the others. */
export function removeMember({ listings, presence, recent, subscriptions }: Parts, session: Session, room: Room): void {
  room.members.delete(session);
  // After a restore another room may have the id, and the session may be in that one, too.
  const isInNamesake = session.rooms.some((one) => one.id === room.id && one !== room);
  if (!isInNamesake) presence.left(session.id, room.id);
  listings.moved(room);
  subscriptions.unfollow(room);
  if (room.members.size === 0) recent.forget(room);
}

/**
 * Drops a room from a session that was told why, and tells it where it talks now. A session that wished to leave talks in the
 * room that it joined last; any other talks nowhere until it chooses, because what it is typing may be meant for the lost room.
 */
export function dropRoom(session: Session, room: Room, { isOwnWish }: { readonly isOwnWish: boolean }): void {
  session.rooms = session.rooms.filter((one) => one !== room);
  noteFormerRooms(session, [room.name.key]);
  const other = session.rooms.at(-1) ?? null;
  if (session.current === room) session.current = isOwnWish ? other : null;
  else if (other) return;
  if (isOwnWish || other) session.outlet.tell(whereItTalks(session));
}

/** Notes names of rooms that a session was in: what is for one of them is said in no other. The last ones come first. */
export function noteFormerRooms(session: Session, keys: readonly NameKey[]): void {
  session.formerRooms = [...new Set([...keys, ...session.formerRooms])].slice(0, MAX_FORMER_ROOMS);
}

/** Returns what tells a session in which room it talks, or that it talks in none. */
export function whereItTalks({ current, rooms }: Session): SessionEvent {
  if (current) return { type: "talking-in", room: current.label };
  return { type: "talking-nowhere", other: rooms.at(-1)?.label ?? null };
}

/** Takes out a session that leaves by itself, and tells the others. An empty private room without owner then ends. */
function takeOut(parts: LeaveParts, session: Session, room: Room): void {
  removeMember(parts, session, room);
  parts.notices.left(room, session.who, session);
  if (room.isPrivate && room.owner === null && parts.presence.countIn(room.id) === 0) passOn(parts, room);
}

/** As `takeOut`, and tells the session. The room that it joined last of the others becomes the current one. */
export function leaveRoom(parts: LeaveParts, session: Session, room: Room): void {
  takeOut(parts, session, room);
  session.outlet.tell({ type: "you-left", room: room.label });
  dropRoom(session, room, { isOwnWish: true });
}

/** Takes everybody out of a room that has ended. @param by the principal who ended it; null: nobody here */
export function dropMembers(parts: Parts & Pick<Context, "sessions">, room: Room, by: number | null): void {
  for (const member of room.members) {
    const session = parts.sessions.get(member.session);
    if (!session) continue;
    removeMember(parts, session, room);
    const isOwnWish = session.who.id === by;
    if (isOwnWish) session.outlet.tell({ type: "you-destroyed", room: room.label });
    dropRoom(session, room, { isOwnWish });
  }
}

/** Takes a session that ends out of all rooms. */
export function takeOutOfAll(parts: LeaveParts, session: Session): void {
  const { rooms } = session;
  session.rooms = [];
  for (const room of rooms) takeOut(parts, session, room);
  session.current = null;
}

/** Passes the rooms that a session owns, which has ended for good, to their heirs. */
export function passOnOwned(parts: LeaveParts, session: Session): void {
  for (const room of session.owned) if (!room.isDestroyed && room.owner === session.who.id) passOn(parts, room);
}
