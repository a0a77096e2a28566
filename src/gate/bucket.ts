/**
 * A bound on how often something may happen: `burst` times at once, then `rate` times a second. Time comes from outside,
 * in milliseconds of a clock that never goes back.
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
    this.#left = Math.min(burst, this.#left + ((nowMs - this.#atMs) / 1000) * ratePerSecond);
    this.#atMs = nowMs;
    if (this.#left < 1) return Math.ceil(((1 - this.#left) / ratePerSecond) * 1000);
    this.#left -= 1;
    return 0;
  }
}
