import type { Clock } from "../ports/clock.ts";
import type { Chunk } from "../ports/outlet.ts";

/** Bounds on what waits to be written; 0 = none. */
export interface OutboxLimits {
  /** So many bytes, or so long without progress, and room lines are skipped: the receiver goes on with what is live. */
  readonly skipBytes: number;
  readonly skipAfterMs: number;
  /** So many bytes that cannot be skipped, or so long without progress, and the connection is closed. */
  readonly closeBytes: number;
  readonly closeAfterMs: number;
  /** For all connections together; bytes that several share count once. Past it, the largest outbox gives first. */
  readonly totalBytes: number;
}

const MAX_SWEEP_MS = 500;
/**
 * What a chunk costs in memory beside its bytes: itself, its view of the bytes, and the buffer that they are in. Without
 * it a peer that has a great many small answers made, and reads none, would hold a hundred times what is counted.
 */
export const CHUNK_OVERHEAD_BYTES = 300;

/** An outbox as the pool knows it. */
export interface PooledOutbox {
  readonly waitingBytes: number;
  /** Writes what was given in this turn. */
  flush(): void;
  /** Drops what can be skipped. */
  skip(): void;
  /** Drops everything, and ends the connection. */
  giveUp(): void;
  /** Looks how long its peer has taken nothing. */
  checkAge(): void;
}

/** What all outboxes share: when they are flushed, who is stalled, and the bytes that wait. */
export class OutboxPool {
  /** Replaced as a whole when they are read again. */
  limits: OutboxLimits;
  readonly clock: Clock;
  #dirty: PooledOutbox[] = [];
  readonly #stalled = new Set<PooledOutbox>();
  #heldBytes = 0;
  /** Bytes in outstanding writes of closing connections. They are left out of the total, because they are freed soon. */
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

  /** Flushes the outbox at the end of this turn. */
  flushSoon(outbox: PooledOutbox): void {
    if (this.#dirty.length === 0) this.clock.soon(() => this.flush());
    this.#dirty.push(outbox);
  }

  /** @param bytes what it costs in memory while it waits */
  hold(chunk: Chunk, bytes: number): void {
    if (chunk.holders === 0) this.#heldBytes += bytes;
    chunk.holders += 1;
  }

  release(chunk: Chunk, bytes: number): void {
    chunk.holders -= 1;
    if (chunk.holders === 0) this.#heldBytes -= bytes;
  }

  /** So many bytes that are held will be let go of soon (or, below 0, have been), whatever their receiver does. */
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

  /** Writes what was given to any outbox in this turn. */
  flush(): void {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const outbox of dirty) outbox.flush();
    this.#keepTotal();
  }

  /**
   * The stalled outboxes give up the lines that can be skipped, the largest first; if that is not enough, their
   * connections. Lines that many of them share are only let go of when all have skipped them.
   */
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
