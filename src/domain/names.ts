/** A user's or room's name made comparable: two names are the same when their keys are. */
export type NameKey = string & { readonly __brand: "NameKey" };

/** A name as it was first written, and its key. */
export interface Name {
  readonly shown: string;
  readonly key: NameKey;
}

/** A name of underscores alone is refused: a line by `_` would be hard to tell from one by the server. */
const USER = /^(?!_+$)\w{1,32}$/;
/** Maximum number of characters of a room's name, and of an application's handle. */
export const MAX_ROOM_NAME = 64;
const ROOM_WORD = `[\\w-]{1,${MAX_ROOM_NAME}}`;
const ROOM = new RegExp(`^${ROOM_WORD}$`);

/** Returns the key of a name. Names are ASCII, so lower-casing them is enough to compare them. */
export function keyOf(shown: string): NameKey {
  // Keys are made here alone, so this cast is the only one.
  return shown.toLowerCase() as NameKey;
}

function toName(shown: string): Name {
  return { shown, key: keyOf(shown) };
}

/** The name that the server itself carries as an author. */
export const SERVER_NAME = toName("chatd");

/** Returns the name of somebody who does not log in, such as an operator of the server. */
export function labelOf(shown: string): Name {
  return toName(shown);
}

export function parseUserName(text: string): Name | null {
  return USER.test(text) ? toName(text) : null;
}

/** As `parseUserName`, for somebody who logs in: without a letter, `14` could do `* 14 people joined lobby.` */
export function parseLoginName(text: string): Name | null {
  return /[a-z]/i.test(text) ? parseUserName(text) : null;
}

export function parseRoomName(text: string): Name | null {
  return ROOM.test(text) ? toName(text) : null;
}

/** A room of an application: `APP/ROOM`, where ROOM is the room's name or its number. */
const PATH = new RegExp(`^(?<application>${ROOM_WORD})/(?<room>${ROOM_WORD})$`);

/** Where a room is: the handle of its application, and its name or its number there. */
export interface RoomPath {
  readonly application: Name;
  readonly room: Name | number;
}

/** Returns null where the text names a room of `main`, or none. */
export function parseRoomPath(text: string): RoomPath | null {
  const { application, room } = PATH.exec(text)?.groups ?? {};
  if (application === undefined || room === undefined) return null;
  const number = /^(?:chat-)?(\d{1,15})$/i.exec(room)?.[1];
  return { application: toName(application), room: number === undefined ? toName(room) : Number(number) };
}

/** Returns the name by which a room of an application is known: by its number, unless it was made with a name. */
export function nameAtPath({ application, room }: RoomPath): Name {
  const isNumbered = typeof room === "number";
  return toName(`${application.shown}/${isNumbered ? room : room.shown}`);
}

/** Returns the name of a room that was made without one. @param number its number in its application */
export function nameOfChat(number: number): Name {
  return toName(`chat-${number}`);
}

/** Returns what people in its application type for a room whose key is `APP/ROOM`; nothing for one of `main`. */
export function bareKeysOf(key: NameKey): NameKey[] {
  const room = parseRoomPath(key)?.room;
  if (room === undefined) return [];
  return typeof room === "number" ? [keyOf(String(room)), nameOfChat(room).key] : [room.key];
}

/** Orders by name without case, and by id where the names are the same. */
export function compareNames(one: { readonly id: number; readonly name: Name }, other: typeof one): number {
  return compareKeys(one.name, other.name) || one.id - other.id;
}

export function compareKeys(one: Name, other: Name): number {
  return one.key < other.key ? -1 : one.key > other.key ? 1 : 0;
}
