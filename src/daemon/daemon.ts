import { randomInt } from "node:crypto";
import type { Logger } from "pino";
import { Lifecycle } from "../aws/lifecycle.ts";
import { openBackend } from "./backend.ts";
import { Chat } from "../chat/chat.ts";
import { EndedApplications } from "../streams/ended-applications.ts";
import { Retention } from "../streams/retention.ts";
import { UnusedRooms } from "../chat/rooms/unused-rooms.ts";
import { listenError, socketError } from "../config/listen-errors.ts";
import {
  adminSocketOf,
  admissionLimits,
  chatSettings,
  connectionSettings,
  databaseOf,
  outboxLimits,
  tlsFiles,
  typingBudgetLimits,
} from "../config/settings-of.ts";
import type { Config } from "../config/settings.ts";
import { Admission } from "../gate/admission.ts";
import { SecretReturnCodes } from "../gate/return-codes.ts";
import { TypingBudgets } from "../gate/typing-budgets.ts";
import { listenOnSocket } from "../http/admin/socket.ts";
import { statsView } from "../http/admin/views.ts";
import { inTime } from "../ports/in-time.ts";
import { texts } from "../formats/text/sentences.ts";
import { makeDemo } from "./demo.ts";
import { type HttpPorts, openHttpDoor } from "./http-door.ts";
import { type Prepare, reloadAll, replacing } from "./reload.ts";
import { systemClock, waitingTimers } from "./system-clock.ts";
import type { InheritedSockets } from "../systemd/sockets.ts";
import type { Gate } from "../net/arrival.ts";
import { createDoor } from "../telnet/door.ts";
import { telnetProtocol } from "../telnet/protocol.ts";
import { LineQueueTotal } from "../net/line-queue.ts";
import { Turns } from "../net/turns.ts";
import { Listener, type Place } from "../net/listener.ts";
import { OutboxPool } from "../net/outbox-pool.ts";
import { Tls } from "../net/tls.ts";
import { Disk } from "../watch/disk.ts";
import { Metrics, type Readings } from "../watch/metrics.ts";
import { Recorder } from "../watch/recorder.ts";
import { StateLog } from "../watch/state-log.ts";

/**
 * Bounds of the random first id of sessions and requests: they count up from it, stay below 2 ** 50, and are no ids of streams,
 * which count from 1 on, or are times in microseconds.
 */
const MIN_FIRST_ID = 2 ** 40;
const MAX_FIRST_ID = 2 ** 47;
/** Time for which a failing store is tried again after the last connection is closed. */
const LAST_TRY_MS = 5000;
/** Time after the drain in which everything ends, or is given up. A store call without an answer takes 6 s. */
export const END_MS = 14_000;

export interface Daemon extends HttpPorts {
  /** Returns the current id of the node in its cluster; null: it is alone. */
  readonly nodeId: () => number | null;
  readonly sessionCount: () => number;
  readonly connectionCount: () => number;
  readonly port: number;
  /** Port of telnet over TLS; null: there is none. */
  readonly tlsPort: number | null;
  /** Port of health and metrics; null: there is none. */
  readonly opsPort: number | null;
  /** Applies the reloadable settings but the log level. Throws where a file cannot be read; then nothing changes. */
  reload(config: Config): void;
  /**
   * Stores and delivers what was said, closes every connection within `drainMs`, and ends. Rejects when the store
   * failed until the end, so that lines may be lost, or when something has not ended 14 s after `drainMs`.
   */
  stop(drainMs: number): Promise<void>;
}

const NO_SOCKETS: InheritedSockets = { telnet: [], tls: [] };

/**
 * Starts all parts. Rejects when something cannot be had (port, database, certificate), with all closed again; with a
 * `SettingError` where a setting names it.
 */
