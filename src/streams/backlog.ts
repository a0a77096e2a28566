import { Refusal } from "../domain/refusals.ts";
import type { Clock } from "../ports/clock.ts";
import { changesMessage, closesStream, isMessage, movesRights } from "../domain/entry.ts";
import type { QueuedEntry } from "./queued-entry.ts";
import { bytesOf } from "../domain/rights.ts";
import type { Stream } from "./stream.ts";

export interface BacklogLimits {
  /** Maximum number of entries that wait to be stored, of all sessions together; 0 = no limit. */
  readonly maxPendingMessages: number;
  /** Maximum number of their bytes; 0 = no limit. */
  readonly maxPendingBytes: number;
  /** Maximum time that an entry may wait before it is sent to the store, in milliseconds; 0 = no limit. */
  readonly maxPendingAgeMs: number;
}

export interface BacklogHooks<Q extends QueuedEntry> {
  /** Whether the entry may not go to the store yet, for its author's sake or its stream's. */
  isOnHold(queued: Q): boolean;
  /** Whether the entry has to be judged again, though the rights are the same. */
  mustRecheck(queued: Q): boolean;
  /** Judges by the current rights. Returns the refusal; null: still allowed, and the entry has their version now. */
  recheck(queued: Q): Refusal | null;
  /** Called when an entry that moves rights goes to the store: sets the rights after it. */
  computeRights(queued: Q): void;
  /** Called when a stream that rested may be tried again. */
  mayGoOn(): void;
}

/** A pause of a stream. Each one is longer than the one before it, until the stream takes something. */
interface Rest {
  readonly ms: number;
  isOver: boolean;
}

const MAX_BATCH_LINES = 1000;
const MAX_BATCH_BYTES = 256 * 1024;
const FIRST_REST_MS = 50;
const LONGEST_REST_MS = 2000;

/** Entries that are not with the store yet: in order, within bounds, and refused when they have waited too long. */
export class Backlog<Q extends QueuedEntry> {
  readonly #clock: Clock;
  readonly #limits: () => BacklogLimits;
  readonly #hooks: BacklogHooks<Q>;
  #queued: Q[] = [];
  #bytes = 0;
  readonly #rests = new Map<Stream, Rest>();

  constructor(clock: Clock, limits: () => BacklogLimits, hooks: BacklogHooks<Q>) {
    this.#clock = clock;
    this.#limits = limits;
    this.#hooks = hooks;
  }

  get length(): number {
    return this.#queued.length;
  }

