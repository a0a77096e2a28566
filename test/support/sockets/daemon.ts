import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import type { Test } from "tap";
import { fromFlags, resolveConfig } from "../../../src/config/resolve.ts";
import type { Config } from "../../../src/config/settings.ts";
import { type Daemon, startDaemon } from "../../../src/daemon/daemon.ts";

/** Settings as flags would give them, by their names in `settings.ts`: `{ loginTries: "1" }`. */
export type Flags = Readonly<Record<string, string | readonly string[]>>;

/** Nobody is too fast and nobody comes too often: a test that is about that says so. */
const NO_LIMITS: Flags = {
  floodBurst: "0",
  floodBurstPerAddress: "0",
  bytesPerHourPerAddress: "0",
  maxConnectionsPerAddress: "0",
  maxNewPerMinute: "0",
  roomsCreatedPerAddress: "0",
};
const QUIET: Flags = {
  host: ["127.0.0.1"],
  port: "0",
  opsPort: "off",
  httpPort: "off",
  adminSocket: "off",
  database: "memory:",
  // A name that somebody gave up is free at once.
  grace: "0",
  ...NO_LIMITS,
};

/** A configuration for tests: a free port on 127.0.0.1, no ops listener, no operator, everything in memory. */
export function aConfig(flags: Flags = {}): Config {
  const resolved = resolveConfig([fromFlags({ ...QUIET, ...flags })]);
  if ("problems" in resolved) throw new Error(resolved.problems.join("\n"));
  return resolved.config;
}

/** A daemon in this process, stopped when the test ends. */
export async function aDaemon(t: Test, flags: Flags = {}): Promise<Daemon> {
  const daemon = await startDaemon(aConfig(flags), pino({ level: "silent" }), "test");
  let isStopped = false;
  const once: Daemon = {
    ...daemon,
    stop: async (drainMs) => {
      isStopped = true;
      await daemon.stop(drainMs);
    },
  };
  t.teardown(() => (isStopped ? undefined : daemon.stop(0)));
  return once;
}

/** An empty folder that is gone when the test ends. */
export function aFolder(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), "chatd-test-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
