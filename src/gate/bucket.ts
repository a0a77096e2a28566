/**
 * A bound on how often something may happen: `burst` times at once, then `rate` times a second. Time comes from outside,
 * in milliseconds of a clock that never goes back. What happens may count for more or less than one (`cost`).
 */
export class Bucket {
  #left: number;
  #atMs: number;

  constructor(burst: number, nowMs: number) {
    this.#left = burst;
    this.#atMs = nowMs;
  }

  /** Takes one and returns 0, or takes nothing and returns after how many milliseconds there will be one. */
  take(burst: number, ratePerSecond: number, nowMs: number): number {
    this.#fill(burst, ratePerSecond, nowMs);
    if (this.#left < 1) return Math.ceil(((1 - this.#left) / ratePerSecond) * 1000);
    this.#left -= 1;
    return 0;
  }

  /**
   * Takes what it costs in any case, and returns after how many milliseconds it is there: of several who wait for one
   * bucket, each has its turn in the order in which they came.
   */
  reserve(burst: number, ratePerSecond: number, nowMs: number, cost = 1): number {
    this.#fill(burst, ratePerSecond, nowMs);
    this.#left -= cost;
    return this.#left >= 0 ? 0 : Math.ceil((-this.#left / ratePerSecond) * 1000);
  }

  /** Whether there is so much at the moment. */
  has(burst: number, ratePerSecond: number, nowMs: number, cost: number): boolean {
    this.#fill(burst, ratePerSecond, nowMs);
    return this.#left >= cost;
  }

  #fill(burst: number, ratePerSecond: number, nowMs: number): void {
    this.#left = Math.min(burst, this.#left + ((nowMs - this.#atMs) / 1000) * ratePerSecond);
    this.#atMs = nowMs;
  }
}
