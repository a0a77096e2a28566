import type { Config } from "../config/settings.ts";

/** Prepares a part for new settings: may throw, changes nothing. The returned function applies them; it cannot fail. */
export type Prepare = (next: Config) => () => void;

/** Applies settings to all parts, or to none: throws where one of them cannot take them. */
export function reloadAll(parts: readonly Prepare[], next: Config): void {
  const commits = parts.map((prepare) => prepare(next));
  for (const commit of commits) commit();
}

/** Returns the `Prepare` of a part whose settings are replaced as a whole. @param settingsOf may throw */
export function replacing<T>(settingsOf: (config: Config) => T, replace: (settings: T) => void): Prepare {
  return (next) => {
    const settings = settingsOf(next);
    return () => replace(settings);
  };
}
