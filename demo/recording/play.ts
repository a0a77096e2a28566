import type { Pane } from "./pane.ts";
import type { Effect, Stage } from "./stage.ts";

/** What one of several people does, and what people see because of it. */
export interface Step<Name extends string> {
  readonly who: Name;
  /** What is typed; `PORT` in it is the server's. */
  readonly keys: string;
  /** Whether Enter follows. */
  readonly enter: boolean;
  readonly seen: Readonly<Partial<Record<Name, RegExp>>>;
}

/** Several people, and what they do one after the other. */
export interface Play<Name extends string> {
  readonly people: readonly Name[];
  /** Rows that everybody sees at some time, and that are shown when the first one does. */
  readonly once: RegExp;
  readonly scenes: readonly {
    /** What happens, in a sentence. */
    readonly title: string;
    readonly steps: readonly Step<Name>[];
  }[];
}

/** A row on the screen of one or more people. */
interface Row {
  readonly names: readonly string[];
  readonly isTyped: boolean;
  readonly text: string;
}

const SIZE = { columns: 120, rows: 40 };
const ROW = /^([a-z]+(?:, [a-z]+)*) +[>|] ?(.*)$/;
const CTRL_C = "\u0003";

/**
 * Plays it on a server of its own. Returns what everybody sees: each row behind the names of those who see it, with `>` where
 * something was typed and `|` elsewhere.
 */
export async function recordPlay<Name extends string>(stage: Stage, play: Play<Name>): Promise<string> {
  const port = await stage.serve(await stage.open(SIZE));
  const watchers: Watcher[] = [];
  for (const name of play.people) watchers.push(new Watcher(name, await stage.open(SIZE)));
  const once = new Set<string>();
  const isNew = ({ text }: Row): boolean => {
    const [known] = play.once.exec(text) ?? [];
    return known === undefined || (!once.has(known) && Boolean(once.add(known)));
  };
  const scenes: { title: string; rows: Row[] }[] = [];
  for (const { title, steps } of play.scenes) {
    const rows: Row[] = [];
    for (const { who, keys, enter, seen } of steps) {
      const effects = watchers.flatMap(({ name, pane }) => effectOn(pane, seen[name as Name]));
      await watchers.find(({ name }) => name === who)?.does(stage, keys.replace("PORT", port), enter, effects);
      // Whoever does something is told of first.
      const ordered = watchers.toSorted((one, other) => Number(other.name === who) - Number(one.name === who));
      rows.push(...together(ordered.map((watcher) => watcher.newRows().filter(isNew))));
    }
    scenes.push({ title, rows });
  }
  const width = Math.max(...scenes.flatMap(({ rows }) => rows.map(({ names }) => listed(names).length)));
  const shown = ({ names, isTyped, text }: Row): string =>
    `${listed(names).padEnd(width)} ${isTyped ? ">" : "|"} ${text}`.trimEnd();
  return scenes.map(({ title, rows }) => [`(${title})`, ...rows.map(shown)].join("\n")).join("\n\n");
}

/** Returns what one of the people sees in such a transcript. */
export function rowsOf(transcript: string, name: string): string {
  const rows = transcript.split("\n").map((row) => ROW.exec(row));
  return rows.flatMap((row) => (row?.[1]?.split(", ").includes(name) ? [row[2] ?? ""] : [])).join("\n");
}

function listed(names: readonly string[]): string {
  return names.join(", ");
}

/** Puts people together who see the same rows. */
function together(screens: readonly (readonly Row[])[]): readonly Row[] {
  const all: (readonly Row[])[] = [];
  for (const rows of screens) {
    const at = all.findIndex((same) => textOf(same) === textOf(rows) && rows.length > 0);
    if (at === -1) all.push(rows);
    else all[at] = (all[at] ?? []).map((row, i) => ({ ...row, names: [...row.names, ...(rows[i]?.names ?? [])] }));
  }
  return all.flat();
}

function textOf(rows: readonly Row[]): string {
  return rows.map(({ isTyped, text }) => `${isTyped} ${text}`).join("\n");
}

function effectOn(pane: Pane, pattern: RegExp | undefined): readonly Effect[] {
  return pattern ? [[pane, pattern]] : [];
}

/** Somebody's screen, and what of it was told already. */
class Watcher {
  readonly name: string;
  readonly pane: Pane;
  #told = 0;
  /** What was typed and is in no row that was told. */
  #typed = "";

  constructor(name: string, pane: Pane) {
    this.name = name;
    this.pane = pane;
  }

  async does(stage: Stage, keys: string, enter: boolean, effects: readonly Effect[]): Promise<void> {
    this.#typed += keys.replace(CTRL_C, "^C");
    if (enter) await stage.type(this.pane, keys, ...effects);
    else {
      await stage.press(this.pane, keys);
      await stage.untilSeen(...effects);
    }
  }

  /** The rows that came since this was asked last; the one with the cursor in it is not done yet. */
  newRows(): readonly Row[] {
    const { lines, isInRow } = this.pane;
    const rows = lines.slice(this.#told, isInRow ? -1 : undefined);
    this.#told += rows.length;
    return rows.map((text) => ({ names: [this.name], isTyped: this.#isTyped(text), text }));
  }

  #isTyped(row: string): boolean {
    if (this.#typed === "" || !row.endsWith(this.#typed)) return false;
    this.#typed = "";
    return true;
  }
}
