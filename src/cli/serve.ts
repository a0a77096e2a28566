import { isatty } from "node:tty";
import type { Logger } from "pino";
import { loadConfig } from "../config/load.ts";
import { reloadFaults } from "../config/preflight.ts";
import { changedSettings } from "../config/resolve.ts";
import { SettingError } from "../config/setting-error.ts";
import { flagName } from "../config/setting.ts";
import type { Config } from "../config/settings.ts";
import { type Daemon, END_MS, startDaemon } from "../daemon/daemon.ts";
import { systemClock } from "../daemon/system-clock.ts";
import { Notifier } from "../systemd/notifier.ts";
import { inheritedSockets } from "../systemd/sockets.ts";
import { createLogger } from "../watch/logger.ts";
import { Failure } from "./exit.ts";
import { makeFilesPrivate } from "./file-mask.ts";
import { readConfig, tell } from "./read-config.ts";

/** Runs the server until a signal ends it. Rejects when it cannot start. */
export async function serve(flags: Readonly<Record<string, unknown>>, version: string): Promise<void> {
  // Shown by `ps` and `ss` instead of the name of a thread, and of the arguments, which may hold a password.
  process.title = "chatd serve";
  makeFilesPrivate();
  const { config, origins } = await readConfig(flags, { mayLeave: true });
  let running: Daemon | null = null;
  const log = await createLogger(config, () => running?.nodeId() ?? null);
  const daemon = await startDaemon(config, log, version, inheritedSockets(process.env, process.pid)).catch(
    (error: unknown) => {
      throw error instanceof SettingError ? new Failure([tell(error, origins)]) : error;
    },
  );
  running = daemon;
  const notifier = new Notifier(process.env, systemClock, (error) => log.error({ err: error }, "Cannot tell systemd"));
  // Before the line below: a program that reads it may stop the server in the next moment.
  const stopped = untilStopped(daemon, flags, config, log, notifier);
  process.stdout.write(`Chat server listening on port ${daemon.port}\n`);
  const { port, tlsPort, httpPort, httpTlsPort, opsPort } = daemon;
  log.info({ port, tlsPort, httpPort, httpTlsPort, opsPort, version, pid: process.pid }, "Started");
  if (process.stderr.isTTY) log.info(`Try it: telnet localhost ${daemon.port}`);
  await notifier.ready(() => `Port ${port}, ${daemon.sessionCount()} logged in`);
  await stopped;
  notifier.stop();
}

const STDERR = 2;

/** Resolves when SIGTERM (drains) or SIGINT (at once) has stopped the server; a second one kills it. SIGHUP reloads. */
function untilStopped(
  daemon: Daemon,
  flags: Readonly<Record<string, unknown>>,
  started: Config,
  log: Logger,
  notifier: Notifier,
): Promise<void> {
  const hasTerminal = isatty(STDERR);
  let config = started;
  return new Promise((resolve, reject) => {
    const stop = (signal: NodeJS.Signals): void => {
      process.removeListener("SIGTERM", stop).removeListener("SIGINT", stop).removeListener("SIGHUP", reload);
      const drainMs = signal === "SIGTERM" ? config.drain : 0;
      const connections = daemon.connectionCount();
      const what = hasTerminal && connections > 0 ? { what: howItStops(connections, drainMs) } : {};
      log.info({ signal, connections, drainMs, ...what }, "Stopping");
      void notifier.stopping(drainMs + END_MS);
      daemon.stop(drainMs).then(() => {
        log.info("Stopped");
        resolve();
      }, reject);
    };
    const reload = (signal: NodeJS.Signals): void => {
      // The terminal is gone, and the kernel sent this.
      if (hasTerminal && !isatty(STDERR)) return stop(signal);
      config = reloaded(daemon, flags, config, log);
    };
    process.on("SIGTERM", stop).on("SIGINT", stop).on("SIGHUP", reload);
  });
}

/** What somebody at a terminal waits for. */
function howItStops(connections: number, drainMs: number): string {
  const closed = connections === 1 ? "1 connection is closed" : `${connections} connections are closed`;
  return `${closed}${drainMs === 0 ? "" : ` over ${drainMs / 1000} s`}; ^C again ends at once.`;
}

/** Reads the settings again. Returns the settings that hold now: those that need a restart keep their values. */
function reloaded(daemon: Daemon, flags: Readonly<Record<string, unknown>>, before: Config, log: Logger): Config {
  const resolved = loadConfig(flags);
  const refuse = (why: object): Config => {
    log.error(why, "Settings not reloaded; the old ones stay");
    return before;
  };
  if ("problems" in resolved) return refuse({ what: resolved.problems });
  const faults = reloadFaults(resolved.config);
  if (faults.length > 0) return refuse({ what: faults.map((fault) => tell(fault, resolved.origins)) });
  const { all, needRestart } = changedSettings(before, resolved.config);
  const kept = Object.fromEntries(needRestart.map((name) => [name, before[name]]));
  const config: Config = { ...resolved.config, ...kept };
  try {
    daemon.reload(config);
  } catch (error) {
    return refuse({ err: error });
  }
  log.info({ changed: all.map(flagName) }, "Settings reloaded");
  if (needRestart.length > 0) log.warn({ what: needRestart.map(flagName) }, "Settings that need a restart");
  log.level = config.logLevel;
  return config;
}
