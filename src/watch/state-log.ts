import type { Clock, Timer } from "../ports/clock.ts";

/** Logs the state of the server at an interval. */
export class StateLog {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #say: () => void;
  #timer: Timer | null = null;

  /** @param everyMs the interval; 0 = never */
  constructor(clock: Clock, everyMs: number, say: () => void) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#say = say;
  }

  start(): void {
    if (this.#everyMs === 0) return;
    this.#timer = this.#clock.after(this.#everyMs, () => {
      this.#say();
      this.start();
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }
}
