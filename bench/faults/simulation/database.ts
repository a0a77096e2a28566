import type { StoreErrorCode } from "../../../src/chat/errors.ts";
import { BEGINNING_MICROS } from "./machine.ts";
import { execute, type Statement } from "./statements.ts";
import { type EntryRow, Tables } from "./tables.ts";
import type { Timeline } from "./timeline.ts";

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

/** The one database of a simulation. Each statement is run as a whole, at one moment. */
export class Database {
  /** When it was last put back to an earlier state, by the timeline; null: never. */
  wentBackAtMs: number | null = null;
  /** Entries that were deleted because they were old. */
  readonly pruned: EntryRow[] = [];
  /** It can be reached. */
  isUp = true;
  readonly #timeline: Timeline;
  readonly #trace: ((text: string) => void) | null;
  #tables = new Tables();
  /** What was begun on an earlier instance is not run on a later one. */
  #instance = 0;
  readonly #onEnd = new Set<() => void>();

  /** @param trace null: nobody wants to know */
  constructor(timeline: Timeline, trace: ((text: string) => void) | null) {
    this.#timeline = timeline;
    this.#trace = trace;
  }

  get tables(): Tables {
    return this.#tables;
  }

  /** What a standby or a backup has. A past that was left is never come back to: then it is what there is. */
  snapshot(): () => Tables | null {
    const tables = new Tables(this.#tables);
    const { wentBackAtMs } = this;
    return () => (wentBackAtMs === this.wentBackAtMs ? tables : null);
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

  /** It comes back. @param tables of an earlier moment; null: nothing was lost */
  restart(tables: Tables | null): void {
    this.isUp = true;
    if (!tables) return;
    this.#tables = tables;
    this.wentBackAtMs = this.#timeline.nowMs;
  }

  /** Deletes old entries, as a node does (src/chat/keeping.ts). */
  prune(keptMs: number): void {
    const before = BEGINNING_MICROS + (this.#timeline.nowMs - keptMs) * 1000;
    this.pruned.push(...this.#tables.prune(before));
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

  #outcome(from: string, statement: Statement, { isRun, refusal }: Fate): Outcome {
    if (refusal !== null) return { type: "refused", code: refusal };
    if (!isRun) return { type: "reset" };
    const nowMicros = BEGINNING_MICROS + Math.floor(this.#timeline.nowMs * 1000);
    const rows = execute(this.#tables, nowMicros, statement);
    this.#trace?.(`${from} ${statement.name ?? statement.text.trim()} → ${JSON.stringify(rows)}`);
    return { type: "rows", rows };
  }
}
