import { scenarios } from "../scenarios/index.ts";
import type { Results } from "./results.ts";
import { spreadOf } from "./results.ts";
import { formatValue } from "./table.ts";

export interface Change {
  readonly text: string;
  /** How much worse the second is, per cent of the first; negative: better. */
  readonly worsePercent: number;
}

/** The medians that both results have and that say which way is better, one by one. */
export function compareResults(before: Results, after: Results): Change[] {
  return scenarios.flatMap((scenario) =>
    scenario.rows.flatMap(({ key }) =>
      Object.keys(after.peers).flatMap((peer) =>
        scenario.columns.flatMap(({ metric, label, format, better }) => {
          const old = spreadOf(before, key, peer, metric)?.median;
          const now = spreadOf(after, key, peer, metric)?.median;
          if (better === undefined || old === undefined || now === undefined) return [];
          const growth = (100 * (now - old)) / old;
          const text = `${key} ${peer} ${label}: ${formatValue(old, format)} → ${formatValue(now, format)} (${growth.toFixed(1)} %)`;
          return [{ text, worsePercent: better === "higher" ? -growth : growth }];
        }),
      ),
    ),
  );
}
