import type { Committed } from "../../domain/entry.ts";
import type { Actor, UserRef } from "../../domain/principal.ts";
import type { Room } from "../rooms/room.ts";
import { doToUser, type UserParts } from "./do-to-user.ts";

/** Makes somebody in the room its owner. Rejects with a `Refusal`. @param user null: nobody of the name is online */
export function transfer(parts: UserParts, actor: Actor, room: Room, user: UserRef | null): Promise<Committed> {
  return doToUser(parts, actor, room, "transfer", user, (ref) => ({ kind: "owner", user: ref }));
}
