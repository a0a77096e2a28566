/** What of the time that a delivery took the next one may wait, and at most how long. */
export interface BatchDelayLimits {
  readonly part: number;
  readonly maxMs: number;
}

/** Less is too little to wait for. */
const MIN_MS = 1;

/**
 * Where it takes long to bring lines to everybody, the next ones wait a little, so that more of them share the writes:
 * few people never wait, and many get more lines with each write.
 */
export class BatchDelay {
  /** What the last delivery took, in milliseconds. */
  tookMs = 0;
  readonly #limits: BatchDelayLimits;

  constructor(limits: BatchDelayLimits) {
    this.#limits = limits;
  }

  /** So long may what comes now wait for more, in milliseconds; 0: not at all. */
  get waitMs(): number {
    const waitMs = Math.min(this.tookMs * this.#limits.part, this.#limits.maxMs);
    return waitMs < MIN_MS ? 0 : waitMs;
  }
}
