import { readFileSync, writeFileSync } from "node:fs";
import { renderChart } from "./chart.ts";
import type { Results } from "./results.ts";
import { renderTables } from "./table.ts";

const begin = "<!-- bench: begin (written by npm run bench -- --write-docs) -->";
const end = "<!-- bench: end -->";

/** Puts the tables into `docs/benchmarks.md`, and their chart beside it. */
export function writeDocs(results: Results): void {
  const page = new URL("../../docs/benchmarks.md", import.meta.url);
  const chart = renderChart(results);
  if (chart !== null) writeFileSync(new URL("benchmarks.svg", page), chart);
  const picture = chart === null ? "" : "![Deliveries per CPU-second, as bars](benchmarks.svg)\n\n";
  writeBetweenMarkers(page, picture + renderTables(results));
}

/** Puts text between the markers of a Markdown file, in place of what was there. */
function writeBetweenMarkers(file: URL, text: string): void {
  const page = readFileSync(file, "utf8");
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${file.pathname} lacks the lines ${begin} and ${end}`);
  writeFileSync(file, `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`);
}
