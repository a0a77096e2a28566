import type { IncomingMessage } from "node:http";
import type { Context } from "../chat/context.ts";
import { listenError } from "../config/listen-errors.ts";
import { applicationRate, guardSettings, strangersRate } from "../config/settings-of.ts";
import type { Config } from "../config/settings.ts";
import { RequestRates } from "../gate/request-rates.ts";
import { addressOf } from "../http/connection.ts";
import { HttpError } from "../http/errors.ts";
import { checkRequest, type GuardParts } from "../http/guard.ts";
import { httpProtocol } from "../http/listener.ts";
import type { Gate } from "../net/arrival.ts";
import { Listener } from "../net/listener.ts";
import type { OutboxPool } from "../net/outbox-pool.ts";
import type { Tls } from "../net/tls.ts";
import type { Recorder } from "../watch/recorder.ts";
import { type Prepare, replacing } from "./reload.ts";

export interface HttpDoorParts {
  readonly context: Context;
  readonly gate: Gate;
  readonly pool: OutboxPool;
  readonly telemetry: Recorder;
  readonly tls: Tls | null;
}

/** Ports of HTTP; null: there is none. */
export interface HttpPorts {
  readonly httpPort: number | null;
  readonly httpTlsPort: number | null;
}

/** HTTP for programs, behind the gate that all doors share. */
export interface HttpDoor {
  readonly listener: Listener;
  readonly reloadable: readonly Prepare[];
  /** Rejects with a `SettingError` where a port cannot be had. */
  listen(): Promise<HttpPorts>;
  close(): Promise<void>;
}

/** Resolves with null where HTTP is off. Rejects when a file of keys cannot be read. */
export async function openHttpDoor(
  config: Config,
  { context, gate, pool, telemetry, tls }: HttpDoorParts,
): Promise<HttpDoor | null> {
  const { httpHost, httpPort, httpTlsPort } = config;
  if (httpPort === null && httpTlsPort === null) return null;
  const parts: GuardParts = {
    settings: guardSettings(config),
    strangers: new RequestRates(strangersRate(config), gate.clock),
    applications: new RequestRates(applicationRate(config), gate.clock),
    networkOf: (address) => gate.admission.networkOf(address),
    isToken: (text) => context.applications.byToken(text) !== undefined,
  };
  const [{ createHttp }, { websocketUpgrade }] = await Promise.all([
    import("../http/http.ts"),
    import("../http/tracking/upgrade.ts"),
  ]);
  const app = await createHttp({ context, guard: parts, telemetry });
  const judge = (request: IncomingMessage): { readonly hasApiKey: boolean } => {
    const answer = checkRequest(parts, request.headers, addressOf(request.socket), null);
    if (answer instanceof HttpError) throw answer;
    return answer;
  };
  const skipped = (events: number): void => telemetry.skipped(events);
  app.server.on("upgrade", websocketUpgrade({ context, pool, judge, skipped }));
  // Other protocols, such as the h2c of Java's client, are not taken up: the request is one like any (RFC 9110, 7.8).
  Object.assign(app.server, {
    shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === "websocket",
  });
  const listener = new Listener(httpProtocol(app.server, gate.bans), gate, config.keepalive);
  const listenOn = (setting: keyof HttpPorts, port: number | null, by: Tls | null): Promise<number> | null =>
    port === null
      ? null
      : listener.listen({ hosts: httpHost, port, fds: [], tls: by }).catch((error: unknown) => {
          throw listenError(error, { host: "httpHost", port: setting });
        });
  return {
    listener,
    reloadable: [
      replacing(guardSettings, (next) => (parts.settings = next)),
      replacing(strangersRate, (next) => (parts.strangers.rate = next)),
      replacing(applicationRate, (next) => (parts.applications.rate = next)),
    ],
    listen: async () => ({
      httpPort: await listenOn("httpPort", httpPort, null),
      httpTlsPort: await listenOn("httpTlsPort", httpTlsPort, tls),
    }),
    close: () => app.close(),
  };
}
