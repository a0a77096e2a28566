import { loadConfig } from "../config/load.ts";
import { UsageError } from "./exit.ts";

/** Says whether `serve` with the same flags would start as far as its settings go; throws a `UsageError` with every problem. */
export function checkConfig(flags: Readonly<Record<string, unknown>>): void {
  const resolved = loadConfig(flags);
  for (const warning of resolved.warnings) process.stderr.write(`chatd: ${warning}\n`);
  if ("problems" in resolved) throw new UsageError(resolved.problems);
  process.stdout.write("The configuration is good.\n");
}
