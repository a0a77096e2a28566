import { refusalOf } from "../../domain/permissions.ts";
import type { FirstOf } from "../../ports/store.ts";
import type { Context } from "../context.ts";
import type { ListedRoom } from "../rooms/listings.ts";
import type { Session } from "../sessions/session.ts";

/** Returns the rooms that a session may see, those with the most people first, then by name; at most `limit`. */
export function listRooms(
  { clock, listings }: Pick<Context, "clock" | "listings">,
  session: Session,
  limit: number,
): FirstOf<ListedRoom> {
  const known = [...new Set([...session.rooms, ...session.privateRooms])].filter((room) => room.isPrivate);
  const nowMicros = clock.micros();
  const visible = known.filter((room) => refusalOf(session, { type: "see" }, room, nowMicros) === null);
  return listings.roomsWith(visible, limit);
}
