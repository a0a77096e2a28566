import type { Entry } from "../domain/entry.ts";
import type { ArrivedEntry } from "./held-entries.ts";
import type { StreamEnd, Mark } from "../ports/store.ts";

/**
 * How a node recognises that the store has another past than its own. In a stream positions grow by one and times never go
 * back, and an entry keeps both. So a place with an entry of another time, a stream that ends before a place where this node
 * was, and a time that goes back are of another past. `chatd_append_3` (src/postgres/append-3.ts) applies `hasOtherPast` to
 * the marks of a batch.
 */

/** A place in a stream, and the time of the entry there, in microseconds; position 0: before the first entry. */
export type Point = Pick<Mark, "pos" | "atMicros">;

/** Whether the end of a stream, asked for from a point, shows it. */
export function hasOtherPast(head: StreamEnd, asked: Point): boolean {
  return head.pos < asked.pos || (head.atMicros !== null && asked.pos > 0 && head.atMicros !== asked.atMicros);
}

/** Whether what was read from a point on shows it: another entry is there, or none. Old ones are deleted, but never the last. */
export function isElsewhere(from: Point, [first]: readonly Entry[]): boolean {
  return first ? first.pos === from.pos && first.atMicros !== from.atMicros : from.pos > 0;
}

/** Whether an arrival shows it to whoever is at that point. */
export function isOfOtherPast({ pos, atMicros }: Point, { entry, previousAtMicros }: ArrivedEntry): boolean {
  if (pos === 0) return false;
  if (entry.pos === pos) return entry.atMicros !== atMicros;
  if (entry.pos === pos + 1 && previousAtMicros !== null) return previousAtMicros !== atMicros;
  return entry.pos < pos ? entry.atMicros > atMicros : entry.atMicros < atMicros;
}
