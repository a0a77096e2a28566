import type { Name } from "../../domain/names.ts";
import { Refusal } from "../../domain/refusals.ts";
import type { Context } from "../context.ts";
import type { Session } from "../sessions/session.ts";

/** Ends `ignore`. Returns the name as it was ignored; throws a `Refusal`. @param name null: the text is no name */
export function unignore(
  { presence, sessions }: Pick<Context, "presence" | "sessions">,
  session: Session,
  name: Name | null,
): Name {
  const ignored = name && session.ignored.get(name.key);
  if (!ignored) throw new Refusal("not-ignored");
  sessions.unignore(session, ignored);
  presence.moved(session.id);
  return ignored;
}
