import { readFileSync } from "node:fs";
import { relative } from "node:path";

/** Percent of lines: of all of src together, and of each file. */
const WHOLE = 95;
const EACH = 80;

interface Covered {
  readonly lines: { readonly pct: number };
}

// What the test runner's report looks like: a path, or `total`, to its figures.
const summary = JSON.parse(readFileSync(".tap/report/coverage-summary.json", "utf8")) as Record<string, Covered>;
const files = Object.entries(summary).filter(([path]) => path.includes("/src/"));
const whole = summary["total"]?.lines.pct ?? 0;
const low = files.filter(([, { lines }]) => lines.pct < EACH);

process.stdout.write(`# ${whole} % of the lines of ${files.length} files are covered by tests\n`);
for (const [path, { lines }] of low) process.stdout.write(`# ${relative(".", path)}: ${lines.pct} %, not ${EACH}\n`);
if (whole < WHOLE) process.stdout.write(`# that is not ${WHOLE} %\n`);
if (whole < WHOLE || low.length > 0) process.exitCode = 1;
