import { migrateDatabase } from "../backend.ts";
import { loadConfig } from "../config/load.ts";
import { systemClock } from "../system-clock.ts";
import { UsageError } from "./exit.ts";

/**
 * Brings the database to this version's schema, and ends. `serve` does it, too: this is for those who want to do it
 * before, with other rights, or to see whether it can be done.
 */
export async function migrate(flags: Readonly<Record<string, unknown>>, version: string): Promise<void> {
  const resolved = loadConfig(flags);
  for (const warning of resolved.warnings) process.stderr.write(`chatd: ${warning}\n`);
  if ("problems" in resolved) throw new UsageError(resolved.problems);
  const database = await migrateDatabase(resolved.config, systemClock);
  process.stdout.write(`${database} is ready for chatd ${version}.\n`);
}
