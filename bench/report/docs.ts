import { readFileSync, writeFileSync } from "node:fs";

const begin = "<!-- bench: begin (written by npm run bench -- --write-docs) -->";
const end = "<!-- bench: end -->";

/** Puts text between the markers of a Markdown file, in place of what was there. */
export function writeBetweenMarkers(file: URL, text: string): void {
  const page = readFileSync(file, "utf8");
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${file.pathname} lacks the lines ${begin} and ${end}`);
  writeFileSync(file, `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`);
}
