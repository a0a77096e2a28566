import { readConfig } from "./read-config.ts";

/** Checks the settings that `serve` would have with these flags. Throws a `UsageError` with every problem. */
export function checkConfig(flags: Readonly<Record<string, unknown>>): void {
  readConfig(flags);
  process.stdout.write("The configuration is good.\n");
}
