import type { Clock } from "../ports/clock.ts";
import { Bucket, type Rate } from "./bucket.ts";

/** Maximum keys remembered. Past it the least recently used one is forgotten, and its requests begin anew. */
const MAX_KEYS = 100_000;
/** Keys that each request looks at, to forget them. More than one, so that they become fewer. */
const SWEPT_PER_REQUEST = 2;

/** Limits how often requests come in, for each key by itself: a network, or an application. */
export class RequestRates {
  /** Requests at once, and how many a second after that; 0 in one of them = no limit. Replaced at a reload. */
  rate: Rate;
  readonly #clock: Clock;
  /** The least recently used one comes first. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: Rate, clock: Clock) {
    this.rate = rate;
    this.#clock = clock;
  }

  /** Number of keys that are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Counts a request and returns 0, or counts nothing and returns the milliseconds until one may come. */
  take(key: string): number {
    const { rate } = this;
    if (rate.burst === 0 || rate.perSecond === 0) return 0;
    const nowMs = this.#clock.monotonicMs();
    const bucket = this.#buckets.get(key) ?? new Bucket(nowMs);
    this.#buckets.delete(key);
    this.#forgetFull(nowMs);
    this.#buckets.set(key, bucket);
    return bucket.take(rate, nowMs);
  }

  /** Forgets old keys whose buckets are full again, as new ones are. */
  #forgetFull(nowMs: number): void {
    let left = SWEPT_PER_REQUEST;
    for (const [key, bucket] of this.#buckets) {
      if (left === 0) return;
      left -= 1;
      const isFull = bucket.has(this.rate, nowMs, this.rate.burst);
      if (isFull || this.#buckets.size >= MAX_KEYS) this.#buckets.delete(key);
    }
  }
}
