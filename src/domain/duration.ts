import ms, { type StringValue } from "ms";

/** Returns `30s`, `1.5h`, `200ms`, `7d` or `0` in milliseconds; null for any other text. */
export function parseDuration(text: string): number | null {
  // The pattern is narrower than what `ms` takes.
  if (!/^(0|\d{1,9}(\.\d{1,3})?(ms|s|m|h|d))$/.test(text)) return null;
  return Math.round(ms(text as StringValue));
}

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

/** Returns `90 days`, `36 hours` or `1 minute`: the largest unit of which it is a whole number; else seconds, rounded. */
export function durationWords(durationMs: number): string {
  const [unit, unitMs] = UNITS.find(([, lengthMs]) => durationMs % lengthMs === 0) ?? ["second", 1000];
  const count = Math.round(durationMs / unitMs);
  return count === 1 ? `1 ${unit}` : `${count} ${unit}s`;
}

/** Maximum duration of a ban, 36,500 days. A ban that is to hold longer is given none, and holds until it is lifted. */
export const MAX_BAN_MS = 36_500 * 24 * 60 * 60 * 1000;

/** The end that is written for a ban without one where a time has to stand: the year 2255 for versions that know no other. */
export const NEVER_MICROS = Number.MAX_SAFE_INTEGER;

/** Returns when a ban ends that was stored with this end, in microseconds since 1970; null: it does not. */
export function endOfBan(storedMicros: number | null): number | null {
  return storedMicros === null || storedMicros >= NEVER_MICROS ? null : storedMicros;
}

/** Returns the duration of a ban in milliseconds, as `parseDuration` reads it; or the code that says why it is none. */
export function parseBanTime(text: string): number | "not-a-duration" | "ban-too-long" {
  const durationMs = parseDuration(text);
  if (durationMs === null || durationMs === 0) return "not-a-duration";
  return durationMs > MAX_BAN_MS ? "ban-too-long" : durationMs;
}
