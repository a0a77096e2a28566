import { refusalOf } from "../../domain/permissions.ts";
import type { FirstOf } from "../../ports/store.ts";
import type { Application } from "../applications/applications.ts";
import type { Context } from "../context.ts";
import type { ListedRoom } from "../rooms/listings.ts";
import type { Room } from "../rooms/room.ts";
import type { Session } from "../sessions/session.ts";

/** Returns the rooms of `main` that a session may see, those with the most people first, then by name; at most `limit`. */
export function listRooms(
  parts: Pick<Context, "clock" | "listings">,
  session: Session,
  limit: number,
): FirstOf<ListedRoom> {
  return parts.listings.roomsWith(visiblePrivateRooms(parts, session, null), limit);
}

/** Returns the private rooms of an application (null: `main`) that a session may see. */
export function visiblePrivateRooms(
  { clock }: Pick<Context, "clock">,
  session: Session,
  application: Application | null,
): readonly Room[] {
  const known = [...new Set([...session.rooms, ...session.privateRooms])];
  const nowMicros = clock.micros();
  return known.filter(
    (room) =>
      room.isPrivate &&
      room.application === application &&
      refusalOf(session, { type: "see" }, room, nowMicros) === null,
  );
}
