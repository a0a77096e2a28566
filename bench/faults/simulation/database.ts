import type { StoreErrorCode } from "../../../src/ports/store-error.ts";
import type { Chance } from "../../../test/support/sockets/hostile.ts";
import { Moment } from "./moment.ts";
import { execute, type Statement } from "./statements.ts";
import { type EntryRow, Tables } from "./tables.ts";
import type { Timeline } from "./timeline.ts";
import { WallClock } from "./wall-clock.ts";

export type Rows = readonly Readonly<Record<string, unknown>>[];

/** What becomes of a statement. */
export interface Fate {
  /** Until it is run, and from there until its answer is back. */
  readonly requestMs: number;
  readonly answerMs: number;
  /** `lost`: nothing comes back. `reset`: the connection breaks instead. */
  readonly answer: "comes" | "lost" | "reset";
  readonly isRun: boolean;
  /** The database refuses it: nothing was done. Null: it does not. */
  readonly refusal: StoreErrorCode | null;
}

export type Outcome =
  | { readonly type: "rows"; readonly rows: Rows }
  | { readonly type: "refused"; readonly code: StoreErrorCode }
  | { readonly type: "reset" };

/** A past that the database was put back to. No two are the same object, so that they can be told apart. */
interface Past {
  /** When what it begins with was copied, by the timeline. */
  readonly takenMs: number;
}

/** What a standby or a backup has. */
export interface Backup {
  readonly tables: Tables;
  readonly takenMs: number;
  /** The pasts that had led to it. */
  readonly pasts: readonly Past[];
}

/** The one database of a simulation. Each statement is run as a whole, at one moment. */
export class Database {
  /** When it was last put back to an earlier state, by the timeline; null: never. */
  wentBackAtMs: number | null = null;
  /** Entries that were deleted because they were old. */
  readonly pruned: EntryRow[] = [];
  /** It can be reached. */
  isUp = true;
  readonly wallClock: WallClock;
  readonly #timeline: Timeline;
  readonly #chance: Chance;
  readonly #trace: ((text: string) => void) | null;
  #tables = new Tables();
  /** Each was put back when the one before was the last. */
  #pasts: readonly Past[] = [];
  /** What was begun on an earlier instance is not run on a later one. */
  #instance = 0;
  readonly #onEnd = new Set<() => void>();

  /** @param trace null: nobody wants to know */
  constructor(timeline: Timeline, chance: Chance, trace: ((text: string) => void) | null) {
    this.wallClock = new WallClock(timeline);
    this.#timeline = timeline;
    this.#chance = chance;
    this.#trace = trace;
  }

  get tables(): Tables {
    return this.#tables;
  }

  snapshot(): Backup {
    return { tables: new Tables(this.#tables), takenMs: this.#timeline.nowMs, pasts: this.#pasts };
  }

  /** Calls `ended` when this instance of the database ends, and with it all connections. */
  onEnd(ended: () => void): void {
    this.#onEnd.add(ended);
  }

  /** The server dies: every connection breaks. */
  crash(): void {
    this.isUp = false;
    this.#instance += 1;
    for (const ended of this.#onEnd) ended();
  }

  /** It comes back, and nothing was lost. */
  restart(): void {
    this.isUp = true;
  }

  /** It comes back as it was at an earlier moment. A past that was left is never come back to: then it is as it is. */
  restore(backup: Backup): void {
    this.restart();
    if (!this.#isOfThisPast(backup)) return;
    this.#tables = new Tables(backup.tables);
    this.#pasts = [...backup.pasts, { takenMs: backup.takenMs }];
    this.wentBackAtMs = this.#timeline.nowMs;
  }

  /** Deletes old entries, as a node does (src/streams/retention.ts). */
  prune(keptMs: number): void {
    this.pruned.push(...this.#tables.prune(this.#timeline.nowMs - keptMs));
  }

  /** Runs a statement after its time on the way; `done` is called when its answer is back, or never. */
  run(from: string, statement: Statement, fate: Fate, done: (outcome: Outcome) => void): void {
    const instance = this.#instance;
    this.#timeline.after(fate.requestMs, () => {
      if (instance !== this.#instance) return;
      const outcome = this.#outcome(from, statement, fate);
      if (fate.answer === "lost") return;
      this.#timeline.after(fate.answerMs, () => {
        if (instance === this.#instance) done(fate.answer === "reset" ? { type: "reset" } : outcome);
      });
    });
  }

  /** Whether what there is goes back to it: no other past was put in its place since. */
  #isOfThisPast({ takenMs, pasts }: Backup): boolean {
    if (pasts.some((past, i) => this.#pasts[i] !== past)) return false;
    const next = this.#pasts[pasts.length];
    return !next || takenMs <= next.takenMs;
  }

  #outcome(from: string, statement: Statement, { isRun, refusal }: Fate): Outcome {
    if (refusal !== null) return { type: "refused", code: refusal };
    if (!isRun) return { type: "reset" };
    const now = new Moment(this.wallClock.micros, this.#timeline.nowMs, this.#chance);
    const rows = execute(this.#tables, now, statement);
    this.#trace?.(`${from} ${statement.name ?? statement.text.trim()} → ${JSON.stringify(rows)}`);
    return { type: "rows", rows };
  }
}
