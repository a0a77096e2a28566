import Fastify from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { Context } from "../chat/context.ts";
import { StoreError } from "../ports/store-error.ts";
import { addApplicationRoutes } from "./api/applications.ts";
import { addChatRoutes } from "./api/chats.ts";
import { addMessageRoutes } from "./api/messages.ts";
import type { ApiServer } from "./api/server.ts";
import { serializerCompiler, validatorCompiler } from "./api/validation.ts";
import { addressOf } from "./connection.ts";
import { addDocsPage } from "./docs-page.ts";
import { HttpError, isBug, sendError, sendNotFound } from "./errors.ts";
import { checkRequest, guard, type GuardParts } from "./guard.ts";
import { observe } from "./observe.ts";
import { addOpenApi } from "./openapi.ts";
import { addSecurityHeaders, securityHeaders } from "./security-headers.ts";
import type { HttpTelemetry } from "./telemetry.ts";
import { trackingRoutes } from "./tracking/routes.ts";

export interface HttpParts {
  readonly context: Context;
  readonly guard: GuardParts;
  readonly telemetry: HttpTelemetry;
}

/** Maximum bytes of a request's body: a text of 16 KiB may take four times as many as JSON. */
const BODY_LIMIT = 65_536;
/** Maximum characters of a part of a path: as many as the headers of a request may have. */
const MAX_PARAMETER = 16_384;

/** Resolves with HTTP for programs. It listens nowhere by itself: `httpProtocol` hands it sockets. */
export async function createHttp({ context, guard: guardParts, telemetry }: HttpParts): Promise<ApiServer> {
  const headers = await securityHeaders();
  const app: ApiServer = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    // What is too long to be a number is found nowhere, as is any other.
    routerOptions: { maxParamLength: MAX_PARAMETER },
    frameworkErrors: (error, { raw, method }, reply) => {
      // The path cannot be decoded, or is too long: no hook runs for it.
      const answer = checkRequest(guardParts, raw.headers, addressOf(raw.socket), null);
      void reply.headers(headers);
      sendError(answer instanceof HttpError ? answer : error, reply.request, reply);
      telemetry.answered({ method, route: "none", status: reply.statusCode, ms: reply.elapsedTime });
    },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setNotFoundHandler(sendNotFound);
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof StoreError) context.telemetry.storeHealth(error);
    // The pattern of the route, because the URL has a token.
    else if (isBug(error)) telemetry.failed(`answer ${request.method} ${request.routeOptions.url ?? "none"}`, error);
    sendError(error, request, reply);
  });
  takeJsonAlone(app);
  observe(app, telemetry);
  guard(app, guardParts);
  addSecurityHeaders(app, headers);
  await addOpenApi(app);
  // Routes are told to the document when it is there.
  await app.register(async (routes: ApiServer) => {
    addApplicationRoutes(routes, context);
    addChatRoutes(routes, context);
    addMessageRoutes(routes, context);
    trackingRoutes(routes, { context });
    routes.get("/up", { schema: { hide: true } }, () => ({ status: "up" }));
    await addDocsPage(routes);
  });
  await app.ready();
  return app;
}

/** Takes bodies of JSON alone, so that no form of a web page reaches a route; an empty one is none. */
function takeJsonAlone(app: ApiServer): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body === "") done(null, null);
    // `parseAs` makes it a string.
    else void parse(request, body as string, done);
  });
}
