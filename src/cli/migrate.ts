import { shownDatabase } from "../config/settings-of.ts";
import type { Config } from "../config/settings.ts";
import { migrateDatabase } from "../daemon/backend.ts";
import { systemClock } from "../daemon/system-clock.ts";
import { makeFilesPrivate } from "./file-mask.ts";
import { readConfig } from "./read-config.ts";

/** Brings the database to the schema of this version, as `serve` does: for operators who want to do it before. */
export async function migrate(flags: Readonly<Record<string, unknown>>, version: string): Promise<void> {
  makeFilesPrivate();
  const { config } = await readConfig(flags, { mayLeave: true, used: ofDatabase });
  const isMade = await migrateDatabase(config, systemClock);
  process.stdout.write(`${shownDatabase(config)} is ${isMade ? "created and " : ""}ready for chatd ${version}.\n`);
}

/** The configuration with nothing but the database: nobody listens, and nothing is logged. */
function ofDatabase(config: Config): Config {
  const nothing = { host: null, opsPort: null, tlsCert: null, tlsKey: null, welcome: null, logFile: null } as const;
  return { ...config, ...nothing, adminSocket: "off" };
}
