import type { Config } from "../config/settings.ts";

/**
 * Makes settings hold in one part that were read again, in two steps: this one may throw and changes nothing, and what it
 * returns cannot fail.
 */
export type Prepare = (next: Config) => () => void;

/** Makes settings hold in all parts, or in none: throws where one of them cannot take them. */
export function reloadAll(parts: readonly Prepare[], next: Config): void {
  const commits = parts.map((prepare) => prepare(next));
  for (const commit of commits) commit();
}

/** The common case. @param settingsOf what the part is told of a configuration; may throw */
export function replacing<T>(settingsOf: (config: Config) => T, replace: (settings: T) => void): Prepare {
  return (next) => {
    const settings = settingsOf(next);
    return () => replace(settings);
  };
}
