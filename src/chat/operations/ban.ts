import type { Committed } from "../../domain/entry.ts";
import type { Actor, UserRef } from "../../domain/principal.ts";
import { banOn } from "../../domain/rights.ts";
import type { Context } from "../context.ts";
import type { Room } from "../rooms/room.ts";
import { doToUser, type UserParts } from "./do-to-user.ts";

/** Somebody to be banned. `address` null: nobody has the name. */
export interface Outcast extends UserRef {
  readonly address: string | null;
}

/**
 * Bans somebody, their name, and newcomers from their address from a room. Rejects with a `Refusal`. `durationMs` null:
 * as long as the room lasts.
 */
export function ban(
  parts: UserParts & Pick<Context, "networkOf">,
  actor: Actor,
  room: Room,
  user: Outcast,
  durationMs: number | null,
): Promise<Committed> {
  const nowMicros = parts.clock.micros();
  const untilMicros = durationMs === null ? null : nowMicros + durationMs * 1000;
  // A ban in force that is made longer or shorter while its user is away stays on their address.
  const network =
    user.address === null ? (banOn(room.rights, user, nowMicros)?.network ?? null) : parts.networkOf(user.address);
  return doToUser(parts, actor, room, "ban", user, (ref) => ({ kind: "banned", user: ref, untilMicros, network }));
}
