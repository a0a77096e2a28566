import type { Application } from "../../chat/applications/applications.ts";
import type { Context } from "../../chat/context.ts";
import { MAIN_APPLICATION } from "../../domain/application.ts";
import { keyOf } from "../../domain/names.ts";
import { HttpError } from "../errors.ts";

/** What a request shows of whom it comes from. */
export interface Credentials {
  readonly hasApiKey: boolean;
  /** An application's token; null: none. */
  readonly bearer: string | null;
}

const KEY_WANTED = "This wants an API key or the account's token: send Authorization: Bearer KEY.";

/**
 * Returns the account of a handle; null: all accounts, where no handle is given and the request may see them all. Throws an
 * `HttpError`. Without a key, an account that there is not looks like one of others.
 */
export function accountFor(
  { applications }: Pick<Context, "applications">,
  handle: string | null,
  { hasApiKey, bearer }: Credentials,
): Application | null {
  const named = handle === null ? null : applications.byHandle(keyOf(handle));
  if (hasApiKey) {
    if (named === undefined || named?.id === MAIN_APPLICATION)
      throw new HttpError(404, "account-not-found", "Account not found");
    return named;
  }
  const own = bearer === null ? undefined : applications.byToken(bearer);
  if (!own || (named !== null && named !== own)) throw new HttpError(401, "key-wanted", KEY_WANTED);
  return own;
}
