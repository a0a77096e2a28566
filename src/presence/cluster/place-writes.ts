import type { Clock } from "../../ports/clock.ts";

/** Maximum time after which the place of somebody who stays in the same rooms is written. */
const PLACE_MS = 1000;

/** Gathers sessions whose places are to be written, for one write: that is not worth a query for each of their commands. */
export class PlaceWrites {
  readonly #clock: Pick<Clock, "after">;
  readonly #write: (session: number) => void;
  readonly #sessions = new Set<number>();

  constructor(clock: Pick<Clock, "after">, write: (session: number) => void) {
    this.#clock = clock;
    this.#write = write;
  }

  add(session: number): void {
    if (this.#sessions.size === 0) {
      this.#clock.after(PLACE_MS, () => {
        for (const one of this.#sessions) this.#write(one);
        this.#sessions.clear();
      });
    }
    this.#sessions.add(session);
  }
}
