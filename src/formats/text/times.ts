const MINUTE_MICROS = 60_000_000;
/** Lengths of units, in seconds. */
const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];

/** `20:04`, UTC. */
export function clockTime(atMicros: number): string {
  return new Date(atMicros / 1000).toISOString().slice(11, 16);
}

/** `2026-11-20`, UTC. */
export function date(atMicros: number): string {
  return new Date(atMicros / 1000).toISOString().slice(0, 10);
}

/** When something ends, to the next minute: `20:15 UTC`, and on another day `2026-11-24 20:15 UTC`. */
export function endTime(untilMicros: number, nowMicros: number): string {
  const atMicros = Math.ceil(untilMicros / MINUTE_MICROS) * MINUTE_MICROS;
  const day = date(atMicros);
  return `${day === date(nowMicros) ? "" : `${day} `}${clockTime(atMicros)} UTC`;
}

/**
 * `10 minutes`, `1 day, 12 hours`. Rounded to the unit below the largest one, and minutes to ten seconds: that hides how
 * long storing took, and how far the clocks of two machines are apart.
 */
export function durationWords(ms: number): string {
  const exact = Math.max(Math.round(ms / 1000), 1);
  const step = exact >= DAY ? HOUR : exact >= HOUR ? MINUTE : exact >= MINUTE ? 10 : 1;
  const seconds = Math.round(exact / step) * step;
  return new Intl.DurationFormat("en", { style: "long" }).format({
    days: Math.floor(seconds / DAY),
    hours: Math.floor((seconds % DAY) / HOUR),
    minutes: Math.floor((seconds % HOUR) / MINUTE),
    seconds: seconds % MINUTE,
  });
}
