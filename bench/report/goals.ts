import type { Results, Spread } from "./results.ts";
import { spreadOf } from "./results.ts";

/** A number that a peer has to reach in a row. */
interface Goal {
  readonly row: string;
  readonly peer: string;
  readonly metric: string;
  /** The peer to whose same metric the ratio is taken; absent: the metric itself counts. */
  readonly versus?: string;
  readonly bound: "≥" | "≤";
  readonly target: number;
  /** The target and what it is for, in words. */
  readonly text: string;
}

function timesPeer(row: string, peer: string, versus: string, target: number): Goal {
  const text = `${target.toFixed(2)} × ${versus}`;
  return { row, peer, versus, metric: "deliveriesPerCpuSecond", bound: "≥", target, text };
}

function figure(row: string, metric: string, bound: Goal["bound"], target: number, text: string, peer = "chatd"): Goal {
  return { row, peer, metric, bound, target, text };
}

function cluster(row: string, metric: string, bound: Goal["bound"], target: number, text: string): Goal {
  return figure(row, metric, bound, target, text, "chatd-cluster");
}

/** What people who are in notice of strangers, and what the server may need for them. */
const oldAttacks = ["flood", "slow-logins", "never-log-in", "endless-line", "never-read"];
const costlyAttacks = [
  "control-c",
  "keys",
  "option-toggles",
  "erase-word",
  "pasted-commands",
  "deaf-small-output",
  "renegotiation",
];

const goals: readonly Goal[] = [
  timesPeer("fan-out-1x1000x20", "chatd", "limit", 0.75),
  timesPeer("fan-out-1x1000x20", "chatd-memory", "limit", 0.85),
  timesPeer("fan-out-1x200x1", "chatd", "inspircd", 0.65),
  timesPeer("fan-out-100x10x500", "chatd", "inspircd", 0.8),
  figure("fan-out-100x10x500", "p99Ms", "≤", 40, "40 ms at p99"),
  timesPeer("fan-out-100x10x500", "chatd-memory", "redis", 0.9),
  figure("crowded-room", "pairP50Ms", "≤", 50, "50 ms for the two at p50"),
  { ...figure("crowded-room", "p99Ms", "≤", 1.3, "1.30 × limit's p99 of the crowd"), versus: "limit" },
  timesPeer("half-typed", "chatd-keys", "chatd", 0.8),
  figure("connect-storm", "loginsPerCpuSecond", "≥", 12_000, "12,000 logins per CPU-second"),
  figure("connect-storm", "p99Ms", "≤", 1000, "1 s at p99"),
  figure("connect-storm", "bytesPerSession", "≤", 4500, "4.5 KB per session"),
  figure("command-costs", "mostMs", "≤", 1, "1 ms for any"),
  figure("start", "laterMs", "≤", 250, "250 ms"),
  ...[...oldAttacks, ...costlyAttacks].map((attack) =>
    figure(`attack-${attack}`, "p99Ratio", "≤", 2, "2 × the p99 before"),
  ),
  ...costlyAttacks.flatMap((attack) => [
    figure(`attack-${attack}`, "stallAddedMs", "≤", 50, "50 ms longer stalls than before"),
    figure(`attack-${attack}`, "rssAddedBytes", "≤", 64e6, "64 MB more memory than before"),
  ]),
  figure("history-page", "deepOverShallow", "≥", 0.7, "0.7 × the time at message 100"),
  figure("history-page", "deepOverShallow", "≤", 1.3, "1.3 × the time at message 100"),
  cluster("cluster-delay", "addedP50Ms", "≤", 5, "5 ms added at p50"),
  cluster("cluster-lines", "linesPerSecond", "≥", 9900, "10,000 lines/s"),
  cluster("cluster-lines", "p99Ms", "≤", 250, "250 ms at p99"),
  cluster("cluster-lines", "memoryRatio", "≤", 1.1, "1.1 × the memory at 10 s"),
  cluster("cluster-lines", "diskRatio", "≤", 3, "3 × the text"),
  timesPeer("cluster-fan-out", "chatd-cluster", "chatd", 0.7),
  timesPeer("cluster-fan-out-each", "chatd-cluster", "chatd", 0.7),
  cluster("cluster-joins-5000", "seconds", "≤", 10, "10 s"),
];

/**
 * The goals of a peer in a row, each with whether it is reached: "undecided" where some rounds reach it and others do not.
 * Empty when there are none or nothing was measured.
 */
export function judge(results: Results, row: string, peer: string): string {
  return goals
    .filter((goal) => goal.row === row && goal.peer === peer)
    .flatMap(({ metric, versus, bound, target, text }) => {
      const spread = spreadOf(results, row, peer, metric, versus);
      if (spread === null) return [];
      return [`${bound} ${text}: ${verdictOf(spread, bound, target)}`];
    })
    .join("<br>");
}

function verdictOf({ min, max }: Spread, bound: Goal["bound"], target: number): string {
  const [worst, best] = bound === "≥" ? [min, max] : [-max, -min];
  const least = bound === "≥" ? target : -target;
  if (worst >= least) return "yes";
  return best < least ? "**no**" : "undecided";
}
