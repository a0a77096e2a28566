import { type Name, parseLoginName } from "../../domain/names.ts";
import { type Actor, applicationActor } from "../../domain/principal.ts";
import { Refusal } from "../../domain/refusals.ts";
import type { Application } from "../applications/applications.ts";
import type { Context } from "../context.ts";

/**
 * Returns the actor for what an application says for somebody. Throws a `Refusal` for a name that nobody could log in under, and
 * for that of somebody who is here or may come back: nobody here is to be taken for the author.
 * @param author null: the application says it for itself
 */
export function speakAs(
  parts: Pick<Context, "bans" | "presence" | "settings">,
  { id }: Application,
  author: string | null,
): Actor {
  return applicationActor(id, author === null ? null : freeName(parts, author));
}

function freeName({ bans, presence, settings }: Pick<Context, "bans" | "presence" | "settings">, text: string): Name {
  const name = parseLoginName(text);
  if (!name) throw new Refusal("name-invalid");
  if (settings.reservedNames.includes(name.key)) throw new Refusal("name-reserved");
  const ban = bans.onName(name.key);
  if (ban) throw new Refusal("name-banned", { reason: ban.reason });
  if (presence.find(name.key) ?? presence.awayAs(name.key)) throw new Refusal("name-taken", { mayBeFreeSoon: false });
  return name;
}
