import type { Entry } from "../domain/entry.ts";
import type { EntryStore, Position } from "../ports/store.ts";

/** Number of the last entries of a stream that may be new to a node after a restore: more than come until it is noticed. */
const LOOKED_BACK = 1000;

/** Resolves with the last entries before a position, the one there, and perhaps later ones. Rejects with a `StoreError`. */
export function lastEntries(
  store: Pick<EntryStore, "entriesFrom">,
  { stream, pos }: Position,
): Promise<readonly Entry[]> {
  return store.entriesFrom([{ stream, pos: Math.max(pos - LOOKED_BACK, 0) }], LOOKED_BACK + 1);
}
