import type { Pane } from "./pane.ts";
import type { Effect, Stage } from "./stage.ts";

/** What one of two people types, and what each of them sees of it. */
export interface Line {
  readonly who: "one" | "two";
  /** `PORT` in it is the server's. */
  readonly types: string;
  readonly one?: RegExp;
  readonly two?: RegExp;
}

/** Lines whose effects stand beside each other. */
export type Scene = readonly Line[];

const SIZE = { columns: 100, rows: 40 };
/** Blanks between the columns. */
const BETWEEN = 3;

/** Plays the scenes on a server of their own. Returns what both people see, in two columns. */
export async function recordTranscript(stage: Stage, scenes: readonly Scene[]): Promise<string> {
  const port = await stage.serve(await stage.open(SIZE));
  const one = await stage.open(SIZE);
  const two = await stage.open(SIZE);
  const rows: (readonly [string, string])[] = [];
  let shown: readonly [number, number] = [0, 0];
  for (const scene of scenes) {
    for (const line of scene) {
      const types = line.types.replace("PORT", port);
      await stage.type(line.who === "one" ? one : two, types, ...effect(one, line.one), ...effect(two, line.two));
    }
    const [left, right] = [one.lines.slice(shown[0]), two.lines.slice(shown[1])];
    const height = Math.max(left.length, right.length);
    for (let row = 0; row < height; row++) rows.push([left[row] ?? "", right[row] ?? ""]);
    shown = [one.lines.length, two.lines.length];
  }
  const width = Math.max(...rows.map(([left]) => left.length)) + BETWEEN;
  return rows.map(([left, right]) => `${left.padEnd(width)}${right}`.trimEnd()).join("\n");
}

/** Returns what each of the two sees in a transcript, without the rows that only the other has. */
export function columnsOf(transcript: string): readonly [string, string] {
  const rows = transcript.split("\n");
  // The second person's shell prompt begins the second column.
  const start = rows[0]?.lastIndexOf("$ ") ?? 0;
  const column = (from: number, to?: number): string =>
    rows
      .map((row) => row.slice(from, to).trimEnd())
      .filter((row) => row !== "")
      .join("\n");
  return [column(0, start), column(start)];
}

/** Returns the page with another transcript of this name; throws where the page has none. */
export function putInto(page: string, name: string, transcript: string): string {
  takeFrom(page, name);
  return page.replace(blockOf(name), (_, head: string) => `${head}${transcript}\n\`\`\`\n`);
}

/** Returns the transcript behind the comment `<!-- recorded: NAME … -->` of a page; throws where there is none. */
export function takeFrom(page: string, name: string): string {
  const [, , transcript] = blockOf(name).exec(page) ?? [];
  if (transcript === undefined) throw new Error(`the page has no transcript ${name}`);
  return transcript.trimEnd();
}

/** What is before the transcript, and the transcript, which ends where the block of code does. */
function blockOf(name: string): RegExp {
  return new RegExp(`(<!-- recorded: ${name} [^]*?-->\\n+\`\`\`text\\n)((?:(?!\`\`\`).*\\n)*)\`\`\`\\n`);
}

function effect(pane: Pane, pattern: RegExp | undefined): readonly Effect[] {
  return pattern === undefined ? [] : [[pane, pattern]];
}
