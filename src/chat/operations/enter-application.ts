import { MAIN_APPLICATION } from "../../domain/application.ts";
import { keyOf } from "../../domain/names.ts";
import { checkMayIn } from "../../domain/permissions.ts";
import { Refusal } from "../../domain/refusals.ts";
import { isSameSecret } from "../../domain/secrets.ts";
import type { Application } from "../applications/applications.ts";
import type { Context } from "../context.ts";
import type { Session } from "../sessions/session.ts";

/** Maximum number of wrong tokens that one connection may show: a token has 122 random bits. */
export const MAX_WRONG_TOKENS = 10;

/**
 * From now on, names of rooms mean those of an application: one that is open, whose token is shown, or was shown before.
 * Returns null for `main`. Throws `no-such-application`, also for a wrong token: who does not know it learns nothing; and
 * `too-many-tokens`.
 */
export function enterApplication(
  { applications, presence }: Pick<Context, "applications" | "presence">,
  session: Session,
  handle: string,
  token: string | null,
): Application | null {
  const application = applications.byHandle(keyOf(handle));
  if (token !== null) show(session, application, token);
  if (!application) throw new Refusal("no-such-application");
  const entered = application.id === MAIN_APPLICATION ? null : application;
  checkMayIn(session, "enter", entered);
  session.application = entered;
  presence.moved(session.id);
  return entered;
}

/** Notes whether the token is that of the application. Throws `too-many-tokens`: then nothing is learned of this one. */
function show(session: Session, application: Application | undefined, token: string): void {
  if (session.wrongTokens >= MAX_WRONG_TOKENS) throw new Refusal("too-many-tokens", { limit: MAX_WRONG_TOKENS });
  if (application?.token != null && isSameSecret(application.token, token.toLowerCase()))
    session.enters(application.id);
  else session.wrongTokens += 1;
}
