import type { Context } from "../context.ts";
import type { Session } from "../sessions/session.ts";
import { passOn } from "./ownership.ts";
import type { Room } from "./room.ts";

type Parts = Pick<Context, "listings" | "presence" | "recent" | "subscriptions">;
type LeaveParts = Parts & Pick<Context, "clock" | "notices" | "pipeline" | "sessions" | "state" | "telemetry">;

/** The session is in the room from now on, which is followed for it, and talks there. */
export function addMember(
  { listings, presence }: Pick<Parts, "listings" | "presence">,
  session: Session,
  room: Room,
): void {
  room.members.add(session);
  presence.joined(session.id, room.id);
  listings.moved(room);
  session.rooms.push(room);
  session.current = room;
}

/** A member is in the room no longer; the caller tells it, and the others. */
export function removeMember({ listings, presence, recent, subscriptions }: Parts, session: Session, room: Room): void {
  room.members.delete(session);
  // After a restore another room may have its id, and the session may be in that one.
  const isInNamesake = session.rooms.some((one) => one.id === room.id && one !== room);
  if (!isInNamesake) presence.left(session.id, room.id);
  listings.moved(room);
  subscriptions.unfollow(room);
  if (room.members.size === 0) recent.forget(room);
}

/**
 * A session is in a room no longer, and was told why. By its own wish it talks in the room that it joined before; else what
 * it is typing may be meant for the room that it lost, so it talks nowhere until it chooses a room. It is told so.
 */
export function dropRoom(session: Session, room: Room, { isOwnWish }: { readonly isOwnWish: boolean }): void {
  session.rooms.splice(session.rooms.indexOf(room), 1);
  if (session.current !== room) return;
  const before = session.rooms.at(-1) ?? null;
  session.current = isOwnWish ? before : null;
  if (!before) return;
  session.outlet.tell(isOwnWish ? { type: "talking-in", room: before } : { type: "talking-nowhere", other: before });
}

/** A session leaves a room by itself: the others are told, and a private room that is empty then ends. */
function takeOut(parts: LeaveParts, session: Session, room: Room): void {
  removeMember(parts, session, room);
  parts.notices.left(room, session);
  if (room.isPrivate && room.owner === null && parts.presence.countIn(room.id) === 0) passOn(parts, room);
}

/** As `takeOut`, and the session is told. The room that it joined before becomes the current one. */
export function leaveRoom(parts: LeaveParts, session: Session, room: Room): void {
  takeOut(parts, session, room);
  session.outlet.tell({ type: "you-left", room });
  dropRoom(session, room, { isOwnWish: true });
}

/** The room has ended. @param by the principal who ended it; null: nobody here */
export function dropMembers(parts: Parts & Pick<Context, "sessions">, room: Room, by: number | null): void {
  for (const member of room.members) {
    const session = parts.sessions.get(member.session);
    if (!session) continue;
    removeMember(parts, session, room);
    dropRoom(session, room, { isOwnWish: session.who.id === by });
  }
}

/** Takes a session that ends out of everything. Its rooms pass to those who were there longest. */
export function takeOutOfAll(parts: LeaveParts, session: Session): void {
  for (const room of session.rooms.splice(0)) takeOut(parts, session, room);
  session.current = null;
  for (const room of session.owned) if (!room.isDestroyed && room.owner === session.who.id) passOn(parts, room);
}
