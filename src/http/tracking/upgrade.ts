import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Context } from "../../chat/context.ts";
import type { OutboxPool } from "../../net/outbox-pool.ts";
import { Heartbeat } from "../websocket/heartbeat.ts";
import { type UpgradeParts, upgradeOf } from "../websocket/upgrade.ts";
import { EVENTS_PATH } from "./routes.ts";
import { subscribe, type SubscribeParts } from "./subscribe.ts";

export interface WebSocketUpgradeParts {
  readonly context: Context;
  readonly pool: OutboxPool;
  readonly judge: UpgradeParts["judge"];
  readonly skipped: SubscribeParts["skipped"];
}

/** Returns what handles the `upgrade` event of the HTTP server. */
export function websocketUpgrade({
  context,
  pool,
  judge,
  skipped,
}: WebSocketUpgradeParts): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const { clock, telemetry } = context;
  const heartbeat = new Heartbeat(clock);
  const endpoints = { [EVENTS_PATH]: subscribe({ context, skipped }) };
  return upgradeOf({ clock, pool, heartbeat, telemetry, judge, endpoints });
}
