import Fastify, { type FastifyInstance } from "fastify";
import type { Test } from "tap";
import { networkOf } from "../../../src/domain/address.ts";
import { RequestRates } from "../../../src/gate/request-rates.ts";
import { ApiKeys } from "../../../src/http/api-keys.ts";
import { sendError } from "../../../src/http/errors.ts";
import { guard, type GuardParts, type GuardSettings } from "../../../src/http/guard.ts";
import { FakeClock } from "../world/fake-clock.ts";

/** The token of an application. */
export const TOKEN = "6f1c2b0a-0000-4000-8000-000000000001";
const NO_LIMIT = { burst: 0, perSecond: 0 };

export interface Guarded {
  readonly app: FastifyInstance;
  readonly parts: GuardParts;
  readonly clock: FakeClock;
}

/** Settings of a guard: nobody but programs of this machine, and no key, unless the test says so. */
export function settingsOfGuard({
  apiKeys = [],
  ...settings
}: Partial<Omit<GuardSettings, "apiKeys">> & { readonly apiKeys?: readonly string[] } = {}): GuardSettings {
  return { isLocal: true, names: [], origins: [], ...settings, apiKeys: new ApiKeys(apiKeys) };
}

export function partsOfGuard(
  clock: FakeClock,
  settings: Parameters<typeof settingsOfGuard>[0],
  isToken: (text: string) => boolean,
): GuardParts {
  return {
    settings: settingsOfGuard(settings),
    strangers: new RequestRates(NO_LIMIT, clock),
    applications: new RequestRates(NO_LIMIT, clock),
    networkOf: (address) => (address === "192.0.2.99" ? null : networkOf(address)),
    isToken,
  };
}

/** Routes behind a guard, which tell what it found out. */
export function aGuarded(t: Test, settings: Parameters<typeof settingsOfGuard>[0] = {}): Guarded {
  const clock = new FakeClock();
  const parts = partsOfGuard(clock, settings, (text) => text === TOKEN);
  const app = Fastify({ frameworkErrors: sendError });
  app.setErrorHandler(sendError);
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: "Nothing.", code: "not-found" }));
  guard(app, parts);
  for (const path of ["/seen", "/of/:token"]) {
    app.route({ method: ["GET", "POST"], url: path, handler: ({ address, hasApiKey }) => ({ address, hasApiKey }) });
  }
  t.teardown(() => app.close());
  return { app, parts, clock };
}
