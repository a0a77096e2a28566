import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { getHeapStatistics } from "node:v8";
import type { Logger } from "pino";
import { Chat, type ChatSettings } from "./chat/chat.ts";
import type { Config } from "./config/settings.ts";
import { createOps, listenOps } from "./http/ops.ts";
import { MemoryPresence } from "./presence/memory.ts";
import { NEWLINE } from "./protocol/render.ts";
import { openStore } from "./store/open-store.ts";
import { systemClock } from "./system-clock.ts";
import type { ConnectionSettings, Door } from "./telnet/connection.ts";
import { Listener } from "./telnet/listener.ts";
import { type OutboxLimits, OutboxPool } from "./telnet/outbox-pool.ts";
import { Metrics } from "./watch/metrics.ts";
import { Recorder } from "./watch/recorder.ts";

/** So many bytes without a line end and the peer is talking no line protocol; more only where lines may be longer. */
const MAX_RUN_BYTES = 32 * 1024;
/** Session ids are below 2 ** 53, whole in a JavaScript number, and count up from somewhere else at each start. */
const MAX_FIRST_ID = 2 ** 47;

/** So long after the last connection is closed, a store that fails is tried again. */
const LAST_TRY_MS = 5000;

export interface Daemon {
  /** Where telnet listens. */
  readonly port: number;
  /** Where health and metrics are; null: nowhere. */
  readonly opsPort: number | null;
  /** Makes the reloadable settings hold, but for the log's level. Throws when the welcome text cannot be read; then those of before hold. */
  reload(config: Config): void;
  /**
   * Stores and delivers what was said, closes every connection within `drainMs`, and ends. Rejects when the store failed
   * to the end, and lines may be lost.
   */
  stop(drainMs: number): Promise<void>;
}

/**
 * Puts the parts together and starts them: the one place that knows them all. Rejects when something cannot be had (the
 * port, the database), with everything closed again.
 */
export async function startDaemon(config: Config, log: Logger, version: string): Promise<Daemon> {
  await using stack = new AsyncDisposableStack();
  const metrics = new Metrics(version);
  const watch = new Recorder(log, metrics);
  const store = await openStore(databaseOf(config), randomInt(1, MAX_FIRST_ID));
  stack.defer(() => store.close());

  const pool = new OutboxPool(outboxLimits(config), systemClock);
  const chat = new Chat(
    { store, presence: new MemoryPresence(), clock: systemClock, watch, flush: () => pool.flush() },
    chatSettings(config),
  );
  await chat.start();

  let nextSessionId = randomInt(1, MAX_FIRST_ID);
  const door: Door = {
    chat,
    pool,
    watch,
    settings: connectionSettings(config),
    newSessionId: () => nextSessionId++,
  };
  const listener = new Listener(door, {
    hosts: config.host,
    port: config.port,
    keepaliveMs: config.keepalive,
  });
  metrics.read({
    sessions: () => chat.sessions.size,
    connections: () => listener.connectionCount,
    rooms: () => chat.rooms.count,
    outboxBytes: () => pool.heldBytes,
  });

  let opsPort: number | null = null;
  if (config.opsPort !== null) {
    const ops = createOps({ metrics: metrics.registry, isReady: () => true });
    stack.defer(() => ops.close());
    opsPort = await listenOps(ops, { host: config.opsHost, port: config.opsPort });
  }
  stack.defer(() => listener.stopAccepting());
  const port = await listener.listen();

  const running = stack.move();
  return {
    port,
    opsPort,
    reload(next) {
      // First what may fail: then nothing has changed.
      door.settings = connectionSettings(next);
      chat.settings = chatSettings(next);
      pool.limits = outboxLimits(next);
    },
    async stop(drainMs) {
      // What is left to do may hang on the clock, whose timers keep no process alive.
      const alive = setInterval(() => {}, 1000);
      listener.stopAccepting();
      try {
        await listener.closeAll(drainMs);
        const lost = await chat.finish(LAST_TRY_MS);
        await running.disposeAsync();
        if (lost > 0) throw new Error(`the last ${lost} lines may not be stored: the store did not work to the end.`);
      } finally {
        clearInterval(alive);
      }
    },
  };
}

function databaseOf(config: Config): NonNullable<Config["database"]> {
  return config.database ?? { type: "sqlite", path: join(config.dataDir, "chatd.db"), maxPages: null };
}

function chatSettings(config: Config): ChatSettings {
  return {
    lobby: config.lobby,
    roomsPerUser: config.roomsPerUser,
    maxPendingMessages: config.maxPendingMessages,
    maxPendingBytes: config.maxPendingBytes,
    maxPendingAgeMs: config.maxPendingAge,
  };
}

function readWelcome(path: string): string {
  return readFileSync(path, "utf8").trimEnd().replaceAll(/\r?\n/g, NEWLINE);
}

function connectionSettings(config: Config): ConnectionSettings {
  return {
    maxLineBytes: config.maxLineBytes,
    maxRunBytes: Math.max(MAX_RUN_BYTES, 2 * config.maxLineBytes),
    loginTimeoutMs: config.loginTimeout,
    loginTries: config.loginTries,
    reservedNames: config.reservedNames,
    welcome: config.welcome === null ? "" : readWelcome(config.welcome),
  };
}

function outboxLimits(config: Config): OutboxLimits {
  return {
    skipBytes: config.outboxSkipBytes,
    skipAfterMs: config.outboxSkipAfter,
    closeBytes: config.outboxCloseBytes,
    closeAfterMs: config.outboxCloseAfter,
    totalBytes: config.outboxTotal ?? quarterOfMemory(),
  };
}

/** A quarter of what the process may use: the smaller of V8's heap limit and the memory that the system grants it. */
function quarterOfMemory(): number {
  const granted = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return Math.floor(Math.min(getHeapStatistics().heap_size_limit, granted) / 4);
}
