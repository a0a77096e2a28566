import { loadConfig } from "../config/load.ts";
import type { Config } from "../config/settings.ts";
import { UsageError } from "./exit.ts";

/** Returns the configuration, and writes warnings to stderr. Throws a `UsageError` with every problem. */
export function readConfig(flags: Readonly<Record<string, unknown>>): Config {
  const resolved = loadConfig(flags);
  for (const warning of resolved.warnings) process.stderr.write(`chatd: ${warning}\n`);
  if ("problems" in resolved) throw new UsageError(resolved.problems);
  return resolved.config;
}
