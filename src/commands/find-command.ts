import editDistance from "damerau-levenshtein";
import type { Command } from "./command.ts";

/** The command with this name, or this other name, in lower case. */
export function findCommand(commands: readonly Command[], name: string): Command | undefined {
  return commands.find((command) => command.name === name || command.aliases.includes(name));
}

/** The command whose name, or other name, was probably meant; null: none is close. */
export function closestCommand(commands: readonly Command[], name: string): Command | null {
  const names = commands.flatMap((command) => [command.name, ...command.aliases]);
  const closest = closestName(names, name);
  return closest === null ? null : (findCommand(commands, closest) ?? null);
}

/**
 * Returns the name that was probably meant: at most a third of its letters are wrong or swapped, and a wrong first letter
 * counts more. Null: no name is that close, or fewer than three letters were typed.
 */
export function closestName(names: Iterable<string>, typed: string): string | null {
  let closest: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const most = Math.floor(name.length / 3);
    if (typed.length <= 2 || most === 0 || Math.abs(typed.length - name.length) > most) continue;
    const changes = editDistance(typed, name).steps;
    const apart = changes + (name[0] === typed[0] ? 0 : 0.5);
    if (changes > most || apart >= least) continue;
    closest = name;
    least = apart;
  }
  return closest;
}

/** Returns ` Did you mean NAME?`, or nothing where no name is known. */
export function didYouMean(name: string | null): string {
  return name === null ? "" : ` Did you mean ${name}?`;
}
