import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { RequestRates } from "../gate/request-rates.ts";
import type { ApiKeys } from "./api-keys.ts";
import { bearerIn } from "./bearer.ts";
import { HttpError } from "./errors.ts";
import { addressOf } from "./connection.ts";
import { isOwnHost, isOwnOrigin } from "./origins.ts";

/** Who may use HTTP. */
export interface GuardSettings {
  /** Whether programs of this machine alone can connect. Without a key they may then do everything. */
  readonly isLocal: boolean;
  readonly apiKeys: ApiKeys;
  /** Names of this server, in lower case, beside localhost. They count where there is no key. */
  readonly names: readonly string[];
  /** Web sites whose pages may ask, as `Origin` has them. */
  readonly origins: readonly string[];
}

export interface GuardParts {
  /** Replaced as a whole when the settings are read again. */
  settings: GuardSettings;
  /** Requests without a good credential, by network. */
  readonly strangers: RequestRates;
  /** Requests with the token of an application, by token. */
  readonly applications: RequestRates;
  /** As `Admission.networkOf`. */
  readonly networkOf: (address: string) => string | null;
  /** Whether this is the token of an application. */
  readonly isToken: (text: string) => boolean;
}

declare module "fastify" {
  interface FastifyRequest {
    /** Of the peer, as the gate knows it. */
    address: string;
    /** Whether the request may do what an API key is needed for. */
    hasApiKey: boolean;
  }
}

/** What a page of another site may send and see (Fetch standard, 3.2). */
const PREFLIGHT = {
  "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
  "access-control-allow-headers": "authorization, content-type, idempotency-key, if-match, if-none-match",
  "access-control-max-age": "600",
};
const SHOWN_HEADERS = "etag, link, retry-after, x-total-count";

const WRONG_KEY = new HttpError(401, "wrong-key", "This is no API key, and no token of an application.");
const TOO_MANY = new HttpError(
  429,
  "too-many-requests",
  "There are too many requests from your address. Wait a second, or send an API key or the token of an application.",
);
const APPLICATION_TOO_MANY = new HttpError(
  429,
  "too-many-requests",
  "There are too many requests with this application's token. Wait a second.",
);
const OTHER_HOST = new HttpError(
  403,
  "host-not-allowed",
  "Without an API key, chatd answers under localhost alone. Start it with --api-key, or with --http-name and this host.",
);
const OTHER_ORIGIN = new HttpError(
  403,
  "origin-not-allowed",
  "Pages of this web site may not use chatd. Allow them with --http-origin.",
);

/** Adds what each request passes before its route: rates, host, origin and credential. */
export function guard(app: FastifyInstance, parts: GuardParts): void {
  app.decorateRequest("address", "");
  app.decorateRequest("hasApiKey", false);
  app.addHook("onRequest", (request, reply, done) => {
    const { origin } = request.headers;
    const { origins } = parts.settings;
    const isOfPage = origin !== undefined && origins.includes(origin);
    if (origins.length > 0) void reply.header("vary", "origin");
    if (isOfPage) {
      // Also with errors, which the page could not read without it.
      void reply.header("access-control-allow-origin", origin).header("access-control-expose-headers", SHOWN_HEADERS);
    }
    request.address = addressOf(request.raw.socket);
    const answer = checkRequest(parts, request.headers, request.address, tokenIn(request));
    if (answer instanceof HttpError) done(answer);
    else if (isOfPage && isPreflight(request)) void reply.code(204).headers(PREFLIGHT).send();
    else {
      request.hasApiKey = answer.hasApiKey;
      done();
    }
  });
}

/**
 * Returns what a request may do, or why it may do nothing. For requests that pass no route, too: those for a WebSocket.
 *
 * @param pathToken of an application, from the path; null: there is none
 */
export function checkRequest(
  parts: GuardParts,
  headers: IncomingHttpHeaders,
  address: string,
  pathToken: string | null,
): { readonly hasApiKey: boolean } | HttpError {
  const { isLocal, apiKeys, names, origins } = parts.settings;
  const isFree = isLocal && !apiKeys.areSet;
  const bearer = bearerIn(headers.authorization);
  const hasApiKey = isFree || (bearer !== null && apiKeys.has(bearer));
  const hasWrongKey = !hasApiKey && bearer !== null && !parts.isToken(bearer);
  if (!hasApiKey) {
    const tooMany = countRequest(parts, address, hasWrongKey ? null : (pathToken ?? bearer));
    if (tooMany) return tooMany;
  }
  if (isFree && !isOwnHost(headers.host, names)) return OTHER_HOST;
  const { origin, host } = headers;
  if (origin !== undefined && !origins.includes(origin) && !isOwnOrigin(origin, host)) return OTHER_ORIGIN;
  return hasWrongKey ? WRONG_KEY : { hasApiKey };
}

/** Counts a request against its application, or else against the network that it comes from. */
function countRequest(parts: GuardParts, address: string, token: string | null): HttpError | null {
  if (token !== null && parts.isToken(token)) {
    return parts.applications.take(token) > 0 ? APPLICATION_TOO_MANY : null;
  }
  const network = parts.networkOf(address);
  return network !== null && parts.strangers.take(network) > 0 ? TOO_MANY : null;
}

function tokenIn({ params }: FastifyRequest): string | null {
  // The type of parameters is the route's, which is not known here.
  const { token } = (params ?? {}) as { readonly token?: unknown };
  return typeof token === "string" ? token : null;
}

/** Whether a browser asks for a page's leave to send the real request (Fetch standard, 3.2.2). */
function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === "OPTIONS" && headers["access-control-request-method"] !== undefined;
}
