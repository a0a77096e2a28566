import type { Committed } from "../../domain/entry.ts";
import type { Actor, UserRef } from "../../domain/principal.ts";
import type { Room } from "../rooms/room.ts";
import { doToUser, type UserParts } from "./do-to-user.ts";

/** Bans somebody and their name from a room. Rejects with a `Refusal`. `durationMs` null: as long as the room lasts. */
export function ban(
  parts: UserParts,
  actor: Actor,
  room: Room,
  user: UserRef,
  durationMs: number | null,
): Promise<Committed> {
  const untilMicros = durationMs === null ? null : parts.clock.micros() + durationMs * 1000;
  return doToUser(parts, actor, room, "ban", user, (ref) => ({ kind: "banned", user: ref, untilMicros }));
}
