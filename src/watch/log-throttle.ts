import type { Clock } from "../ports/clock.ts";

const EVERY_MS = 60_000;

/** Maximum events of one kind that are logged in a minute, from one source (`each`) and from all together (`all`). */
export interface Most {
  readonly each: number;
  readonly all: number;
}

/** Events of one kind since a minute began. */
interface Minute {
  readonly startMs: number;
  logged: number;
  /** Number of events that were left out since the last logged one, in this minute or before it. */
  leftOut: number;
  /** Number of logged events by source. Sources of which none was logged are not remembered. */
  readonly loggedFrom: Map<string, number>;
}

/** Limits how many events of each kind are logged in a minute, and counts those left out. */
export class LogThrottle {
  readonly #clock: Clock;
  readonly #most: Most;
  readonly #kinds = new Map<string, Minute>();

  constructor(clock: Clock, most: Most = { each: 1, all: 1 }) {
    this.#clock = clock;
    this.#most = most;
  }

  /** Returns how many of a kind were left out since the last logged event; null: do not log it. Kinds must be few. */
  take(kind: string, from = ""): number | null {
    const minute = this.#minuteOf(kind);
    const loggedFrom = minute.loggedFrom.get(from) ?? 0;
    if (minute.logged >= this.#most.all || loggedFrom >= this.#most.each) {
      minute.leftOut += 1;
      return null;
    }
    minute.logged += 1;
    minute.loggedFrom.set(from, loggedFrom + 1);
    const { leftOut } = minute;
    minute.leftOut = 0;
    return leftOut;
  }

  #minuteOf(kind: string): Minute {
    const nowMs = this.#clock.monotonicMs();
    const known = this.#kinds.get(kind);
    if (known && nowMs - known.startMs < EVERY_MS) return known;
    const next = { startMs: nowMs, logged: 0, leftOut: known?.leftOut ?? 0, loggedFrom: new Map<string, number>() };
    this.#kinds.set(kind, next);
    return next;
  }
}
