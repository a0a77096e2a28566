import type { Clock } from "../ports/clock.ts";

const EVERY_MS = 60_000;

/** How many events of a kind are said in a minute. */
export interface Most {
  /** From each of those who cause them. */
  readonly each: number;
  /** From all together. */
  readonly all: number;
}

/** What was said of a kind since a minute began. */
interface Minute {
  readonly startMs: number;
  said: number;
  /** Since the last one that was said, in this minute or before it. */
  unsaid: number;
  /** How many were said from whom; from those of whom none was said nothing is remembered. */
  readonly saidFrom: Map<string, number>;
}

/** Lets so many events of each kind through a minute, with how many there were beside them: a flood cannot fill the log. */
export class LogThrottle {
  readonly #clock: Clock;
  readonly #most: Most;
  readonly #kinds = new Map<string, Minute>();

  constructor(clock: Clock, most: Most = { each: 1, all: 1 }) {
    this.#clock = clock;
    this.#most = most;
  }

  /**
   * Null: say nothing now; else how many of its kind, from anybody, were not said since the last one that was. Kinds are
   * few; those who cause them may be any number.
   */
  take(kind: string, from = ""): number | null {
    const minute = this.#minuteOf(kind);
    const saidFrom = minute.saidFrom.get(from) ?? 0;
    if (minute.said >= this.#most.all || saidFrom >= this.#most.each) {
      minute.unsaid += 1;
      return null;
    }
    minute.said += 1;
    minute.saidFrom.set(from, saidFrom + 1);
    const { unsaid } = minute;
    minute.unsaid = 0;
    return unsaid;
  }

  #minuteOf(kind: string): Minute {
    const nowMs = this.#clock.monotonicMs();
    const known = this.#kinds.get(kind);
    if (known && nowMs - known.startMs < EVERY_MS) return known;
    const next = { startMs: nowMs, said: 0, unsaid: known?.unsaid ?? 0, saidFrom: new Map<string, number>() };
    this.#kinds.set(kind, next);
    return next;
  }
}
