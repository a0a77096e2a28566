import { openFilesLimit } from "../measure/proc.ts";
import type { Effort } from "./scenario.ts";

/** For the daemon's own files, and for those of the process that holds the other ends. */
const sparedFiles = 500;

/** How many sessions to open: 15,000, or what the limit on open files allows. The table shows which. */
export function sessionCount(effort: Effort): number {
  const wanted = effort.quick ? 2000 : 15_000;
  const possible = openFilesLimit() - sparedFiles;
  if (possible < wanted) process.stderr.write(`  only ${possible} sessions: see ulimit -n\n`);
  return Math.min(wanted, possible);
}
