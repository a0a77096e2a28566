import type { Committed } from "../../domain/entry.ts";
import type { Actor, UserRef } from "../../domain/principal.ts";
import type { Room } from "../rooms/room.ts";
import { doToUser, type UserParts } from "./do-to-user.ts";

/**
 * Puts somebody out, who may come back; out of a private room only when they are invited again. Rejects with a `Refusal`.
 * @param user null: nobody of the name is online or away
 */
export function kick(parts: UserParts, actor: Actor, room: Room, user: UserRef | null): Promise<Committed> {
  return doToUser(parts, actor, room, "kick", user, (ref) => ({ kind: "kicked", user: ref }));
}
