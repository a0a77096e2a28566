import type { Clock } from "../chat/ports.ts";

/** Counts the turns of the event loop in which somebody asks, so that what is done in one of them can be bounded. */
export class Turns {
  readonly #clock: Clock;
  #current = 1;
  #isAsked = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The same number within a turn, and another one in each. */
  get current(): number {
    if (!this.#isAsked) {
      this.#isAsked = true;
      this.#clock.soon(() => {
        this.#isAsked = false;
        this.#current += 1;
      });
    }
    return this.#current;
  }
}
