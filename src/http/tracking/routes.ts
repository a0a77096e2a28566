// Its types know `hide`.
import type {} from "@fastify/swagger";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Application } from "../../chat/applications/applications.ts";
import type { Context } from "../../chat/context.ts";
import { track } from "../../chat/operations/track.ts";
import { MAX_DATA_BYTES, readTrackedData } from "../../domain/tracked-data.ts";
import { HttpError } from "../errors.ts";
import { bearerIn } from "../bearer.ts";
import { accountFor } from "./accounts.ts";

export interface TrackingParts {
  readonly context: Pick<Context, "applications" | "held" | "pipeline" | "store" | "subscriptions">;
}

/** Where events go in and come out. */
export const EVENTS_PATH = "/websocket";

/** Maximum size of a body, in bytes: data of which every character may be an escape. */
const MAX_BODY_BYTES = 64 * 1024;

/** Throws the `HttpError` for a body without an event in it. */
function refuseBody(fault: "not-json" | "no-data" | "too-long"): never {
  switch (fault) {
    case "not-json":
      throw new HttpError(400, "bad-json", "The body is not JSON.");
    case "no-data":
      throw new HttpError(422, "data-missing", 'data is missing: send {"data": …}.');
    case "too-long":
      throw new HttpError(413, "data-too-long", `data has more than ${MAX_DATA_BYTES} bytes.`);
  }
}

/** Adds `POST /tracking/:account`: it stores an event, and answers 204 when no crash can lose it. */
export function trackingRoutes(app: FastifyInstance, { context }: TrackingParts): void {
  // A scope of its own: the body is read as text here, because numbers keep their digits.
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, parsed) =>
      parsed(null, body),
    );
    scope.post<{ Params: { account: string }; Body: string | undefined }>(
      "/tracking/:account",
      {
        // The document of the API has the routes below /api; docs/http.md has these.
        schema: { hide: true },
        bodyLimit: MAX_BODY_BYTES,
        // An account that takes nothing is told before the body is read.
        onRequest: (request, _reply, next) => {
          accountOf(context, request);
          next();
        },
      },
      async (request, reply) => {
        const data = readTrackedData(request.body ?? "");
        if ("fault" in data) refuseBody(data.fault);
        await track(context, accountOf(context, request), data.json);
        return reply.code(204).send();
      },
    );
    done();
  });
  app.get(EVENTS_PATH, { schema: { hide: true } }, (_request, reply) => {
    void reply.header("upgrade", "websocket");
    throw new HttpError(426, "websocket-wanted", "Events come over a WebSocket: connect with one.");
  });
}

/** Throws an `HttpError` for an account that takes no events, or not of whom the request comes from. */
function accountOf(
  { applications }: Pick<Context, "applications">,
  request: FastifyRequest<{ Params: { account: string } }>,
): Application {
  const { hasApiKey, params } = request;
  const account = accountFor({ applications }, params.account, {
    hasApiKey,
    bearer: bearerIn(request.headers.authorization),
  });
  if (!account) throw new HttpError(404, "account-not-found", "Account not found");
  if (!account.isActive) throw new HttpError(400, "account-inactive", "Account is inactive");
  return account;
}
