import { refusalOf } from "../../domain/permissions.ts";
import { Refusal } from "../../domain/refusals.ts";
import { type LeaveParts, leaveRoom } from "../rooms/membership.ts";
import type { Room } from "../rooms/room.ts";
import type { Session } from "../sessions/session.ts";

/** Takes a session out of a room by its own wish. Throws a `Refusal`. */
export function leave(parts: LeaveParts, session: Session, room: Room): void {
  const code = refusalOf(session, { type: "leave" }, room, parts.clock.micros());
  if (code) throw new Refusal(code);
  leaveRoom(parts, session, room);
}
