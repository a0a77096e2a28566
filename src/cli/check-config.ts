import { readConfig } from "./read-config.ts";

/** Says whether `serve` with the same flags would start as far as its settings go; throws a `UsageError` with every problem. */
export function checkConfig(flags: Readonly<Record<string, unknown>>): void {
  readConfig(flags);
  process.stdout.write("The configuration is good.\n");
}
