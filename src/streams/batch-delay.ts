/** How long lines may wait for more. */
export interface BatchDelayLimits {
  /** Part of the time that the last delivery took. */
  readonly part: number;
  /** Maximum delay, in milliseconds. */
  readonly maxMs: number;
}

/** Minimum delay, in milliseconds: a shorter one is not worth a timer. */
export const MIN_DELAY_MS = 1;

/** Where delivering lines takes long, the next ones wait a little, so that more of them share the writes. */
export class BatchDelay {
  /** Time from offering the last entries until all were written, in milliseconds; other work of those turns included. */
  tookMs = 0;
  readonly #limits: BatchDelayLimits;

  constructor(limits: BatchDelayLimits) {
    this.#limits = limits;
  }

  /** Time that what comes now waits for more, in milliseconds; 0: it goes at once. */
  get waitMs(): number {
    const waitMs = Math.min(this.tookMs * this.#limits.part, this.#limits.maxMs);
    return waitMs < MIN_DELAY_MS ? 0 : waitMs;
  }
}
