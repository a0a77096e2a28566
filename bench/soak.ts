/** The soak: minutes of mixed life on a server of its own, and whether everything comes back to where it began. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { Chance } from "../test/support/sockets/hostile.ts";
import { Life } from "./soak/life.ts";
import { startServer } from "./soak/server.ts";
import { judge, renderVitals, type Vitals } from "./soak/vitals.ts";

const options = new Command("soak")
  .option("--minutes <n>", "how long people live on it, after a first life as long", Number, 10)
  .option("--people <n>", "how many there are at once", Number, 200)
  .option("--seed <n>", "the random numbers that are used", Number, Date.now() % 2 ** 31)
  .option("--json <file>", "where what was read goes, too")
  .parse()
  .opts<{ readonly minutes: number; readonly people: number; readonly seed: number; readonly json?: string }>();

const LOOK_EVERY_MS = 2000;

process.stdout.write(`${options.minutes} minutes, ${options.people} people, seed ${options.seed}\n`);
const folder = mkdtempSync(join(tmpdir(), "chatd-soak-"));
const server = await startServer(folder);
try {
  const life = new Life(server.port, options.people, new Chance(options.seed));
  // V8 and malloc keep what they once worked with: the beginning is what a first life leaves that was like the second.
  await live(life, options.minutes);
  const beginning = await server.settled();
  const highest = await live(life, options.minutes);
  const end = await server.settled();
  const problems = [...life.problems, ...judge(beginning, end)];
  process.stdout.write(`\n${renderVitals(beginning, highest, end)}\n\n${life.summary()}\n`);
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify({ options, beginning, highest, end, problems }, null, 2)}\n`);
  }
  for (const problem of problems) process.stdout.write(`NOT WELL: ${problem}\n`);
  if (problems.length > 0) process.exitCode = 1;
} finally {
  await server.end();
  rmSync(folder, { recursive: true, force: true });
}

/** Returns the highest that was read of each. */
async function live(life: Life, minutes: number): Promise<Vitals> {
  life.begin();
  let highest = await server.read();
  const endMs = performance.now() + minutes * 60_000;
  while (performance.now() < endMs) {
    await sleep(LOOK_EVERY_MS);
    const now = await server.read();
    // The same names in both.
    highest = Object.fromEntries(
      Object.entries(now).map(([name, value]) => [name, Math.max(value, highest[name as keyof Vitals])]),
    ) as unknown as Vitals;
    const left = Math.ceil((endMs - performance.now()) / 1000);
    process.stderr.write(
      `\r${left} s left, ${now.sessions} sessions, ${now.rooms} rooms, ${(now.rssBytes / 2 ** 20).toFixed(0)} MiB  `,
    );
  }
  process.stderr.write("\n");
  await life.end(() => server.rooms());
  return highest;
}
