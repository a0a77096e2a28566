import { type Command, CommanderError } from "commander";
import { exitCodeOf, UsageError } from "../exit.ts";
import { AdminError } from "./client.ts";

/** Whether a program reads the errors: `chatd admin` was called with --json. */
export function wantsJsonErrors(program: Command): boolean {
  return program.commands.some((command) => command.name() === "admin" && command.opts()["json"] === true);
}

/** Writes what went wrong to stderr, as one line of JSON: `error`, a sentence, and `code`, which never changes. */
export function reportAsJson(error: unknown): void {
  // Asked for help, commander throws, too.
  if (exitCodeOf(error) === 0) return;
  process.stderr.write(`${JSON.stringify(bodyOf(error))}\n`);
}

function bodyOf(error: unknown): { readonly error: string; readonly code: string } {
  if (error instanceof AdminError) return { error: error.message, code: error.code };
  if (error instanceof UsageError) return { error: error.problems.join(" "), code: "wrong-usage" };
  if (error instanceof CommanderError) return { error: usageOf(error), code: "wrong-usage" };
  return { error: error instanceof Error ? error.message : String(error), code: "failed" };
}

function usageOf({ code, message }: CommanderError): string {
  if (code === "commander.help") return "A command is missing. chatd admin --help lists the commands.";
  return message.replace(/^error: /, "");
}
