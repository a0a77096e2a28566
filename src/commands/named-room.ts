import type { Context } from "../chat/context.ts";
import type { Room } from "../chat/rooms/room.ts";
import type { Session } from "../chat/sessions/session.ts";
import type { Name } from "../domain/names.ts";
import { refusalOf } from "../domain/permissions.ts";
import { Refusal } from "../domain/refusals.ts";
import { typingErrors } from "./typing-errors.ts";

/**
 * Returns the room that a line `#NAME text` is for; null: it names no room, and is talk as `#hashtag` is. What may be meant
 * for one room is not said in another: throws `not-in-named-room` where the session can see the room and is not in it, and
 * `no-named-room` where it was in a room of this name, or is in one whose name is nearly the same.
 */
export function namedRoom(
  { clock, rooms }: Pick<Context, "clock" | "rooms">,
  session: Session,
  name: Name,
): Room | null {
  const joined = session.rooms.find((room) => room.name.key === name.key);
  if (joined) return joined;
  const room = rooms.find(name);
  if (room && refusalOf(session, { type: "see" }, room, clock.micros()) === null) throw notIn(room);
  const closest = session.rooms.find((one) => typingErrors(name.key, one.name.key) !== null);
  if (!closest && !session.formerRooms.includes(name.key)) return null;
  throw new Refusal("no-named-room", { room: name.shown, closest: closest?.name.shown ?? null });
}

/** The refusal of a line for a room that the session is not in. */
export function notIn(room: Room): Refusal<"not-in-named-room"> {
  return new Refusal("not-in-named-room", { room: room.name.shown });
}
