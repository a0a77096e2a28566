import type { Timeline } from "./timeline.ts";

/** The moment at which a simulation begins, in microseconds since 1970. */
export const BEGINNING_MICROS = 1_795_000_000_000_000;

/** What a computer believes the time to be. It runs as time does, and may be wrong. */
export class WallClock {
  /** Somebody has set it, whether it was put right again or not. */
  wasSet = false;
  readonly #timeline: Timeline;
  /** By so much it is ahead. */
  #offsetMicros = 0;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** Microseconds since 1970. */
  get micros(): number {
    return BEGINNING_MICROS + Math.floor(this.#timeline.nowMs * 1000) + this.#offsetMicros;
  }

  /** Somebody sets it: forth, or back where it is negative. */
  step(byMs: number): void {
    this.wasSet = true;
    this.#offsetMicros += byMs * 1000;
  }
}
