import type { Clock } from "../chat/ports.ts";

const EVERY_MS = 60_000;

/** Lets one event of each kind through a minute, with how many there were since: a flood of them cannot fill the log. */
export class Seldom {
  readonly #clock: Clock;
  readonly #kinds = new Map<string, { lastMs: number; unsaid: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Null: say nothing now; else how many of its kind were not said since the last one that was. Kinds are few. */
  take(kind: string): number | null {
    const nowMs = this.#clock.monotonicMs();
    const known = this.#kinds.get(kind);
    if (known && nowMs - known.lastMs < EVERY_MS) {
      known.unsaid += 1;
      return null;
    }
    this.#kinds.set(kind, { lastMs: nowMs, unsaid: 0 });
    return known?.unsaid ?? 0;
  }
}
