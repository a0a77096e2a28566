import { Refusal } from "../domain/refusals.ts";
import { insteadOf } from "../formats/text/refusal-sentences.ts";
import type { Command } from "./command.ts";
import { typingErrors } from "./typing-errors.ts";

/** The command with this name, or this other name, in lower case. */
export function findCommand(commands: readonly Command[], name: string): Command | undefined {
  return commands.find((command) => command.name === name || command.aliases.includes(name));
}

/** The refusal of a command that there is not: it tells what to do instead, or which command was probably meant. */
export function unknownCommand(commands: readonly Command[], name: string): Refusal {
  if (insteadOf.has(name)) return new Refusal("command-of-other-chats", { command: name });
  return new Refusal("unknown-command", { closest: closestCommand(commands, name)?.name ?? null });
}

/** The command whose name, or other name, was probably meant; null: none is close. */
export function closestCommand(commands: readonly Command[], name: string): Command | null {
  const names = commands.flatMap((command) => [command.name, ...command.aliases]);
  const closest = closestName(names, name);
  return closest === null ? null : (findCommand(commands, closest) ?? null);
}

/** Returns the name that was probably meant, by the fewest typing errors; null: none is close. */
export function closestName(names: Iterable<string>, typed: string): string | null {
  let closest: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const errors = typingErrors(typed, name);
    if (errors === null || errors >= least) continue;
    closest = name;
    least = errors;
  }
  return closest;
}

/** Returns ` Did you mean NAME?`, or nothing where no name is known. */
export function didYouMean(name: string | null): string {
  return name === null ? "" : ` Did you mean ${name}?`;
}
