import { loadConfig } from "../config/load.ts";
import { preflight } from "../config/preflight.ts";
import { type Origins, placeOf } from "../config/resolve.ts";
import type { SettingError } from "../config/setting-error.ts";
import type { Config } from "../config/settings.ts";
import { Failure, UsageError } from "./exit.ts";

export interface ReadConfig {
  readonly config: Config;
  readonly origins: Origins;
}

export interface ReadOptions {
  /** Whether folders that are missing are made and left; else they are made as a trial. */
  readonly mayLeave: boolean;
  /** Returns the configuration without the files, folders and hosts that the command does not use. */
  readonly used?: (config: Config) => Config;
}

/**
 * Resolves with the configuration, when all files, folders and hosts that it names can be had, and writes warnings to
 * stderr. Rejects with every problem: a `UsageError` if a setting is wrong, else a `Failure`.
 */
export async function readConfig(
  flags: Readonly<Record<string, unknown>>,
  { mayLeave, used = (config) => config }: ReadOptions,
): Promise<ReadConfig> {
  const resolved = loadConfig(flags);
  const { origins } = resolved;
  for (const warning of resolved.warnings) process.stderr.write(`chatd: ${warning}\n`);
  const isRight = !("problems" in resolved);
  const config = isRight ? resolved.config : resolved.rest;
  const faults = await preflight(used(config), { mayLeave: mayLeave && isRight });
  const told = faults.map((fault) => tell(fault, origins));
  if (!isRight) throw new UsageError([...resolved.problems, ...told]);
  if (faults.length > 0) throw new Failure(told);
  return { config, origins };
}

/** Returns a line about what a setting names: the setting as somebody gave it, and what is wrong. */
export function tell({ setting, message }: SettingError, origins: Origins): string {
  return `${placeOf(origins, setting)}: ${message}`;
}
