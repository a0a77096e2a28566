import { scenarios } from "../scenarios/index.ts";
import type { Column, Scenario } from "../scenarios/scenario.ts";
import { judge } from "./goals.ts";
import type { Results, Spread } from "./results.ts";
import { spreadOf } from "./results.ts";

/** Those that the ratios are taken to, where a scenario names no others. */
const ircDaemons = ["inspircd", "ngircd"];

/** The results as Markdown: what ran where, then a table for each scenario. */
export function renderTables(results: Results): string {
  const sections = scenarios
    .filter((scenario) => scenario.rows.some(({ key }) => key in results.rows))
    .map((scenario) => {
      const about = [scenario.about, ...otherRounds(results, scenario)].join(" ");
      return `### ${scenario.name}\n\n${about}\n\n${renderTable(results, scenario)}`;
    });
  return [renderHead(results), ...sections, ...renderProblems(results)].join("\n\n");
}

/** What is to be said of a scenario that was not measured as often as the others. */
function otherRounds({ rows, options }: Results, scenario: Scenario): string[] {
  const counts = new Set(scenario.rows.flatMap(({ key }) => rows[key]?.length ?? []));
  counts.delete(options.rounds);
  return counts.size === 0 ? [] : [`Rounds: ${[...counts].join(", ")}.`];
}

export function formatValue(value: number, format: Column["format"]): string {
  switch (format) {
    case "count":
      return Math.round(value).toLocaleString("en");
    case "ms":
      return `${value < 100 ? value.toPrecision(2) : Math.round(value).toLocaleString("en")} ms`;
    case "bytes":
      return value >= 1e6 ? `${(value / 1e6).toFixed(1)} MB` : `${(value / 1e3).toFixed(1)} KB`;
    case "share":
      return `${Math.round(value * 100)} %`;
    case "ratio":
      return value.toFixed(2);
  }
}

function renderHead({ date, commit, machine, options, peers, rows }: Results): string {
  const measured = new Set(Object.values(rows).flatMap((runs) => runs.flat().map(({ peer }) => peer)));
  const versions = Object.entries(peers)
    .filter(([name, version]) => version === null || measured.has(name))
    .map(([name, version]) => `${name}: ${version ?? "not installed, skipped"}`);
  return [
    `Measured ${date} at commit ${commit} on ${machine.cores} cores of ${machine.cpu}, Linux ${machine.kernel}, Node ${machine.node}, ` +
      `databases on ${machine.databaseOn}. Median of ${options.rounds} rounds, windows of ${options.seconds} s, where a table does not say otherwise; ` +
      "in each round all servers ran one after the other, and ratios are taken within a round (median, least to greatest). " +
      "CPU is of the whole server process; the load came from a process of its own, and a load near 100 % limits what a server can show per second, not per CPU-second.",
    `Servers: ${versions.join("; ")}.`,
  ].join("\n\n");
}

function renderTable(results: Results, scenario: Scenario): string {
  const references = scenario.references ?? (scenario.peers === undefined ? ircDaemons : []);
  const rivals = references.filter((name) => results.peers[name]);
  const ratioHeads = rivals.map((name) => `${labelOf(scenario)} ÷ ${name}`);
  const head = ["", "server", ...scenario.columns.map(({ label }) => label), ...ratioHeads, "goal"];
  const lines = scenario.rows.flatMap(({ key, title }) =>
    Object.keys(results.peers).flatMap((peer) => {
      const cells = scenario.columns.map(({ metric, format }) => {
        const spread = spreadOf(results, key, peer, metric);
        return spread === null ? "" : formatValue(spread.median, format);
      });
      const ratios = rivals.map((name) => formatRatio(spreadOf(results, key, peer, scenario.headline, name)));
      return cells.every((cell) => cell === "") ? [] : [[title, peer, ...cells, ...ratios, judge(results, key, peer)]];
    }),
  );
  const rule = head.map((_, index) => (index < 2 || index === head.length - 1 ? "---" : "---:"));
  return [head, rule, ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function labelOf(scenario: Scenario): string {
  return scenario.columns.find(({ metric }) => metric === scenario.headline)?.label ?? scenario.headline;
}

function formatRatio(spread: Spread | null): string {
  if (spread === null) return "";
  const [median, min, max] = [spread.median, spread.min, spread.max].map((value) => formatValue(value, "ratio"));
  return `${median} (${min}–${max})`;
}

function renderProblems(results: Results): string[] {
  const problems = Object.entries(results.rows).flatMap(([row, rounds]) =>
    rounds.flatMap((runs, index) =>
      runs.flatMap((run) =>
        "problem" in run ? [`- ${row}, round ${index + 1}, ${run.peer}: ${run.problem.split("\n", 1)[0]}`] : [],
      ),
    ),
  );
  return problems.length === 0 ? [] : [`### Runs that failed\n\n${problems.join("\n")}`];
}
