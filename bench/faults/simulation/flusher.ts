import type { Clock } from "../../../src/ports/clock.ts";
import type { Flusher } from "../../../src/ports/outlet.ts";
import type { Chance } from "../../../test/support/sockets/hostile.ts";

const MAX_FLUSH_MS = 200;

/** Takes rooms of three people for large, so that what is said in them is held back; people get their lines at once. */
export class SimulatedFlusher implements Flusher {
  readonly maxFlushed = 2;
  readonly #clock: Clock;
  readonly #chance: Chance;

  constructor(clock: Clock, chance: Chance) {
    this.#clock = clock;
    this.#chance = chance;
  }

  flush(): Promise<void> | null {
    if (this.#chance.below(2) === 0) return null;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#clock.after(this.#chance.below(MAX_FLUSH_MS), resolve);
    return promise;
  }
}
