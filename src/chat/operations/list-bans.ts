import { checkMay } from "../../domain/permissions.ts";
import type { Actor } from "../../domain/principal.ts";
import { type Ban, bansInForce } from "../../domain/rights.ts";
import type { Context } from "../context.ts";
import type { Room } from "../rooms/room.ts";

/** Returns the bans in force in a room, the last made at the end. Throws a `Refusal`. */
export function listBans({ clock }: Pick<Context, "clock">, actor: Actor, room: Room): readonly Ban[] {
  const nowMicros = clock.micros();
  checkMay(actor, "list-bans", room, nowMicros);
  return bansInForce(room.rights, nowMicros);
}
