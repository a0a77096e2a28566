import type { Committed } from "../../domain/entry.ts";
import type { Actor, UserRef } from "../../domain/principal.ts";
import type { Room } from "../rooms/room.ts";
import { doToUser, type UserParts } from "./do-to-user.ts";

/** Makes an operator a usual member. Rejects with a `Refusal`. @param user null: nobody of the name is online or away */
export function unmakeOperator(parts: UserParts, actor: Actor, room: Room, user: UserRef | null): Promise<Committed> {
  return doToUser(parts, actor, room, "deop", user, (ref) => ({ kind: "noOperator", user: ref }));
}
