/** How often something may happen. */
export interface Rate {
  /** Maximum number at once. */
  readonly burst: number;
  /** Number a second after that. */
  readonly perSecond: number;
}

/** Maximum seconds to wait for what others have taken. */
const MAX_DEBT_SECONDS = 10;

/** A token bucket, full at first. Times are milliseconds of a clock that never goes back. */
export class Bucket {
  #left = Number.POSITIVE_INFINITY;
  #atMs: number;

  constructor(nowMs: number) {
    this.#atMs = nowMs;
  }

  /** Takes one and returns 0, or takes nothing and returns the milliseconds until there is one. */
  take(rate: Rate, nowMs: number): number {
    this.#fill(rate, nowMs);
    if (this.#left < 1) return Math.ceil(((1 - this.#left) / rate.perSecond) * 1000);
    this.#left -= 1;
    return 0;
  }

  /**
   * Takes `cost` even when less is left, so that callers are served in the order in which they came. Returns the
   * milliseconds until the debt is paid, 10,000 at most.
   */
  reserve(rate: Rate, nowMs: number, cost = 1): number {
    this.#fill(rate, nowMs);
    this.#left = Math.max(this.#left - cost, -MAX_DEBT_SECONDS * rate.perSecond);
    return this.#left >= 0 ? 0 : Math.ceil((-this.#left / rate.perSecond) * 1000);
  }

  /** Whether there is as much as `cost` now. */
  has(rate: Rate, nowMs: number, cost: number): boolean {
    this.#fill(rate, nowMs);
    return this.#left >= cost;
  }

  #fill({ burst, perSecond }: Rate, nowMs: number): void {
    this.#left = Math.min(burst, this.#left + ((nowMs - this.#atMs) / 1000) * perSecond);
    this.#atMs = nowMs;
  }
}
