import editDistance from "damerau-levenshtein";
import type { Command } from "./command.ts";

/** The command with this name, or this other name, in lower case. */
export function findCommand(commands: readonly Command[], name: string): Command | undefined {
  return commands.find((command) => command.name === name || command.aliases.includes(name));
}

/** The closest command with at most a third of the letters wrong or swapped; a wrong first letter counts more. */
export function closestCommand(commands: readonly Command[], name: string): Command | null {
  let closest: Command | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const command of commands) {
    for (const known of [command.name, ...command.aliases]) {
      const most = Math.floor(known.length / 3);
      if (name.length <= 2 || most === 0 || Math.abs(name.length - known.length) > most) continue;
      const changes = editDistance(name, known).steps;
      const apart = changes + (known[0] === name[0] ? 0 : 0.5);
      if (changes > most || apart >= least) continue;
      closest = command;
      least = apart;
    }
  }
  return closest;
}
