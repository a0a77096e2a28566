import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance } from "fastify";

export interface GuardSettings {
  /** Keys that open applications to whoever shows one. Empty: everybody who may connect has the rights of a key. */
  readonly apiKeys: () => readonly string[];
}

declare module "fastify" {
  interface FastifyRequest {
    address: string;
    hasApiKey: boolean;
  }
}

/** Adds what every request passes first. */
export function guard(app: FastifyInstance, { apiKeys }: GuardSettings): void {
  app.decorateRequest("address", "");
  app.decorateRequest("hasApiKey", false);
  app.addHook("onRequest", (request, _reply, done) => {
    request.address = request.socket.remoteAddress ?? "";
    const keys = apiKeys();
    const shown = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
    request.hasApiKey = keys.length === 0 || keys.some((key) => timingSafeEqual(digest(key), digest(shown)));
    done();
  });
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
