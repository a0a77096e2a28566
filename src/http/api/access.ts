import type { FastifyRequest } from "fastify";
import type { Application } from "../../chat/applications/applications.ts";
import type { Context } from "../../chat/context.ts";
import { Refusal } from "../../domain/refusals.ts";
import { HttpError } from "../errors.ts";

const KEY_WANTED = "This wants an API key: send Authorization: Bearer KEY.";

/** A hook for what whoever runs the applications may do alone. */
export function needKey(request: FastifyRequest, _reply: unknown, done: (error?: Error) => void): void {
  if (request.hasApiKey) done();
  else done(new HttpError(401, "key-wanted", KEY_WANTED));
}

/** Returns the application that a token opens. Throws `no-such-application`. */
export function applicationOf({ applications }: Pick<Context, "applications">, token: string): Application {
  const application = applications.byToken(token);
  if (!application) throw new Refusal("no-such-application");
  return application;
}

/** Returns the number of a chat or a message in a path; 0, which no chat and no message has: it is none. */
export function numberIn(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}
