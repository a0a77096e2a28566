/**
 * `npm test`: everything. Two kinds of tests go on beside the rest, because they mostly wait: the lives that deployments lead
 * in an emulated AWS, and, one after the other, the tests of what is shipped.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const LIVES = "test/terraform/life.ts";
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SHIPPED = globSync("test/deploy/*.test.ts", { cwd: ROOT }).toSorted();
/** Of one test: twice what others have, as the rest takes half of the machine. */
const TIMEOUT_SECONDS = "600";

// Between their waits the lives would take every core from the tests beside them.
const beside = [runBeside(LIVES, constants.priority.PRIORITY_BELOW_NORMAL), oneByOne(SHIPPED)];
const rest = await endOf(spawn("tap", ["run"], { cwd: ROOT, stdio: "inherit" }));
const failed = await Promise.all(beside);
process.exitCode = failed.some(Boolean) ? 1 : rest;

/** Resolves with whether any of them failed. */
async function oneByOne(files: readonly string[]): Promise<boolean> {
  let hasFailed = false;
  for (const file of files) if (await runBeside(file)) hasFailed = true;
  return hasFailed;
}

/** Runs one file of tests, and tells how it ended. Resolves with whether it failed. */
async function runBeside(file: string, priority = constants.priority.PRIORITY_NORMAL): Promise<boolean> {
  const startedMs = performance.now();
  const env = { ...process.env, TAP_TIMEOUT: TIMEOUT_SECONDS };
  const child = spawn(process.execPath, [file], { cwd: ROOT, env, stdio: ["ignore", "pipe", "inherit"] });
  if (child.pid !== undefined) setPriority(child.pid, priority);
  const [told, code] = await Promise.all([text(child.stdout), endOf(child)]);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  for (const skipped of told.match(/^ *ok .* # SKIP .*$/gm) ?? []) say(`  skipped: ${file}: ${skipped.trim()}`);
  say(code === 0 ? `ok ${file} (${seconds} s)` : `${told}\nNOT OK ${file} (${seconds} s)`);
  return code !== 0;
}

async function endOf(child: ChildProcess): Promise<number> {
  // Both have a code, or a signal.
  const [code] = (await once(child, "close")) as [number | null];
  return code ?? 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
