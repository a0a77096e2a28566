import type { Committed } from "../../domain/entry.ts";
import type { Actor, UserRef } from "../../domain/principal.ts";
import type { Room } from "../rooms/room.ts";
import { doToUser, type UserParts } from "./do-to-user.ts";

/**
 * Puts somebody out of a room, and keeps them and whoever has their name out. Rejects with a `Refusal`.
 *
 * @param durationMs for how long; null: as long as the room lasts
 */
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
