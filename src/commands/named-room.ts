import type { Context } from "../chat/context.ts";
import type { Room } from "../chat/rooms/room.ts";
import type { Session } from "../chat/sessions/session.ts";
import { parseRoomPath } from "../domain/names.ts";
import { refusalIn, refusalOf } from "../domain/permissions.ts";
import { Refusal } from "../domain/refusals.ts";
import { roomNameIn, roomShownAs } from "./lookups.ts";
import { typingErrors } from "./typing-errors.ts";

/**
 * Returns the room that a line `#NAME text` is for; null: it names no room, and is talk as `#hashtag` is. What may be meant
 * for one room is not said in another: throws `not-in-named-room` where the session can see the room and is not in it, and
 * `no-named-room` where it was in a room of this name, or is in one whose name is nearly the same.
 * @param typed what stands between `#` and the text
 */
export function namedRoom(
  { clock, rooms }: Pick<Context, "clock" | "rooms">,
  session: Session,
  typed: string,
): Room | null {
  const name = roomNameIn(typed, session.application);
  if (!name) return null;
  const joined = session.rooms.find((room) => room.name.key === name.key || room.otherKeys.includes(name.key));
  if (joined) return joined;
  const room = rooms.find(name);
  if (room && refusalOf(session, { type: "see" }, room, clock.micros()) === null) throw notIn(room);
  const shown = roomShownAs(session, typed);
  if (shown) return shown;
  const closest = session.rooms.find((one) => typingErrors(name.key, one.name.key) !== null);
  if (!closest && !session.formerRooms.includes(name.key)) return null;
  throw new Refusal("no-named-room", { room: name.shown, closest: closest?.name.shown ?? null });
}

/** Whether a line may be for a room of an application that is not in memory, and has to be read first. */
export function isUnread(
  { applications, rooms }: Pick<Context, "applications" | "rooms">,
  session: Session,
  typed: string,
): boolean {
  const name = roomNameIn(typed, session.application);
  const path = name && parseRoomPath(name.key);
  const application = path && applications.byHandle(path.application.key);
  return application ? !rooms.find(name) && refusalIn(session, "enter", application) === null : false;
}

/** The refusal of a line for a room that the session is not in. */
export function notIn(room: Room): Refusal<"not-in-named-room"> {
  return new Refusal("not-in-named-room", { room: room.name.shown });
}
