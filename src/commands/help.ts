import { Refusal } from "../domain/refusals.ts";
import { NEWLINE } from "../formats/text/text-format.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { findCommand } from "./find-command.ts";

/** The table is handed in later, since it holds this command too. */
export const createHelp = (table: () => readonly Command[]): Command => ({
  name: "help",
  aliases: ["?"],
  usage: "/help [COMMAND]",
  help: "list the commands, or explain one",
  access: "anyone",
  args: { min: 0, max: 1 },
  run({ reply }, [about]) {
    const commands = table();
    if (about === undefined) {
      const width = Math.max(...commands.map((command) => command.usage.length));
      const lines = commands.map((command) => `${command.usage.padEnd(width)}  ${command.help}`);
      reply([texts.availableCommands, ...lines].join(NEWLINE));
      return;
    }
    const name = about.replace(/^\//, "").toLowerCase();
    const command = findCommand(commands, name);
    if (!command) throw new Refusal("unknown-command", { closest: null });
    const others = command.aliases.map((alias) => `/${alias}`).join(", ");
    reply(`${command.usage}  ${command.help}${others ? ` (also ${others})` : ""}`);
  },
});
