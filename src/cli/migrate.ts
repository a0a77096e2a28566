import { migrateDatabase } from "../daemon/backend.ts";
import { systemClock } from "../daemon/system-clock.ts";
import { makeFilesPrivate } from "./file-mask.ts";
import { readConfig } from "./read-config.ts";

/** Brings the database to the schema of this version, as `serve` does: for operators who want to do it before. */
export async function migrate(flags: Readonly<Record<string, unknown>>, version: string): Promise<void> {
  const config = readConfig(flags);
  makeFilesPrivate();
  const database = await migrateDatabase(config, systemClock);
  process.stdout.write(`${database} is ready for chatd ${version}.\n`);
}
