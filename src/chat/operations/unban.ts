import type { Committed } from "../../domain/entry.ts";
import { type Name, parseUserName } from "../../domain/names.ts";
import type { Actor, UserRef } from "../../domain/principal.ts";
import type { Room } from "../rooms/room.ts";
import { doToUser, type UserParts } from "./do-to-user.ts";

/** Lifts a ban. Resolves with the banned name; rejects with a `Refusal`. @param name null: the text is no name */
export async function unban(
  parts: UserParts,
  actor: Actor,
  room: Room,
  name: Name | null,
): Promise<Committed & { readonly name: string }> {
  const banned = bannedAs(room, name);
  const committed = await doToUser(parts, actor, room, "unban", banned, (user) => ({ kind: "unbanned", user }));
  return { ...committed, name: banned?.name.shown ?? "" };
}

/** Returns whom the ban on a name is on; null: there is none. */
function bannedAs({ rights }: Room, name: Name | null): UserRef | null {
  const found = rights.bans.find(({ key }) => key === name?.key);
  const shown = found && parseUserName(found.name);
  return found && shown ? { id: found.id, name: shown } : null;
}
