import { migrateDatabase } from "../daemon/backend.ts";
import { systemClock } from "../daemon/system-clock.ts";
import { makeFilesPrivate } from "./file-mask.ts";
import { readConfig } from "./read-config.ts";

/**
 * Brings the database to this version's schema, and ends. `serve` does it, too: this is for those who want to do it
 * before, with other rights, or to see whether it can be done.
 */
export async function migrate(flags: Readonly<Record<string, unknown>>, version: string): Promise<void> {
  const config = readConfig(flags);
  makeFilesPrivate();
  const database = await migrateDatabase(config, systemClock);
  process.stdout.write(`${database} is ready for chatd ${version}.\n`);
}
