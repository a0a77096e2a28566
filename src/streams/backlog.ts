import { Refusal } from "../domain/refusals.ts";
import type { Clock } from "../ports/clock.ts";
import { closesStream, isMessage, movesRights } from "../domain/entry.ts";
import type { QueuedEntry } from "./queued-entry.ts";
import { bytesOf } from "../domain/rights.ts";
import type { Stream } from "./stream.ts";

export interface BacklogLimits {
  /** Bounds on what waits to be stored, for all sessions together; 0 = none. */
  readonly maxPendingMessages: number;
  readonly maxPendingBytes: number;
  /** So long may a line wait that was not sent to the store yet. */
  readonly maxPendingAgeMs: number;
}

export interface BacklogHooks<Q extends QueuedEntry> {
  /** Whether the entry may not go to the store yet, whatever its stream. */
  isOnHold(queued: Q): boolean;
  /** Whether the entry has to be judged again, though the rights are the same. */
  mustRecheck(queued: Q): boolean;
  /** Judges again by the rights as they are now, and marks the entry with their version. Null: it is still allowed. */
  recheck(queued: Q): Refusal | null;
  /** Called when an entry that moves rights goes to the store: sets the rights after it. */
  computeRights(queued: Q): void;
  /** A stream that rested may be tried again. */
  mayGoOn(): void;
}

/** A pause of a stream; the next one is longer, until the stream takes something. */
interface Rest {
  readonly ms: number;
  isOver: boolean;
}

const MAX_BATCH_LINES = 1000;
const MAX_BATCH_BYTES = 256 * 1024;
const FIRST_REST_MS = 50;
const LONGEST_REST_MS = 2000;

/** What was said and is not with the store: in order, within bounds, and never for longer than it may wait. */
export class Backlog<Q extends QueuedEntry> {
  readonly #clock: Clock;
  readonly #limits: () => BacklogLimits;
  readonly #hooks: BacklogHooks<Q>;
  #pending: Q[] = [];
  #bytes = 0;
  readonly #rests = new Map<Stream, Rest>();

  constructor(clock: Clock, limits: () => BacklogLimits, hooks: BacklogHooks<Q>) {
    this.#clock = clock;
    this.#limits = limits;
    this.#hooks = hooks;
  }

  get length(): number {
    return this.#pending.length;
  }

  /** Whether something may go to the store now. */
  get hasReady(): boolean {
    return this.#pending.some((pending) => !this.#waits(pending));
  }

  /** Throws `too-much-waiting` past the bounds; after that the entry is settled, once, in any case. */
  add(pending: Q): void {
    const { maxPendingMessages, maxPendingBytes } = this.#limits();
    const bytes = this.#bytes + pending.bytes;
    if (maxPendingMessages > 0 && this.#pending.length >= maxPendingMessages) throw new Refusal("too-much-waiting");
    if (maxPendingBytes > 0 && bytes > maxPendingBytes) throw new Refusal("too-much-waiting");
    this.#bytes = bytes;
    this.#pending.push(pending);
  }

  /**
   * The next lines that are still allowed. An entry that moves rules is the last of its stream in a batch: what follows it
   * there waits, in order, and is judged by the new rules. Other streams go on.
   */
  take(): Q[] {
    const batch: Q[] = [];
    const moved = new Set<Stream>();
    const waiting: Q[] = [];
    let bytes = 0;
    let seen = 0;
    for (const pending of this.#pending) {
      // Whether a room may be ended depends on what was said in it: the lines before that are stored first.
      if (endsAfterLines(pending, batch)) moved.add(pending.to);
      if (moved.has(pending.to) || this.#waits(pending)) {
        seen += 1;
        waiting.push(pending);
        continue;
      }
      if (batch.length === MAX_BATCH_LINES || (bytes + pending.bytes > MAX_BATCH_BYTES && batch.length > 0)) break;
      seen += 1;
      this.#bytes -= pending.bytes;
      const refused = isJudged(pending) && !this.#hooks.mustRecheck(pending) ? null : this.#hooks.recheck(pending);
      if (refused) {
        pending.settle(refused);
        continue;
      }
      batch.push(pending);
      bytes += pending.bytes;
      if (!movesRights(pending.kind)) continue;
      this.#hooks.computeRights(pending);
      bytes += bytesOf(pending.rights);
      moved.add(pending.to);
    }
    this.#pending = waiting.concat(this.#pending.slice(seen));
    return batch;
  }

  /** Lines that the store did not take go first in the next batch. */
  putBack(left: readonly Q[]): void {
    for (const pending of left) this.#bytes += pending.bytes;
    this.#pending = [...left, ...this.#pending];
  }

  /** The stream took nothing, and it is unknown why: it is tried again after a pause, which is longer each time. */
  rest(stream: Stream): void {
    const before = this.#rests.get(stream)?.ms;
    const rest = { ms: before === undefined ? FIRST_REST_MS : Math.min(before * 2, LONGEST_REST_MS), isOver: false };
    this.#rests.set(stream, rest);
    this.#clock.after(rest.ms, () => {
      rest.isOver = true;
      if (!this.#pending.some(({ to }) => to === stream)) this.#rests.delete(stream);
      this.#hooks.mayGoOn();
    });
  }

  /** The stream took something, or something is known of it that was not. */
  wake(stream: Stream): void {
    this.#rests.delete(stream);
  }

  /** Refuses what has waited longer than it may. */
  refuseOld(): void {
    const { oldestMs } = this;
    const old = this.#pending.filter(({ saidAtMs }) => saidAtMs < oldestMs);
    if (old.length === 0) return;
    this.#pending = this.#pending.filter(({ saidAtMs }) => saidAtMs >= oldestMs);
    for (const pending of old) {
      this.#bytes -= pending.bytes;
      pending.settle(new Refusal("store-unavailable"));
    }
  }

  /** What was said before this moment, by the monotonic clock in milliseconds, has waited longer than it may. */
  get oldestMs(): number {
    const { maxPendingAgeMs } = this.#limits();
    return maxPendingAgeMs === 0 ? Number.NEGATIVE_INFINITY : this.#clock.monotonicMs() - maxPendingAgeMs;
  }

  /** Refuses everything. Returns how much that was. */
  refuseAll(): number {
    const all = this.#pending;
    this.#pending = [];
    this.#bytes = 0;
    this.#rests.clear();
    for (const pending of all) pending.settle(new Refusal("store-unavailable"));
    return all.length;
  }

  #waits(queued: Q): boolean {
    return this.#hooks.isOnHold(queued) || this.#rests.get(queued.to)?.isOver === false;
  }
}

/** Most entries were judged by the rights that still hold. */
function isJudged({ rightsVersion, takeovers, to, kind }: QueuedEntry): boolean {
  return rightsVersion === to.rightsVersion && takeovers === to.takeovers && !to.isDestroyed && !closesStream(kind);
}

function endsAfterLines(pending: QueuedEntry, batch: readonly QueuedEntry[]): boolean {
  return closesStream(pending.kind) && batch.some(({ to, kind }) => to === pending.to && isMessage(kind));
}
