import type { Clock, Timer } from "../ports/clock.ts";
import { StoreError } from "../ports/store-error.ts";
import type { Telemetry } from "../ports/telemetry.ts";

/** Pause between the end of a round and the beginning of the next one. */
const PAUSE_MS = 10 * 60_000;
/** Pause before the first round: it is to begin soon, but not while everybody comes back after a start. */
const FIRST_MS = 60_000;
/** After each step, wait this many times its duration, so that live traffic gets about 90 % of the store. */
const REST_FACTOR = 9;
const MIN_REST_MS = 20;

/** Background work on the store, in rounds: ten minutes lie between two of them, and a rest after each step. */
export abstract class BackgroundTask {
  readonly #clock: Clock;
  readonly #telemetry: Telemetry;
  #timer: Timer | null = null;
  #isStopped = false;
  #isWorking = false;
  #isWanted = false;
  #endRest: () => void = () => {};
  #run: Promise<void> = Promise.resolve();

  constructor(clock: Clock, telemetry: Telemetry) {
    this.#clock = clock;
    this.#telemetry = telemetry;
  }

  start(): void {
    this.#next(FIRST_MS);
  }

  /** There is something to do: the next round begins now, or right after the one that is going on. */
  soon(): void {
    this.#isWanted = true;
    if (this.#isWorking || this.#isStopped) return;
    this.#timer?.cancel();
    this.#next(0);
  }

  /** Resolves when the store is not used any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#endRest();
    await this.#run;
  }

  /** One round; returns early when `isStopped`. A rejection is reported, and ends the round. */
  protected abstract work(): Promise<void>;

  protected get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Waits after a step. @param startedMs when the step began, by the monotonic clock */
  protected rest(startedMs: number): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    const ms = (this.#clock.monotonicMs() - startedMs) * REST_FACTOR;
    return new Promise((resolve) => {
      const timer = this.#clock.after(Math.max(ms, MIN_REST_MS), resolve);
      this.#endRest = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  #next(afterMs: number): void {
    this.#timer = this.#clock.after(afterMs, () => {
      this.#run = this.#workOnce();
    });
  }

  async #workOnce(): Promise<void> {
    this.#isWorking = true;
    this.#isWanted = false;
    try {
      await this.work();
    } catch (error) {
      if (error instanceof StoreError) this.#telemetry.storeHealth(error);
      else this.#telemetry.failed("work on the store in the background", error);
      // What failed is not tried again at once.
      this.#isWanted = false;
    }
    this.#isWorking = false;
    if (!this.#isStopped) this.#next(this.#isWanted ? 0 : PAUSE_MS);
  }
}
