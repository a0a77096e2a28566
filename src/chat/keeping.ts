import type { Clock, Store, Timer, Watch } from "./ports.ts";
import type { Recent } from "./recent.ts";

/** So many entries go at once: a few milliseconds of the store. */
const BATCH = 500;
const EVERY_MS = 10 * 60_000;
/** The first time is soon, and not while everybody comes back after a start. */
const FIRST_MS = 60_000;
/** After each batch the store belongs to the living, for so many times as long. */
const REST_FACTOR = 9;
const LEAST_REST_MS = 20;

/** Deletes what is older than it is to be kept, a few entries at a time, beside everything else. */
export class Keeping {
  readonly #store: Store;
  readonly #recent: Recent;
  readonly #clock: Clock;
  readonly #watch: Watch;
  readonly #keepMs: () => number;
  #timer: Timer | null = null;
  #isStopped = false;
  #endRest: () => void = () => {};
  #run: Promise<void> = Promise.resolve();

  /** @param keepMs how long entries are kept; 0 = for ever */
  constructor(store: Store, recent: Recent, clock: Clock, watch: Watch, keepMs: () => number) {
    this.#store = store;
    this.#recent = recent;
    this.#clock = clock;
    this.#watch = watch;
    this.#keepMs = keepMs;
  }

  start(): void {
    this.#next(FIRST_MS);
  }

  /** Resolves when the store is not used any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#endRest();
    await this.#run;
  }

  #next(afterMs: number): void {
    this.#timer = this.#clock.after(afterMs, () => {
      this.#run = this.#deleteOld();
    });
  }

  async #deleteOld(): Promise<void> {
    const keepMs = this.#keepMs();
    let deleted = 0;
    try {
      // Nothing was said before 1970, and PostgreSQL refuses times before 4713 BC.
      if (keepMs > 0) deleted = await this.#deleteBefore(Math.max(this.#clock.micros() - keepMs * 1000, 0));
    } catch (error) {
      this.#watch.storeHealth(error);
    }
    if (deleted > 0) this.#watch.pruned(deleted);
    if (!this.#isStopped) this.#next(EVERY_MS);
  }

  async #deleteBefore(before: number): Promise<number> {
    let deleted = 0;
    let next: number | null = 0;
    while (next !== null && !this.#isStopped) {
      const startedMs = this.#clock.monotonicMs();
      const pruned = await this.#store.prune(before, next, BATCH);
      deleted += pruned.entries;
      next = pruned.next;
      if (next !== null && !this.#isStopped) await this.#rest((this.#clock.monotonicMs() - startedMs) * REST_FACTOR);
    }
    this.#recent.dropOlder(before);
    return deleted;
  }

  #rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#clock.after(Math.max(ms, LEAST_REST_MS), resolve);
      this.#endRest = () => {
        timer.cancel();
        resolve();
      };
    });
  }
}
