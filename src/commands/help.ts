import { NEWLINE } from "../formats/text/text-format.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { findCommand, unknownCommand } from "./find-command.ts";

/** Commands that are shown together. */
export interface CommandGroup {
  /** What one does with them. */
  readonly title: string;
  readonly commands: readonly Command[];
}

/** Width of the smallest terminal that people have. */
const COLUMNS = 80;
const GAP = "  ";
const EVERYTHING = "all";
const HINTS = [texts.plainTalk, texts.talkElsewhere, texts.linesElsewhere];

/** The groups are handed in later, since one of them holds this command too. */
export const createHelp = (groups: () => readonly CommandGroup[]): Command => ({
  name: "help",
  aliases: ["?"],
  usage: "/help [COMMAND|all]",
  help: "list the commands, or explain one or all",
  access: "anyone",
  args: { min: 0, max: 1 },
  run({ reply }, [about]) {
    if (about === undefined) return reply(page(overview(groups()), texts.moreHelp));
    const name = about.replace(/^\//, "").toLowerCase();
    if (name === EVERYTHING) return reply(page(explanations(groups())));
    const commands = groups().flatMap((group) => group.commands);
    const command = findCommand(commands, name);
    if (!command) throw unknownCommand(commands, name);
    const others = command.aliases.map((alias) => `/${alias}`).join(", ");
    reply(`${command.usage}${GAP}${command.help}${others ? ` (also ${others})` : ""}`);
  },
});

function page(lines: readonly string[], ...more: readonly string[]): string {
  return [texts.availableCommands, ...lines, ...HINTS, ...more].join(NEWLINE);
}

/** Each group with the usages of its commands, in as many rows as they take. */
function overview(groups: readonly CommandGroup[]): string[] {
  const width = Math.max(...groups.map(({ title }) => title.length)) + GAP.length;
  return groups.flatMap(({ title, commands }) => {
    const rows = rowsOf(
      commands.map(({ usage }) => usage),
      COLUMNS - width,
    );
    return rows.map((row, i) => (i === 0 ? title : "").padEnd(width) + row);
  });
}

function rowsOf(words: readonly string[], columns: number): string[] {
  const rows: string[] = [];
  for (const word of words) {
    const longer = [...rows.slice(-1), word].join(GAP);
    if (rows.length > 0 && longer.length <= columns) rows[rows.length - 1] = longer;
    else rows.push(word);
  }
  return rows;
}

/** Each group with its commands, one a row. */
function explanations(groups: readonly CommandGroup[]): string[] {
  const width = Math.max(...groups.flatMap(({ commands }) => commands.map(({ usage }) => usage.length)));
  return groups.flatMap(({ title, commands }) => [
    `${title}:`,
    ...commands.map(({ usage, help }) => usage.padEnd(width) + GAP + help),
  ]);
}
