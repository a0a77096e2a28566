import type { Clock } from "../ports/clock.ts";
import type { Chunk, Flusher } from "../ports/outlet.ts";

/** Bounds on what waits to be written; 0 = none. */
export interface OutboxLimits {
  /** Waiting bytes, or time without progress, from which on room lines are skipped: the receiver goes on live. */
  readonly skipBytes: number;
  readonly skipAfterMs: number;
  /** Bytes that cannot be skipped, or time without progress, from which on the connection is closed. */
  readonly closeBytes: number;
  readonly closeAfterMs: number;
  /** Maximum bytes of all connections; shared ones count once. Past it, the largest outbox gives way first. */
  readonly totalBytes: number;
}

const MAX_SWEEP_MS = 500;
/** Bytes of memory of a chunk beside its content, so that many small answers that nobody reads are bounded, too. */
export const CHUNK_OVERHEAD_BYTES = 300;

/** An outbox as the pool knows it. */
export interface PooledOutbox {
  readonly waitingBytes: number;
  /** Writes what was given since the last time. */
  flush(): void;
  /** Drops what can be skipped. */
  skip(): void;
  /** Drops everything, and ends the connection. */
  giveUp(): void;
  /** Skips lines, or gives up, where the peer has taken nothing for too long. */
  checkAge(): void;
}

/** A flush that has left outboxes for later turns. */
interface Unfinished {
  readonly number: number;
  readonly finished: PromiseWithResolvers<void>;
}

/** What all outboxes share: when they are flushed, who is stalled, and the bytes that wait. */
export class OutboxPool implements Flusher {
  /** Replaced as a whole when the settings are read again. */
  limits: OutboxLimits;
  readonly clock: Clock;
  /** Some milliseconds of work. */
  readonly maxFlushed = 1024;
  /** Given something in this turn. */
  #dirty: PooledOutbox[] = [];
  /** Outboxes that a flush has left for the next turns, in the order of writing, with the number of that flush. */
  readonly #late = new Map<PooledOutbox, number>();
  /** Whether a late outbox was given more since the last flush, and stays late. */
  #isLateGivenMore = false;
  #flushes = 0;
  /** In the order of their numbers. */
  readonly #unfinished: Unfinished[] = [];
  readonly #stalled = new Set<PooledOutbox>();
  #heldBytes = 0;
  /** Bytes in outstanding writes of closing connections: left out of the total, because they are freed soon. */
  #doomedBytes = 0;
  #sweeping = false;

  constructor(limits: OutboxLimits, clock: Clock) {
    this.limits = limits;
    this.clock = clock;
  }

  /** Bytes of memory that wait for receivers that do not take them. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Flushes the outbox at the end of this turn, with the others. */
  flushSoon(outbox: PooledOutbox): void {
    if (this.#dirty.length === 0) this.clock.soon(() => void this.flush());
    this.#dirty.push(outbox);
  }

  /** Called when an outbox is given more. A late one is flushed at the end of this turn, while those are few. */
  hurry(outbox: PooledOutbox): void {
    if (!this.#late.has(outbox)) return;
    if (this.#dirty.length >= this.maxFlushed) {
      this.#isLateGivenMore = true;
      return;
    }
    this.#late.delete(outbox);
    this.flushSoon(outbox);
  }

  /** Counts one more outbox that holds a chunk. @param bytes of memory that the chunk costs while it waits */
  hold(chunk: Chunk, bytes: number): void {
    if (chunk.holders === 0) this.#heldBytes += bytes;
    chunk.holders += 1;
  }

  release(chunk: Chunk, bytes: number): void {
    chunk.holders -= 1;
    if (chunk.holders === 0) this.#heldBytes -= bytes;
  }

  /** Counts held bytes that are let go of soon, whatever their receiver does; below 0: that have been let go of. */
  doom(bytes: number): void {
    this.#doomedBytes += bytes;
  }

  stalls(outbox: PooledOutbox): void {
    this.#stalled.add(outbox);
    this.#sweepLater();
  }

  flows(outbox: PooledOutbox): void {
    this.#stalled.delete(outbox);
  }

  /**
   * Writes what was given to any outbox since the last flush: to the first `maxFlushed` now, and to the others in the
   * next turns, so that nobody waits behind a large room. Null: all of that is written; else resolves when it is.
   */
  flush(): Promise<void> | null {
    const dirty = this.#dirty;
    const number = (this.#flushes += 1);
    const isFinished = dirty.length <= this.maxFlushed && !this.#isLateGivenMore;
    this.#dirty = [];
    this.#isLateGivenMore = false;
    for (const [i, outbox] of dirty.entries()) {
      if (i < this.maxFlushed) outbox.flush();
      else this.#late.set(outbox, number);
    }
    this.#keepTotal();
    if (isFinished) return null;
    if (this.#unfinished.length === 0) this.clock.soon(() => this.#writeLate());
    const finished = Promise.withResolvers<void>();
    this.#unfinished.push({ number, finished });
    return finished.promise;
  }

  #writeLate(): void {
    let written = 0;
    for (const outbox of this.#late.keys()) {
      if (written === this.maxFlushed) break;
      this.#late.delete(outbox);
      outbox.flush();
      written += 1;
    }
    this.#keepTotal();
    const [oldest = Number.POSITIVE_INFINITY] = this.#late.values();
    while (this.#unfinished[0] && this.#unfinished[0].number < oldest) this.#unfinished.shift()?.finished.resolve();
    if (this.#unfinished.length > 0) this.clock.soon(() => this.#writeLate());
  }

  /** Skips lines of the stalled outboxes, the largest first; if that is not enough, gives up their connections. */
  #keepTotal(): void {
    if (this.#isWithinTotal()) return;
    for (const outbox of this.#largestFirst()) {
      outbox.skip();
      if (this.#isWithinTotal()) return;
    }
    for (const outbox of this.#largestFirst()) {
      outbox.giveUp();
      if (this.#isWithinTotal()) return;
    }
  }

  #isWithinTotal(): boolean {
    const { totalBytes } = this.limits;
    return totalBytes === 0 || this.#heldBytes - this.#doomedBytes <= totalBytes;
  }

  #largestFirst(): PooledOutbox[] {
    return [...this.#stalled].toSorted((a, b) => b.waitingBytes - a.waitingBytes);
  }

  #sweepLater(): void {
    if (this.#sweeping) return;
    this.#sweeping = true;
    const { skipAfterMs, closeAfterMs } = this.limits;
    const shortest = Math.min(skipAfterMs || MAX_SWEEP_MS, closeAfterMs || MAX_SWEEP_MS, MAX_SWEEP_MS * 4) / 4;
    this.clock.after(Math.max(shortest, 1), () => {
      this.#sweeping = false;
      for (const outbox of this.#stalled) outbox.checkAge();
      if (this.#stalled.size > 0) this.#sweepLater();
    });
  }
}