export async function startDaemon(
  config: Config,
  log: Logger,
  version: string,
  inherited = NO_SOCKETS,
): Promise<Daemon> {
  await using stack = new AsyncDisposableStack();
  let settings = config;
  const startedAt = systemClock.micros();
  const metrics = new Metrics(version);
  const telemetry = new Recorder(log, metrics, systemClock);
  const files = tlsFiles(config);
  const tls = files && new Tls(files, systemClock);
  if (inherited.tls.length > 0 && config.tlsPort === null) {
    throw new Error("systemd hands on a socket for TLS: give --tls-port, --tls-cert and --tls-key, or disable it.");
  }
  const database = databaseOf(config);
  const admission = new Admission(admissionLimits(config), systemClock);
  const networkOf = (address: string): string | null => admission.networkOf(address);
  // What speaks HTTP is loaded while the database is opened on another thread.
  const [backend, { createAdmin }, { createOps, listenOps }] = await Promise.all([
    openBackend(config, { clock: systemClock, telemetry, version, graceMs: () => settings.grace, networkOf }),
    import("../http/admin/routes.ts"),
    import("../http/ops.ts"),
  ]);
  stack.defer(() => backend.close());
  const { store, presence, bus, returnKey } = backend;
  const disk =
    database.type === "sqlite"
      ? stack.adopt(new Disk(database.path, systemClock, telemetry), (part) => part.stop())
      : null;

  const pool = new OutboxPool(outboxLimits(config), systemClock);
  let nextId = randomInt(MIN_FIRST_ID, MAX_FIRST_ID);
  const newId = (): number => nextId++;
  const chat = new Chat(
    {
      store,
      presence,
      bus,
      clock: systemClock,
      telemetry,
      newId,
      networkOf,
      flusher: pool,
      returnCodes: new SecretReturnCodes(returnKey),
    },
    chatSettings(config),
  );
  const { context } = chat;
  const { bans } = context;
  stack.defer(() => chat.stop());
  await chat.start();
  if (config.demo) await makeDemo(context);
  const onPruned = (beforeMicros: number): void => context.recent.dropOlder(beforeMicros);
  const retention = new Retention({ store, clock: systemClock, telemetry, onPruned }, () => settings.keep);
  stack.adopt(retention, (task) => task.stop()).start();
  const endedApplications = new EndedApplications({ store, clock: systemClock, telemetry });
  stack.adopt(endedApplications, (task) => task.stop()).start();
  context.applications.onEnded = () => endedApplications.soon();
  stack.adopt(new UnusedRooms(context, () => settings.unusedRooms), (task) => task.stop()).start();

  const gate: Gate = {
    clock: systemClock,
    telemetry,
    admission,
    bans,
    isProxied: config.proxyProtocol,
    isDraining: false,
  };
  const door = createDoor({
    context,
    turns: new Turns(systemClock),
    pool,
    queued: new LineQueueTotal(pool.limits.totalBytes),
    budgets: new TypingBudgets(typingBudgetLimits(config), systemClock),
    telemetry,
    settings: connectionSettings(config),
  });
  const listener = new Listener(telnetProtocol(door), gate, config.keepalive);
  const http = await openHttpDoor(config, { context, gate, pool, telemetry, tls });
  if (http) stack.defer(() => http.close());
  const listeners = http ? [listener, http.listener] : [listener];
  for (const one of listeners) bans.listen(() => one.closeBanned());
  const connectionCount = (): number => listeners.reduce((sum, one) => sum + one.connectionCount, 0);
  const readings: Readings = {
    node: () => backend.nodeId(),
    elsewhere: () => presence.countElsewhere,
    sessions: () => context.sessions.size,
    connections: connectionCount,
    httpConnections: () => http?.listener.connectionCount ?? 0,
    rooms: () => context.rooms.count,
    outboxBytes: () => pool.heldBytes,
    inputBytes: () => door.queued.bytes,
    pendingLines: () => context.pipeline.pendingLines,
    timers: waitingTimers,
    freeBytes: () => disk?.freeBytes() ?? null,
    databaseBytes: () => disk?.usedBytes() ?? null,
  };
  metrics.read(readings);
  const stateLog = new StateLog(systemClock, config.logState, () => telemetry.logState(readings));
  stack.adopt(stateLog, (part) => part.stop()).start();

  let opsPort: number | null = null;
  if (config.opsPort !== null) {
    const ops = createOps({
      metrics: metrics.registry,
      isReady: () => !gate.isDraining,
      isStoreWell: () => telemetry.isStoreWell,
    });
    stack.defer(() => ops.close());
    opsPort = await listenOps(ops, { host: config.opsHost, port: config.opsPort }).catch((error: unknown) => {
      throw listenError(error, { host: "opsHost", port: "opsPort" });
    });
  }

  const drain = (): { connections: number; overMs: number } => {
    gate.isDraining = true;
    const connections = connectionCount();
    for (const one of listeners) void one.closeAll(settings.drain, texts.goingAway);
    return { connections, overMs: settings.drain };
  };
  if (config.awsDrain) {
    const leaving = (): void => telemetry.leaving(drain());
    const lifecycle = new Lifecycle(config.awsMetadata, systemClock, {
      leaving,
      metadata: (error) => telemetry.metadata(error),
    });
    stack.adopt(lifecycle, (part) => part.stop()).start();
  }

  const adminSocket = adminSocketOf(config);
  if (adminSocket !== null) {
    const admin = createAdmin({
      context,
      stats: () => statsView({ version, startedAt, isDraining: gate.isDraining }, readings),
      node: () => backend.nodeId(),
      drain,
      setLogLevel: (level) => (log.level = level),
    });
    stack.defer(() => admin.close());
    await listenOnSocket(admin, adminSocket).catch((error: unknown) => {
      throw socketError(error, adminSocket, config);
    });
  }
  const stopAccepting = (): void => listeners.forEach((one) => one.stopAccepting());
  stack.defer(stopAccepting);
  const listenOn = (setting: "port" | "tlsPort", place: Omit<Place, "hosts">): Promise<number> =>
    listener.listen({ ...place, hosts: config.host }).catch((error: unknown) => {
      throw listenError(error, { host: "host", port: setting });
    });
  const port = await listenOn("port", { port: config.port, fds: inherited.telnet, tls: null });
  const tlsPort =
    tls && config.tlsPort !== null
      ? await listenOn("tlsPort", { port: config.tlsPort, fds: inherited.tls, tls })
      : null;
  const { httpPort, httpTlsPort } = (await http?.listen()) ?? { httpPort: null, httpTlsPort: null };

  const reloadable: readonly Prepare[] = [
    (next) => () => (settings = next),
    (next) => {
      const nextFiles = tlsFiles(next);
      return tls && nextFiles ? tls.prepare(nextFiles) : () => {};
    },
    replacing(chatSettings, (next) => chat.reload(next)),
    replacing(connectionSettings, (next) => (door.settings = next)),
    replacing(typingBudgetLimits, (next) => (door.budgets.limits = next)),
    replacing(admissionLimits, (next) => (admission.limits = next)),
    replacing(outboxLimits, (next) => {
      pool.limits = next;
      door.queued.limitBytes = next.totalBytes;
    }),
    ...(http?.reloadable ?? []),
  ];
  const running = stack.move();
  return {
    nodeId: () => backend.nodeId(),
    sessionCount: () => context.sessions.size,
    connectionCount,
    port,
    tlsPort,
    httpPort,
    httpTlsPort,
    opsPort,
    reload: (next) => reloadAll(reloadable, next),
    async stop(drainMs) {
      // What follows may wait for timers of the clock, which do not keep the process alive.
      const alive = setInterval(() => {}, 1000);
      const end = async (): Promise<void> => {
        stopAccepting();
        // Requests that wait for the store are answered before the chat ends.
        await Promise.all(listeners.map((one) => one.closeAll(drainMs, texts.restarting)));
        const lost = await chat.finish(LAST_TRY_MS);
        await running.disposeAsync();
        if (lost > 0) throw new Error(`the last ${lost} lines may not be stored: the store did not work to the end.`);
      };
      const ms = drainMs + END_MS;
      const late = (): Error =>
        new Error(
          `did not end within ${ms} ms, ${context.pipeline.pendingLines} lines wait: what waits may not be stored.`,
        );
      try {
        await inTime(end(), ms, systemClock, late);
      } finally {
        clearInterval(alive);
      }
    },
  };
}
