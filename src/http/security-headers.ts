import helmet from "@fastify/helmet";
import type { ApiServer } from "./api/server.ts";

/** Nothing of what is answered here is run or shown in another page. */
export const NOTHING_ALLOWED = {
  defaultSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};

/** Tells browsers what they must not do with an answer. */
export async function addSecurityHeaders(app: ApiServer): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: NOTHING_ALLOWED },
    // It would hold for every port of the host, and of those many have no TLS.
    strictTransportSecurity: false,
  });
}
