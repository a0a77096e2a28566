import type { Committed } from "../../domain/entry.ts";
import type { Actor, UserRef } from "../../domain/principal.ts";
import type { Room } from "../rooms/room.ts";
import { doToUser, type UserParts } from "./do-to-user.ts";

/** Lets somebody into a private room. Rejects with a `Refusal`. @param user null: nobody of the name is online */
export function invite(parts: UserParts, actor: Actor, room: Room, user: UserRef | null): Promise<Committed> {
  return doToUser(parts, actor, room, "invite", user, (ref) => ({ kind: "invited", user: ref }));
}
