import { Refusal } from "../domain/refusals.ts";
import type { Outcome, QueuedEntry } from "./queued-entry.ts";

interface Pending {
  readonly first: QueuedEntry;
  /** Repeats that came meanwhile: they are told what the first is told. */
  readonly repeats: ((outcome: Outcome) => void)[];
}

/** Entries with nonces that are not settled yet, so that a repeat of one shares its outcome, and goes no second way. */
export class PendingNonces<Q extends QueuedEntry> {
  readonly #pending = new Map<string, Pending>();

  /** Whether an entry repeats one that is pending: it will be settled with that one. Throws `nonce-reused`. */
  repeats(queued: Q): boolean {
    const pending = this.#pending.get(keyOf(queued));
    if (!pending) return false;
    if (!isSame(pending.first, queued)) throw new Refusal("nonce-reused");
    pending.repeats.push(queued.settle);
    return true;
  }

  /** Returns the entry as it is to be queued: with it, its repeats will be settled. */
  add(queued: Q): Q {
    const key = keyOf(queued);
    const pending: Pending = { first: queued, repeats: [queued.settle] };
    const settle = (outcome: Outcome): void => {
      this.#pending.delete(key);
      for (const tell of pending.repeats) tell(outcome);
    };
    this.#pending.set(key, pending);
    return { ...queued, settle };
  }

  /** The entry could not be queued. */
  remove(queued: Q): void {
    this.#pending.delete(keyOf(queued));
  }
}

function keyOf({ stream, nonce }: QueuedEntry): string {
  return `${stream} ${nonce}`;
}

function isSame(one: QueuedEntry, other: QueuedEntry): boolean {
  return one.kind === other.kind && one.ref === other.ref && one.author === other.author && one.body === other.body;
}
