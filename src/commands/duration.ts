import ms, { type StringValue } from "ms";

/** `30s`, `1.5h`, `200ms`, `7d`, or 0, in milliseconds; null for anything else. */
export function parseDuration(text: string): number | null {
  // The pattern is narrower than what `ms` takes.
  if (!/^(0|\d{1,9}(\.\d{1,3})?(ms|s|m|h|d))$/.test(text)) return null;
  return Math.round(ms(text as StringValue));
}
