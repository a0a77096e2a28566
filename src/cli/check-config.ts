import { shownDatabase } from "../config/settings-of.ts";
import type { Config } from "../config/settings.ts";
import { exampleConfig } from "./example-config.ts";
import { readConfig } from "./read-config.ts";

/**
 * Checks the settings that `serve` would have with these flags, and the files that they name; with `--example` prints a
 * file instead. Rejects with every problem, as `readConfig` does.
 */
export async function checkConfig({ example, ...flags }: Readonly<Record<string, unknown>>): Promise<void> {
  if (example === true) return void process.stdout.write(exampleConfig());
  const { config } = await readConfig(flags, { mayLeave: false });
  process.stdout.write(`The settings are good: ${portsOf(config)}, database ${shownDatabase(config)}.\n`);
}

function portsOf({ port, tlsPort, httpPort, httpTlsPort, opsPort }: Config): string {
  const ports = [`port ${port}`];
  if (tlsPort !== null) ports.push(`TLS on port ${tlsPort}`);
  if (httpPort !== null) ports.push(`HTTP on port ${httpPort}`);
  if (httpTlsPort !== null) ports.push(`HTTPS on port ${httpTlsPort}`);
  if (opsPort !== null) ports.push(`health and metrics on port ${opsPort}`);
  return ports.join(", ");
}
