/** The fuzzer: feeds the telnet door with what it makes of a corpus, in memory, and keeps what breaks something. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import { controlsIn } from "../test/support/control-characters.ts";
import { Chance, withoutTelnet } from "../test/support/hostile.ts";
import { FuzzDoor } from "./fuzz/door.ts";
import { mutate, shrink } from "./fuzz/mutate.ts";

const CORPUS = new URL("fuzz/corpus/", import.meta.url);
/** What leads to answers that were never seen is kept as a start for more, up to so many. */
const MOST_SEEDS = 2000;

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

process.exitCode = options.input === undefined ? await fuzz() : await repeat(options.input);

async function repeat(file: string): Promise<number> {
  const problem = await problemOf(new FuzzDoor(), readFileSync(file));
  process.stdout.write(`${problem ?? "nothing is wrong with it"}\n`);
  return problem === null ? 0 : 1;
}

async function fuzz(): Promise<number> {
  const chance = new Chance(options.seed);
  const seeds: Buffer[] = readdirSync(CORPUS)
    .sort()
    .map((name) => readFileSync(new URL(name, CORPUS)));
  process.stdout.write(`${seeds.length} inputs in the corpus, seed ${options.seed}\n`);
  const door = new FuzzDoor();
  const known = new Set<string>();
  const end = performance.now() + options.seconds * 1000;
  let tried = 0;
  let failures = 0;
  while (performance.now() < end) {
    // First each of the corpus as it is.
    const input = seeds[tried] && tried < MOST_SEEDS ? seeds[tried] : mutate(chance, seeds);
    tried += 1;
    if (!input) continue;
    const problem = await problemOf(door, input);
    if (problem !== null) {
      failures += 1;
      await keep(input, problem);
    }
    const shape = shapeOf(door.lastOutput);
    if (!known.has(shape) && seeds.length < MOST_SEEDS) seeds.push(input);
    known.add(shape);
  }
  const rate = Math.round(tried / options.seconds);
  process.stdout.write(`${tried} inputs, ${rate} a second, ${known.size} kinds of answers, ${failures} failures\n`);
  return failures === 0 ? 0 : 1;
}

/** Null: all is well. */
async function problemOf(door: FuzzDoor, input: Buffer): Promise<string | null> {
  const failure = await door.run(input);
  if (failure !== null) return failure;
  const controls = controlsIn(withoutTelnet(door.lastOutput));
  return controls.length > 0 ? `${controls.join(" ")} went out` : null;
}

/** Makes it as small as it can be while something is still wrong, and puts it into the corpus. */
async function keep(input: Buffer, problem: string): Promise<void> {
  const small = await shrink(input, async (candidate) => (await problemOf(new FuzzDoor(), candidate)) !== null);
  const name = `broken-${createHash("sha256").update(small).digest("hex").slice(0, 12)}`;
  writeFileSync(new URL(name, CORPUS), small);
  process.stdout.write(`${problem}\n  repeat it: node bench/fuzz.ts --input bench/fuzz/corpus/${name}\n`);
}

/** What was answered, without numbers and repeats: two inputs of one shape have led to the same places. */
function shapeOf(output: Buffer): string {
  const lines = output.toString("latin1").replaceAll(/\d+/g, "0").split("\r\n");
  return [...new Set(lines.map((line) => line.slice(0, 60)))].join("\n");
}
