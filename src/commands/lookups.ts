import type { Context } from "../chat/context.ts";
import type { Application } from "../chat/applications/applications.ts";
import type { Room } from "../chat/rooms/room.ts";
import type { Session } from "../chat/sessions/session.ts";
import { type Name, nameAtPath, parseRoomName, parseRoomPath, parseUserName } from "../domain/names.ts";
import { checkMay, refusalOf, type RoomAction } from "../domain/permissions.ts";
import type { Actor, UserRef } from "../domain/principal.ts";
import { Refusal } from "../domain/refusals.ts";
import type { Person } from "../ports/presence.ts";

/** The handle of the application of the rooms that need none before them. */
const MAIN = "main";

/**
 * The name of a room as somebody typed it, also as chatd writes it before a line; null: it is none.
 * @param within the application that a bare name is of; null: `main`
 */
export function roomNameIn(text: string, within: Application | null = null): Name | null {
  const typed = withoutSigns(text);
  const path = parseRoomPath(typed) ?? (within && parseRoomPath(`${within.handle.shown}/${typed}`));
  if (!path) return parseRoomName(typed);
  return path.application.key === MAIN ? parseRoomName(typed.slice(MAIN.length + 1)) : nameAtPath(path);
}

/** Returns the name of a room without what chatd and people write around it: `#Planes`, `Planes:`. */
export function withoutSigns(text: string): string {
  return text.replace(/^#/, "").replace(/[,:]$/, "");
}

/** The name of a user as somebody typed it, also as people write to each other (`@one`, `one:`); null: it is none. */
export function userNameIn(text: string): Name | null {
  return parseUserName(text.replace(/^@/, "").replace(/[,:]$/, ""));
}

/** Who names rooms: by bare names those of an application (missing: `main`), and those that they are in as they are shown. */
type RoomNamer = Actor & Partial<Pick<Session, "application" | "rooms">>;

/** The room of this name. Rejects with `no-such-room`, with why the actor may not do that, or with a `StoreError`. */
export async function findRoom(
  { clock, subscriptions }: Pick<Context, "clock" | "subscriptions">,
  actor: RoomNamer,
  text: string,
  type: RoomAction,
): Promise<Room> {
  const name = roomNameIn(text, actor.application);
  const found = name && (await subscriptions.find(name));
  const isSeen = found && refusalOf(actor, { type: "see" }, found, clock.micros()) === null;
  // Of a room that ends, nothing but the name that it was called by counts.
  const room = isSeen || type === "destroy" ? found : (roomShownAs(actor, text) ?? found);
  if (!room) throw new Refusal("no-such-room");
  checkMay(actor, type, room, clock.micros());
  return room;
}

/** A room of `main` that somebody is in who names rooms of an application: they are shown its bare name. */
export function roomShownAs(
  { application, rooms = [] }: Pick<RoomNamer, "application" | "rooms">,
  text: string,
): Room | null {
  const name = application ? roomNameIn(text) : null;
  return rooms.find((room) => room.name.key === name?.key) ?? null;
}

/** The room that the session talks in; throws `no-room-joined`, or `no-current-room` where it is in others. */
export function currentRoom({ current, rooms }: Session): Room {
  if (current) return current;
  const other = rooms.at(-1);
  if (!other) throw new Refusal("no-room-joined");
  throw new Refusal("no-current-room", { room: other.name.shown });
}

/** Somebody who is online, at any node; null: nobody of that name is. */
export function onlineUser({ presence }: Pick<Context, "presence">, text: string): Person | null {
  const name = userNameIn(text);
  return name && presence.find(name.key);
}

/** As `onlineUser`, also somebody who is away: what they may do is kept, and may be taken back. */
export function knownUser({ presence }: Pick<Context, "presence">, text: string): UserRef | null {
  const name = userNameIn(text);
  return name && (presence.find(name.key) ?? presence.awayAs(name.key));
}

/** As `onlineUser`; throws `no-such-user`. */
export function findUser(parts: Pick<Context, "presence">, text: string): Person {
  const user = onlineUser(parts, text);
  if (!user) throw new Refusal("no-such-user");
  return user;
}

/** Somebody who is in the room; throws `not-there`, also where nobody of that name is online. */
export function findMember(parts: Pick<Context, "presence">, room: Room, text: string): Person {
  const user = onlineUser(parts, text);
  if (!user || !room.has(user.id)) throw new Refusal("not-there");
  return user;
}

/** As `roomNameIn`, for a new room; throws `room-name-invalid`, or tells how to type several words after the command. */
export function newRoomName(text: string, command: string, within: Application | null): Name {
  const name = roomNameIn(text, within);
  if (name) return name;
  const hyphened = roomNameIn(text.replaceAll(/ +/g, "-"));
  if (hyphened) throw new Refusal("room-name-of-words", { command, name: hyphened.shown });
  throw new Refusal("room-name-invalid");
}

/** Returns the number of a message as somebody typed it. Throws `not-a-message-number`. */
export function messageNumber(text: string, usage: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Refusal("not-a-message-number", { usage });
  return Number(text);
}
