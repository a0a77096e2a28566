import type { NewBan } from "../../domain/change.ts";
import type { Committed } from "../../domain/entry.ts";
import type { Actor, UserRef } from "../../domain/principal.ts";
import { Refusal } from "../../domain/refusals.ts";
import { banOn, MAX_BAN_REASON } from "../../domain/rights.ts";
import type { Context } from "../context.ts";
import type { Room } from "../rooms/room.ts";
import { doToUser, type UserParts } from "./do-to-user.ts";

/** Somebody to be banned. `address` null: nobody has the name. */
export interface Outcast extends UserRef {
  readonly address: string | null;
}

/** How somebody is banned. `durationMs` null: as long as the room lasts; `reason` empty: none is given. */
export interface BanTerms {
  readonly durationMs: number | null;
  readonly reason: string;
}

/**
 * Bans somebody, their name, and newcomers from their address from a room. Resolves with whether the ban is on an address;
 * rejects with a `Refusal`.
 */
export async function ban(
  parts: UserParts & Pick<Context, "networkOf">,
  actor: Actor,
  room: Room,
  user: Outcast,
  { durationMs, reason }: BanTerms,
): Promise<Committed & { readonly isOnAddress: boolean }> {
  if (Array.from(reason).length > MAX_BAN_REASON) throw new Refusal("reason-too-long", { limit: MAX_BAN_REASON });
  const nowMicros = parts.clock.micros();
  const untilMicros = durationMs === null ? null : nowMicros + durationMs * 1000;
  // A ban in force that is made longer or shorter while its user is away stays on their address.
  const network =
    user.address === null ? (banOn(room.rights, user, nowMicros)?.network ?? null) : parts.networkOf(user.address);
  const changeOf = (ref: UserRef): NewBan => ({ kind: "banned", user: ref, untilMicros, network, reason });
  const committed = await doToUser(parts, actor, room, "ban", user, changeOf);
  return { ...committed, isOnAddress: network !== null };
}
