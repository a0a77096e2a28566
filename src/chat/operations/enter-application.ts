import { keyOf } from "../../domain/names.ts";
import { MAIN_APPLICATION } from "../../domain/application.ts";
import { Refusal } from "../../domain/refusals.ts";
import type { Application } from "../applications/applications.ts";
import type { Context } from "../context.ts";
import type { Session } from "../sessions/session.ts";

/**
 * From now on, names of rooms mean those of an application: one that is open, whose token is shown, or was shown before.
 * Returns null for `main`. Throws `no-such-application`, also for a wrong token: who does not know it learns nothing.
 */
export function enterApplication(
  { applications }: Pick<Context, "applications">,
  session: Session,
  handle: string,
  token: string | null,
): Application | null {
  const application = applications.byHandle(keyOf(handle));
  const isKnown = application && (application.isOpen || session.entered.has(application.id));
  if (!application || (!isKnown && (token === null || applications.byToken(token) !== application))) {
    throw new Refusal("no-such-application");
  }
  const isMain = application.id === MAIN_APPLICATION;
  if (!isMain) session.enters(application);
  session.application = isMain ? null : application;
  return session.application;
}
