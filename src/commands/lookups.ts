import type { Chat } from "../chat/chat.ts";
import { Refusal } from "../domain/refusals.ts";
import type { Person } from "../ports/presence.ts";
import { type Name, parseRoomName, parseUserName } from "../domain/names.ts";
import type { Action } from "../domain/permissions.ts";
import type { Room } from "../chat/rooms/room.ts";
import { Session } from "../chat/sessions/session.ts";

/**
 * The room of this name, if the session may do that there. Rejects with `no-such-room` where it may not even see it, and
 * with a `StoreError` where the store had to be asked.
 */
export async function findRoom(chat: Chat, session: Session, text: string, action: Action): Promise<Room> {
  const name = parseRoomName(text);
  const room = name && (await chat.subscriptions.find(name));
  if (!room) throw new Refusal("no-such-room");
  const refusal = chat.refusalOf(session, action, room);
  if (refusal) throw new Refusal(refusal);
  return room;
}

/** The room that the session talks in; throws `no-room-joined`, or `no-current-room` where it is in others. */
export function currentRoom({ current, rooms }: Session): Room {
  if (current) return current;
  const other = rooms.at(-1);
  if (!other) throw new Refusal("no-room-joined");
  throw new Refusal("no-current-room", { room: other.name.shown });
}

/** Somebody on this node, or on another; throws `no-such-user`. */
export function findUser(chat: Chat, text: string): Session | Person {
  const name = parseUserName(text);
  const user = name && chat.find(name.key);
  if (!user) throw new Refusal("no-such-user");
  return user;
}

/** Somebody who is in the room; throws `not-there`, also where nobody of that name is online. */
export function findMember(chat: Chat, room: Room, text: string): Session | Person {
  const name = parseUserName(text);
  const user = name && chat.find(name.key);
  if (!user || !isMember(room, user)) throw new Refusal("not-there");
  return user;
}

export function isMember(room: Room, user: Session | Person): boolean {
  return user instanceof Session ? room.members.has(user) : user.rooms.has(room.id);
}

/** A room's name as somebody typed it for a new room; throws `room-name-invalid`. */
export function newRoomName(text: string): Name {
  const name = parseRoomName(text);
  if (!name) throw new Refusal("room-name-invalid");
  return name;
}
