import { Command } from "commander";
import { FAULT_NAMES, type FaultName } from "./simulation/nemesis.ts";
import { simulate, type SimulationResult } from "./simulation/simulation.ts";

/** Lives of whole clusters in one process, each repeated exactly by its seed: `node bench/faults/simulate.ts --seeds 1000`. */
const options = new Command("node bench/faults/simulate.ts")
  .option("--seed <n>", "the first seed", Number, 1)
  .option("--seeds <n>", "how many seeds, one after the other", Number, 1)
  .option("--faults <names>", `which faults there may be, of ${FAULT_NAMES.join(", ")}`)
  .option("--trace", "print all that happens")
  .parse()
  .opts<{ readonly seed: number; readonly seeds: number; readonly faults?: string; readonly trace?: true }>();

const startedMs = performance.now();
const faults = options.faults?.split(",").map(toFault);
let failed = 0;
let entries = 0;
/** Seeds by the check that fails. */
const byCheck = new Map<string, number>();
for (let seed = options.seed; seed < options.seed + options.seeds; seed++) {
  const result = await lifeOf(seed);
  entries += result.entriesStored;
  for (const name of new Set(result.anomalies.map(({ check }) => check))) {
    byCheck.set(name, (byCheck.get(name) ?? 0) + 1);
  }
  if (result.anomalies.length > 0) {
    failed += 1;
    print(result);
  }
  showProgress(seed - options.seed + 1);
}
const seconds = (performance.now() - startedMs) / 1000;
if (process.stderr.isTTY) process.stderr.write("\r");
process.stdout.write(
  `${options.seeds} seeds from ${options.seed}, ${entries} entries, ${failed} with anomalies, ${seconds.toFixed(1)} s\n`,
);
for (const [name, seeds] of byCheck) process.stdout.write(`  ${name}: ${seeds} seeds\n`);
if (failed > 0) process.exitCode = 1;

async function lifeOf(seed: number): Promise<SimulationResult> {
  const trace = options.trace && ((text: string) => void process.stdout.write(`${text}\n`));
  try {
    return await simulate({ seed, ...(faults && { faults }), ...(trace && { trace }) });
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { seed, anomalies: [{ check: "ends", what }], faults: [], nodes: 0, entriesStored: 0, events: 0 };
  }
}

function toFault(name: string): FaultName {
  const known = FAULT_NAMES.find((one) => one === name);
  if (!known) throw new Error(`no fault ${name}: there are ${FAULT_NAMES.join(", ")}`);
  return known;
}

function print({ seed, nodes, faults: faultNames, anomalies }: SimulationResult): void {
  process.stdout.write(`seed ${seed}: ${nodes} nodes, ${faultNames.join(", ") || "no fault"}\n`);
  for (const { check, what } of anomalies) process.stdout.write(`  ${check}: ${what}\n`);
}

function showProgress(done: number): void {
  if (!process.stderr.isTTY || options.trace) return;
  process.stderr.write(`\r${done} of ${options.seeds} seeds, ${failed} with anomalies `);
}
