/**
 * The fuzzer: feeds the telnet door, in memory, with what it makes of a corpus and with long runs of what a peer may send,
 * and keeps what breaks something or costs too much.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { controlsIn } from "../tools/control-characters.ts";
import { Chance, withoutDrawing } from "../test/support/sockets/hostile.ts";
import { CostlyDoor } from "./fuzz/cost.ts";
import { costlyInputs } from "./fuzz/costly.ts";
import { FuzzDoor } from "./fuzz/door.ts";
import { mutate, shrink } from "./fuzz/mutate.ts";
import { longRun } from "./fuzz/runs.ts";

/** What mutation begins with. */
const CORPUS = new URL("fuzz/corpus/", import.meta.url);
/** Where inputs go that are found to cost too much; they belong in `costly.ts`. */
const COSTLY = new URL("fuzz/costly/", import.meta.url);
/** What leads to answers that were never seen is kept as a start for more, up to so many. */
const MOST_SEEDS = 2000;
/** More are most often the same again. */
const MOST_FAILURES = 25;

const options = new Command("fuzz")
  .option("--seconds <n>", "how long", Number, 60)
  .option("--seed <n>", "the random numbers that are used", Number, Date.now() % 2 ** 31)
  .option("--input <file>", "only this input, once")
  .parse()
  .opts<{ readonly seconds: number; readonly seed: number; readonly input?: string }>();

process.on("uncaughtException", (error) => {
  process.stderr.write(`an exception that nobody caught: ${error.stack}\n`);
  process.exit(1);
});

type AnyDoor = Pick<FuzzDoor, "run" | "lastOutput">;

const chance = new Chance(options.seed);
const door = new FuzzDoor();
const costlyDoor = new CostlyDoor();
let failures = 0;

// Code that runs for the first time costs more.
for (const { input } of inputsIn(CORPUS)) await costlyDoor.run(input);
process.exitCode = options.input === undefined ? await fuzz() : await repeat(options.input);

async function repeat(file: string): Promise<number> {
  const input = readFileSync(file);
  const problem = (await problemOf(door, input)) ?? (await problemOf(costlyDoor, input));
  const each = (costlyDoor.lastCpuMicros / Math.max(input.length, 1)).toFixed(2);
  process.stdout.write(`${problem ?? `nothing is wrong with it, it costs ${each} µs a byte`}\n`);
  return problem === null ? 0 : 1;
}

async function fuzz(): Promise<number> {
  const corpus = inputsIn(CORPUS);
  process.stdout.write(`${corpus.length + costlyInputs.length} inputs in the corpus, seed ${options.seed}\n`);
  for (const { file, input } of corpus) {
    const problem = (await problemOf(door, input)) ?? (await problemOf(costlyDoor, input));
    if (problem !== null) report(file, problem);
  }
  for (const input of costlyInputs) {
    const problem = (await problemOf(door, input)) ?? (await problemOf(costlyDoor, input));
    if (problem !== null) keep(COSTLY, input, problem);
  }
  const seeds = corpus.map(({ input }) => input);
  const answers = new Set<string>();
  const costlyConstructs: (readonly string[])[] = [];
  const endMs = performance.now() + options.seconds * 1000;
  let [mutations, runs] = [0, 0];
  while (performance.now() < endMs && failures < MOST_FAILURES) {
    await tryMutation(mutate(chance, seeds), seeds, answers);
    mutations += 1;
    // A run takes as long as several short inputs.
    if (mutations % 10 > 0) continue;
    const { input, state, constructs } = longRun(chance);
    if (costlyConstructs.some((costly) => costly.every((name) => constructs.includes(name)))) continue;
    runs += 1;
    const problem = await problemOf(costlyDoor, input);
    if (problem === null) continue;
    costlyConstructs.push(constructs);
    keep(COSTLY, input, `${problem} (${state}: ${constructs.join(", ")})`);
  }
  const counts = `${mutations} mutated inputs, ${runs} long runs, ${answers.size} kinds of answers`;
  process.stdout.write(`${counts}, ${failures} failures\n`);
  return failures === 0 ? 0 : 1;
}

/** A short input: may break nothing where nothing limits it, and cost not too much where limits are as they are shipped. */
async function tryMutation(input: Buffer, seeds: Buffer[], answers: Set<string>): Promise<void> {
  const problem = await problemOf(door, input);
  const shape = shapeOf(door.lastOutput);
  if (problem !== null) {
    const small = await shrink(input, async (part) => (await problemOf(new FuzzDoor(), part)) !== null);
    return keep(CORPUS, small, problem);
  }
  const costProblem = await problemOf(costlyDoor, input);
  if (costProblem !== null) return keep(COSTLY, input, costProblem);
  if (!answers.has(shape) && seeds.length < MOST_SEEDS) seeds.push(input);
  answers.add(shape);
}

/** Null: all is well. */
async function problemOf(at: AnyDoor, input: Buffer): Promise<string | null> {
  const failure = await at.run(input);
  if (failure !== null) return failure;
  const controls = controlsIn(withoutDrawing(at.lastOutput));
  return controls.length > 0 ? `${controls.join(" ")} went out` : null;
}

/** Puts an input that failed where it will be tried again. */
function keep(folder: URL, input: Buffer, problem: string): void {
  const file = new URL(`broken-${createHash("sha256").update(input).digest("hex").slice(0, 12)}`, folder);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, input);
  report(file, problem);
}

function report(file: URL, problem: string): void {
  failures += 1;
  const path = relative(process.cwd(), fileURLToPath(file));
  process.stdout.write(`${problem}\n  repeat it: npm exec -- node bench/fuzz.ts --input ${path}\n`);
}

function inputsIn(folder: URL): { readonly file: URL; readonly input: Buffer }[] {
  return readdirSync(folder)
    .sort()
    .map((name) => new URL(name, folder))
    .map((file) => ({ file, input: readFileSync(file) }));
}

/** What was answered, without numbers and repeats: two inputs of one shape have led to the same places. */
function shapeOf(output: Buffer): string {
  const lines = output.toString("latin1").replaceAll(/\d+/g, "0").split("\r\n");
  return [...new Set(lines.map((line) => line.slice(0, 60)))].join("\n");
}
