import type { Name } from "../../domain/names.ts";
import { Refusal } from "../../domain/refusals.ts";
import type { Context } from "../context.ts";
import type { Session } from "../sessions/session.ts";

/** Maximum number of names that a session ignores. */
export const MAX_IGNORED = 100;

/** From now on a session is not shown what the holder of a name says, nor their joins and leaves. Throws a `Refusal`. */
export function ignore(
  { presence, sessions, settings }: Pick<Context, "presence" | "sessions" | "settings">,
  session: Session,
  name: Name,
): void {
  if (name.key === session.name.key) throw new Refusal("self-ignored");
  // The operator of the server speaks in rooms under a reserved name, and is heard by everybody.
  if (settings.reservedNames.includes(name.key)) throw new Refusal("no-such-user");
  if (session.ignored.size >= MAX_IGNORED && !session.ignored.has(name.key)) {
    throw new Refusal("too-many-ignored", { limit: MAX_IGNORED });
  }
  sessions.ignore(session, name);
  presence.moved(session.id);
}
