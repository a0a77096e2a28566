import helmet from "@fastify/helmet";
import Fastify from "fastify";
import type { ApiServer } from "./api/server.ts";

export type Headers = Readonly<Record<string, string>>;

/** Answers of programs are not run, loaded or shown in another page. */
const NOTHING_ALLOWED = {
  defaultSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};

/** Tells browsers with every answer what they must not do with it. */
export function addSecurityHeaders(app: ApiServer, headers: Headers): void {
  app.addHook("onRequest", (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
}

/**
 * Resolves with the headers of a page that may use these styles and nothing else. The library works them out for each answer,
 * which takes a seventh of the time of a POST; they are always the same, so they are taken from one answer.
 */
export async function securityHeaders(...styleSrc: readonly string[]): Promise<Headers> {
  const app = Fastify();
  const directives = { ...NOTHING_ALLOWED, ...(styleSrc.length > 0 && { styleSrc }) };
  app.get("/", (_request, reply) => reply.send());
  const { headers: before } = await app.inject("/");
  const helmeted = Fastify();
  await helmeted.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives },
    // It would hold for every port of the host, and of those many have no TLS.
    strictTransportSecurity: false,
  });
  helmeted.get("/", (_request, reply) => reply.send());
  const { headers } = await helmeted.inject("/");
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (name in before ? [] : [[name, String(value)]])),
  );
}
