import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Outcome } from "./run.ts";

/** How many anomalies of one run are shown. */
const SHOWN = 4;

/** One line, and a few more where something did not hold. */
export function lineOf(outcome: Outcome): string {
  const { nemesis, seed, said, refused, withoutWord, recoveryMs, p99Ms, agreeMs, memoryBytes, anomalies } = outcome;
  const numbers = [
    `${outcome.strikes} strikes`,
    `${said} said`,
    `${refused} refused`,
    `${withoutWord} without a word`,
    `back in ${(recoveryMs / 1000).toFixed(1)} s`,
    `then p99 ${p99Ms.toFixed(0)} ms`,
    `in within ${(outcome.loginMs / 1000).toFixed(1)} s`,
    `agreed in ${(agreeMs / 1000).toFixed(1)} s`,
    `${(memoryBytes / 2 ** 20).toFixed(0)} MiB`,
  ];
  const verdict = anomalies.length === 0 ? "held" : `${anomalies.length} ANOMALIES`;
  const shown = anomalies.slice(0, SHOWN).map(({ check, what }) => `    ${check}: ${what}`);
  return [`${nemesis} seed ${seed}: ${verdict}; ${numbers.join(", ")}`, ...shown].join("\n");
}

/** Keeps all that is known of a run, and returns the folder. */
export function keep(outcome: Outcome, repeat: string): string {
  const { evidence, ...rest } = outcome;
  const folder = mkdtempSync(join(tmpdir(), `chatd-fault-${outcome.nemesis}-${outcome.seed}-`));
  mkdirSync(join(folder, "people"));
  for (const transcript of evidence.run.transcripts) {
    const lines = transcript.moments.map((moment) => JSON.stringify(moment));
    const head = JSON.stringify({ id: transcript.id, name: transcript.name, node: transcript.node });
    writeFileSync(join(folder, "people", `${transcript.id}-${transcript.name}.jsonl`), [head, ...lines, ""].join("\n"));
  }
  for (const file of evidence.logFiles) copyFileSync(file, join(folder, basename(file)));
  const { rooms, entries, views, wentBackAtMs } = evidence.run;
  const shown = views.map((view) => ({ ...view, rooms: Object.fromEntries(view.rooms) }));
  writeFileSync(join(folder, "rooms.json"), JSON.stringify({ rooms, views: shown, wentBackAtMs }, null, 1));
  writeFileSync(join(folder, "people.json"), JSON.stringify(evidence.people, null, 1));
  writeFileSync(join(folder, "entries.jsonl"), entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  writeFileSync(join(folder, "outcome.json"), JSON.stringify({ repeat, ...rest }, null, 2));
  return folder;
}

/** A Markdown table, a row for each nemesis. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const rows = [...Map.groupBy(outcomes, ({ nemesis }) => nemesis)].map(([nemesis, runs]) => {
    const sum = (of: (outcome: Outcome) => number): number => runs.reduce((all, one) => all + of(one), 0);
    const most = (of: (outcome: Outcome) => number): number => Math.max(...runs.map(of));
    const bad = runs.filter(({ anomalies }) => anomalies.length > 0);
    const checks = [...new Set(bad.flatMap(({ anomalies }) => anomalies.map(({ check }) => check)))];
    const seeds = bad.map(({ seed }) => seed).join(", ");
    return [
      nemesis,
      `${runs.length} (${seedsOf(runs)})`,
      sum(({ said }) => said),
      `${sum(({ refused }) => refused)} / ${sum(({ withoutWord }) => withoutWord)}`,
      `${(most(({ recoveryMs }) => recoveryMs) / 1000).toFixed(1)} s`,
      `${most(({ p99Ms }) => p99Ms).toFixed(0)} ms`,
      `${(most(({ loginMs }) => loginMs) / 1000).toFixed(1)} s`,
      bad.length === 0 ? "none" : `${bad.length} (${seeds}): ${checks.join(", ")}`,
    ];
  });
  const head = [
    "nemesis",
    "runs (seeds)",
    "said",
    "refused / no word",
    "back within",
    "p99 then",
    "name within",
    "runs with anomalies",
  ];
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function seedsOf(runs: readonly Outcome[]): string {
  const seeds = [...new Set(runs.map(({ seed }) => seed))].sort((one, other) => one - other);
  const [first = 0] = seeds;
  const last = seeds.at(-1) ?? first;
  if (seeds.length > 2 && last - first === seeds.length - 1) return `${first}–${last}`;
  return seeds.join(", ");
}
