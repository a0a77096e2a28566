/**
 * `npm test`: everything. The lives that deployments lead in an emulated AWS wait for most of their time, longer than all
 * other tests take that run in parallel: they go on beside the rest, and are told at the end.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { constants, setPriority } from "node:os";
import { fileURLToPath } from "node:url";

const LIVES = "test/terraform/life.ts";
const ROOT = fileURLToPath(new URL("..", import.meta.url));

const startedMs = performance.now();
const lives = spawn(process.execPath, [LIVES], { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
// Between their waits they would take every core from the tests beside them.
if (lives.pid !== undefined) setPriority(lives.pid, constants.priority.PRIORITY_BELOW_NORMAL);
let told = "";
lives.stdout.on("data", (bytes: Buffer) => (told += bytes.toString()));
const livesEnd = endOf(lives);

const rest = await endOf(spawn("tap", ["run"], { cwd: ROOT, stdio: "inherit" }));
const failed = await livesEnd;
for (const skipped of told.match(/^ok .* # SKIP .*$/gm) ?? []) say(`  skipped: ${LIVES}: ${skipped}`);
if (failed === 0) say(`ok ${LIVES} (${((performance.now() - startedMs) / 1000).toFixed(1)} s until all was done)`);
else say(`${told}\nNOT OK ${LIVES}`);
process.exitCode = rest || failed;

async function endOf(child: ChildProcess): Promise<number> {
  // Both have a code, or a signal.
  const [code] = (await once(child, "close")) as [number | null];
  return code ?? 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
