import type { Committed } from "../../domain/entry.ts";
import type { Actor, UserRef } from "../../domain/principal.ts";
import type { Room } from "../rooms/room.ts";
import { doToUser, type UserParts } from "./do-to-user.ts";

/** Makes somebody an operator of a room. Rejects with a `Refusal`. @param user null: nobody of the name is online */
export function makeOperator(parts: UserParts, actor: Actor, room: Room, user: UserRef | null): Promise<Committed> {
  return doToUser(parts, actor, room, "op", user, (ref) => ({ kind: "operator", user: ref }));
}
