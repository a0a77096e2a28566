import type { Entry } from "../domain/entry.ts";
import type { ArrivedEntry } from "./held-entries.ts";
import type { StreamEnd, Mark } from "../ports/store.ts";

/**
 * How a node recognises that the store has another past: another time at a known position, a stream that ends before
 * it, or a time that goes back. `chatd_append_3` (postgres/append-3.ts) applies `hasOtherPast` to a batch's marks.
 */

/** A position, and the time of the entry there, in microseconds since 1970; position 0: before the first entry. */
export type Point = Pick<Mark, "pos" | "atMicros">;

/** Whether the end of a stream, asked for from a point, shows another past. */
export function hasOtherPast(end: StreamEnd, asked: Point): boolean {
  return end.pos < asked.pos || (end.atMicros !== null && asked.pos > 0 && end.atMicros !== asked.atMicros);
}

/**
 * Whether the entries read from a point on show another past: the first has another time, or there is none, though the
 * last entry of a stream is never deleted.
 */
export function readShowsOtherPast(from: Point, [first]: readonly Entry[]): boolean {
  return first ? first.pos === from.pos && first.atMicros !== from.atMicros : from.pos > 0;
}

/** Whether an arrival shows another past to a node that has delivered up to a point. */
export function isOfOtherPast({ pos, atMicros }: Point, { entry, previousAtMicros }: ArrivedEntry): boolean {
  if (pos === 0) return false;
  if (entry.pos === pos) return entry.atMicros !== atMicros;
  if (entry.pos === pos + 1 && previousAtMicros !== null) return previousAtMicros !== atMicros;
  return entry.pos < pos ? entry.atMicros > atMicros : entry.atMicros < atMicros;
}
