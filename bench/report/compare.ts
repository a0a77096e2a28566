import { scenarios } from "../scenarios/index.ts";
import type { Results } from "./results.ts";
import { spreadOf } from "./results.ts";
import { formatValue } from "./table.ts";

export interface Change {
  readonly text: string;
  /** How much worse the second is, per cent of the first; negative: better. */
  readonly worsePercent: number;
  /** Whether the second lies outside of what the rounds of the first gave. */
  readonly isDecided: boolean;
}

/** The medians that both results have and that say which way is better, one by one. */
export function compareResults(before: Results, after: Results): Change[] {
  return scenarios.flatMap((scenario) =>
    scenario.rows.flatMap(({ key }) =>
      Object.keys(after.peers).flatMap((peer) =>
        scenario.columns.flatMap(({ metric, label, format, better }) => {
          const old = spreadOf(before, key, peer, metric);
          const now = spreadOf(after, key, peer, metric);
          if (better === undefined || old === null || now === null) return [];
          const growth = (100 * (now.median - old.median)) / old.median;
          const [from, to] = [old, now].map(({ median }) => formatValue(median, format));
          const text = `${key} ${peer} ${label}: ${from} → ${to} (${growth.toFixed(1)} %)`;
          const isDecided = now.median < old.min || now.median > old.max;
          return [{ text, isDecided, worsePercent: better === "higher" ? -growth : growth }];
        }),
      ),
    ),
  );
}
