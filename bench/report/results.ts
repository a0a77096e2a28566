import { readFileSync } from "node:fs";
import type { Machine } from "../measure/machine.ts";
import { median } from "../measure/statistics.ts";
import type { Measures } from "../scenarios/scenario.ts";

/** What one peer did in one round, or why it did not. */
export type Run =
  { readonly peer: string; readonly measures: Measures } | { readonly peer: string; readonly problem: string };

/** All a run of the bench found out; the JSON file. */
export interface Results {
  readonly date: string;
  readonly commit: string;
  readonly machine: Machine;
  readonly options: { readonly rounds: number; readonly seconds: number; readonly quick: boolean };
  /** Version by peer; null: not installed, so skipped. */
  readonly peers: Readonly<Record<string, string | null>>;
  /** By row, then by round. */
  readonly rows: Readonly<Record<string, readonly (readonly Run[])[]>>;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function readResults(file: string): Results {
  return JSON.parse(readFileSync(file, "utf8")) as Results; // written by main.ts
}

/** A peer's metric over the rounds, or its ratio to another peer's in the same round; null without any. */
export function spreadOf(results: Results, row: string, peer: string, metric: string, versus?: string): Spread | null {
  const values = (results.rows[row] ?? []).flatMap((round) => {
    const value = measured(round, peer, metric);
    const base = versus === undefined ? 1 : measured(round, versus, metric);
    return value === undefined || base === undefined ? [] : [value / base];
  });
  if (values.length === 0) return null;
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

function measured(round: readonly Run[], peer: string, metric: string): number | undefined {
  const run = round.find((candidate) => candidate.peer === peer);
  return run !== undefined && "measures" in run ? run.measures[metric] : undefined;
}