  /** Whether half of what may wait does. */
  get isHalfFull(): boolean {
    const { maxPendingMessages, maxPendingBytes } = this.#limits();
    const isLong = maxPendingMessages > 0 && this.#queued.length * 2 >= maxPendingMessages;
    return isLong || (maxPendingBytes > 0 && this.#bytes * 2 >= maxPendingBytes);
  }

  /** Whether an entry may go to the store now. */
  get hasReady(): boolean {
    return this.#queued.some((queued) => !this.#waits(queued));
  }

  /** Queues an entry. Throws `too-much-waiting` past the bounds; else the entry will be settled exactly once. */
  add(queued: Q): void {
    const { maxPendingMessages, maxPendingBytes } = this.#limits();
    const bytes = this.#bytes + queued.bytes;
    if (maxPendingMessages > 0 && this.#queued.length >= maxPendingMessages) throw new Refusal("too-much-waiting");
    if (maxPendingBytes > 0 && bytes > maxPendingBytes) throw new Refusal("too-much-waiting");
    this.#bytes = bytes;
    this.#queued.push(queued);
  }

  /**
   * Takes out the next entries, of each stream up to one that moves rights or changes a message; refuses what is not allowed
   * any more.
   */
  take(): Q[] {
    const batch: Q[] = [];
    const moved = new Set<Stream>();
    const waiting: Q[] = [];
    let bytes = 0;
    let seen = 0;
    for (const queued of this.#queued) {
      // Whether a room may be ended depends on what was said in it, so lines before its end are stored first.
      if (endsAfterLines(queued, batch)) moved.add(queued.to);
      if (moved.has(queued.to) || this.#waits(queued)) {
        seen += 1;
        waiting.push(queued);
        continue;
      }
      if (batch.length === MAX_BATCH_LINES || (bytes + queued.bytes > MAX_BATCH_BYTES && batch.length > 0)) break;
      seen += 1;
      this.#bytes -= queued.bytes;
      const refused = isJudged(queued) && !this.#hooks.mustRecheck(queued) ? null : this.#hooks.recheck(queued);
      if (refused) {
        queued.settle(refused);
        continue;
      }
      batch.push(queued);
      bytes += queued.bytes;
      if (changesMessage(queued.kind)) moved.add(queued.to);
      if (!movesRights(queued.kind)) continue;
      this.#hooks.computeRights(queued);
      bytes += bytesOf(queued.rights);
      moved.add(queued.to);
    }
    this.#queued = waiting.concat(this.#queued.slice(seen));
    return batch;
  }

  /** Puts back entries that the store did not take: they go first in the next batch. */
  putBack(left: readonly Q[]): void {
    for (const queued of left) this.#bytes += queued.bytes;
    this.#queued = [...left, ...this.#queued];
  }

  /** Called when a stream took nothing for an unknown reason: it is tried again after a pause that grows each time. */
  rest(stream: Stream): void {
    const lastMs = this.#rests.get(stream)?.ms;
    const rest = { ms: lastMs === undefined ? FIRST_REST_MS : Math.min(lastMs * 2, LONGEST_REST_MS), isOver: false };
    this.#rests.set(stream, rest);
    this.#clock.after(rest.ms, () => {
      rest.isOver = true;
      if (!this.#queued.some(({ to }) => to === stream)) this.#rests.delete(stream);
      this.#hooks.mayGoOn();
    });
  }

  /** Called when a stream took something, or when something new is known of it: it need not rest. */
  wake(stream: Stream): void {
    this.#rests.delete(stream);
  }

  refuseOld(): void {
    const { oldestMs } = this;
    const old = this.#queued.filter(({ saidAtMs }) => saidAtMs < oldestMs);
    if (old.length === 0) return;
    this.#queued = this.#queued.filter(({ saidAtMs }) => saidAtMs >= oldestMs);
    for (const queued of old) {
      this.#bytes -= queued.bytes;
      queued.settle(new Refusal("store-unavailable"));
    }
  }

  /** Entries said before this time of the monotonic clock, in milliseconds, have waited too long. */
  get oldestMs(): number {
    const { maxPendingAgeMs } = this.#limits();
    return maxPendingAgeMs === 0 ? Number.NEGATIVE_INFINITY : this.#clock.monotonicMs() - maxPendingAgeMs;
  }

  /** Refuses everything. Returns the number of entries. */
  refuseAll(): number {
    const all = this.#queued;
    this.#queued = [];
    this.#bytes = 0;
    this.#rests.clear();
    for (const queued of all) queued.settle(new Refusal("store-unavailable"));
    return all.length;
  }

  #waits(queued: Q): boolean {
    return this.#hooks.isOnHold(queued) || this.#rests.get(queued.to)?.isOver === false;
  }
}

/** Whether the entry was judged by rights that still hold, as most were. The end of a room is always judged again. */
function isJudged({ rightsVersion, takeovers, to, kind }: QueuedEntry): boolean {
  return rightsVersion === to.rightsVersion && takeovers === to.takeovers && !to.isDestroyed && !closesStream(kind);
}

function endsAfterLines(queued: QueuedEntry, batch: readonly QueuedEntry[]): boolean {
  return closesStream(queued.kind) && batch.some(({ to, kind }) => to === queued.to && isMessage(kind));
}
