import { checkMay } from "../../domain/permissions.ts";
import { type LeaveParts, leaveRoom } from "../rooms/membership.ts";
import type { Room } from "../rooms/room.ts";
import type { Session } from "../sessions/session.ts";

/** Takes a session out of a room by its own wish. Throws a `Refusal`. */
export function leave(parts: LeaveParts, session: Session, room: Room): void {
  checkMay(session, "leave", room, parts.clock.micros());
  leaveRoom(parts, session, room);
}
