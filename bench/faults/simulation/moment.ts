import type { Chance } from "../../../test/support/sockets/hostile.ts";

/** Where the clock does not go on, a time is so much later than the one before at most, in microseconds. */
const MOST_STEP_MICROS = 1000;

/** When the database runs a statement. */
export class Moment {
  /** By the clock of the database, in microseconds since 1970. */
  readonly micros: number;
  /** In truth, by the timeline. */
  readonly trueMs: number;
  readonly #chance: Chance;

  constructor(micros: number, trueMs: number, chance: Chance) {
    this.micros = micros;
    this.trueMs = trueMs;
    this.#chance = chance;
  }

  /** A time after `last` that no other past gives again: now, or, where the clock is behind, a little later by chance. */
  after(last: number): number {
    return this.micros > last ? this.micros : last + 1 + this.#chance.below(MOST_STEP_MICROS);
  }
}
