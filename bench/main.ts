/** The bench: runs each scenario on each server that is installed, in rounds, and writes down what it measured. */
import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Command, Option, InvalidArgumentError } from "commander";
import { runLoad } from "./load/run-load.ts";
import { describeMachine, projectVersion } from "./measure/machine.ts";
import { quietMachine } from "./measure/settle.ts";
import { startDaemon } from "./peers/daemon.ts";
import { peers } from "./peers/index.ts";
import type { Peer } from "./peers/peer.ts";
import { writeDocs } from "./report/docs.ts";
import type { Results, Run } from "./report/results.ts";
import { renderTables } from "./report/table.ts";
import { scenarios } from "./scenarios/index.ts";
import type { Effort, Measures, Row } from "./scenarios/scenario.ts";

interface Options {
  readonly scenario?: readonly string[];
  readonly row?: readonly string[];
  readonly peer?: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  readonly quick: boolean;
  readonly json: string;
  readonly writeDocs?: boolean;
}

/** How much CPU others may use, in CPUs, before a measurement is taken again, and how often it is. */
const toleratedOthersCpu = 0.15;
const disturbedTries = 3;
/** As many rooms and messages as show that a row with them works. */
const quickRooms = 1000;
const quickMessages = 10_000;

const latest = relative(process.cwd(), fileURLToPath(new URL("results/latest.json", import.meta.url)));

const options = new Command("bench")
  .addOption(
    new Option("--scenario <name...>", "only this one (repeatable)").choices(scenarios.map(({ name }) => name)),
  )
  .addOption(
    new Option("--row <key...>", "only this row of a scenario (repeatable)").choices(
      scenarios.flatMap(({ rows }) => rows.map(({ key }) => key)),
    ),
  )
  .addOption(new Option("--peer <name...>", "only this server (repeatable)").choices(peers.map(({ name }) => name)))
  .option("--rounds <n>", "how often each server is measured", positive, 5)
  .option("--seconds <n>", "length of a measured window", positive, 5)
  .option("--quick", "one short round with few people: shows that it works, measures nothing", false)
  .option("--json <file>", "where the results go", latest)
  .addOption(new Option("--write-docs", "also put the tables into docs/benchmarks.md").conflicts("quick"))
  .parse()
  .opts<Options>();

const effort: Effort = options.quick ? { seconds: 1, quick: true } : { seconds: options.seconds, quick: false };
const rounds = options.quick ? 1 : options.rounds;

const interrupted = new AbortController();
process.once("SIGINT", () => interrupted.abort(new Error("interrupted")));
process.once("SIGTERM", () => interrupted.abort(new Error("terminated")));

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const chosen = peers.filter(({ name }) => options.peer?.includes(name) ?? true);
  const rows: Record<string, Run[][]> = {};
  const results: Results = {
    date: new Date().toISOString(),
    commit: projectVersion(),
    machine: describeMachine(),
    options: { rounds, ...effort },
    peers: Object.fromEntries(chosen.map((peer) => [peer.name, peer.version()])),
    rows,
  };
  const installed = chosen.filter(({ name }) => results.peers[name] !== null);
  for (const scenario of scenarios.filter(({ name }) => options.scenario?.includes(name) ?? true)) {
    const fitting = installed.filter((peer) => scenario.peers?.includes(peer.name) ?? !peer.onlyWhereNamed);
    for (const row of scenario.rows.filter(({ key }) => options.row?.includes(key) ?? true)) {
      const missing = row.missing?.() ?? null;
      if (missing === null) rows[row.key] = await runRow(row, fitting);
      else process.stderr.write(`${row.key}: skipped, needs ${missing}\n`);
      // After each row, so that an interrupted run leaves what it has.
      writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);
    }
  }
  process.stdout.write(`${renderTables(results)}\n`);
  if (options.writeDocs) writeDocs(results);
  if (Object.values(rows).some((runs) => runs.flat().some((run) => "problem" in run))) process.exitCode = 1;
}

/** All servers in each round, one after the other, so that what disturbs the machine disturbs all of them. */
async function runRow(row: Row, fitting: readonly Peer[]): Promise<Run[][]> {
  const all: Run[][] = [];
  for (let round = 1; round <= rounds; round++) {
    const runs: Run[] = [];
    for (const peer of fitting) {
      process.stderr.write(`${row.key}, round ${round} of ${rounds}, ${peer.name} …\n`);
      runs.push(await runPeer(row, peer));
    }
    all.push(runs);
  }
  return all;
}

async function runPeer(row: Row, peer: Peer): Promise<Run> {
  try {
    return { peer: peer.name, measures: await measure(row, peer, disturbedTries) };
  } catch (error) {
    interrupted.signal.throwIfAborted();
    const problem = error instanceof Error ? error.message : String(error);
    process.stderr.write(`  failed: ${problem}\n`);
    return { peer: peer.name, problem };
  }
}

/** Measures again, at most so many times, what something else on the machine has disturbed. */
async function measure(row: Row, peer: Peer, triesLeft: number): Promise<Measures> {
  await quietMachine(interrupted.signal);
  const measures = await measureOnce(row, peer);
  const { othersCpu = 0 } = measures;
  if (othersCpu <= toleratedOthersCpu || triesLeft === 0) return measures;
  process.stderr.write(`  again: something else used ${Math.round(100 * othersCpu)} % of a CPU\n`);
  return measure(row, peer, triesLeft - 1);
}

async function measureOnce(row: Row, peer: Peer): Promise<Measures> {
  const host = row.manyAddresses ? "0.0.0.0" : "127.0.0.1";
  const rooms = Math.min(row.rooms ?? 0, effort.quick ? quickRooms : Number.POSITIVE_INFINITY);
  const messages = Math.min(row.messages ?? 0, effort.quick ? quickMessages : Number.POSITIVE_INFINITY);
  const { lobby, asShipped = false, tls: hasTls = false } = row;
  const settings = { host, lobby, asShipped, rooms, messages, hasTls };
  await using daemon = await startDaemon(peer, settings, interrupted.signal);
  const { nodes, database } = daemon;
  const { dialect, connectsAtOnce } = peer;
  const server = { nodes, database, dialect, connectsAtOnce, addresses: row.manyAddresses ? 100 : 1 };
  return await runLoad({ row: row.key, server, effort }, interrupted.signal);
}

function positive(value: string): number {
  const number = Number(value);
  if (!(number > 0)) throw new InvalidArgumentError("must be a number above 0");
  return number;
}
