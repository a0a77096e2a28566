import { checkMay } from "../../domain/permissions.ts";
import { Refusal } from "../../domain/refusals.ts";
import type { Context } from "../context.ts";
import { addMember, type LeaveParts, leaveRoom } from "../rooms/membership.ts";
import { type OwnershipParts, takeIfUnowned } from "../rooms/ownership.ts";
import { type EntranceParts, loadRecent, tellEntered } from "../rooms/entrance.ts";
import type { Room } from "../rooms/room.ts";
import type { Session } from "../sessions/session.ts";

type Parts = LeaveParts & OwnershipParts & EntranceParts & Pick<Context, "settings" | "store" | "subscriptions">;

/** Brings a session into a room, or makes the room current again. Rejects with a `Refusal` or a `StoreError`. */
export async function join(parts: Parts, session: Session, room: Room): Promise<void> {
  checkMay(session, "join", room, parts.clock.micros());
  if (session.current === room) throw new Refusal("already-in-room");
  if (room.members.has(session)) {
    session.current = room;
    parts.presence.moved(session.id);
    session.outlet.tell({ type: "talking-in", room: room.label });
    return;
  }
  const { roomsPerUser } = parts.settings;
  if (roomsPerUser > 1 && session.rooms.length >= roomsPerUser) {
    throw new Refusal("too-many-rooms", { limit: roomsPerUser });
  }
  await parts.subscriptions.follow(room);
  const hasRead = await loadRecent(parts, room);
  while (room.ending) await room.ending;
  try {
    // Meanwhile the room may have ended, or the session may have been banned.
    checkMay(session, "join", room, parts.clock.micros());
  } catch (error) {
    parts.subscriptions.unfollow(room);
    // With nobody there, the lines that were read are not kept up to date.
    if (room.members.size === 0) parts.recent.forget(room);
    throw error;
  }
  const left = roomsPerUser === 1 ? session.current : null;
  addMember(parts, session, room);
  // After that, so that the session talks in a room all the time.
  if (left) leaveRoom(parts, session, left);
  tellEntered(parts, session, room, { isAnnounced: true, hasRead });
  parts.notices.joined(room, session.who, session);
  takeIfUnowned(parts, session, room);
}
