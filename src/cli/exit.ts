import { CommanderError } from "commander";

/** What was asked for cannot be done: exit code 1. Each problem is a line. */
export class Failure extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** Wrong usage or configuration: exit code 2. */
export class UsageError extends Failure {}

/** Returns the exit code: 0, 1 (failed) or 2 (wrong usage or configuration). */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return 2;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return 1;
}

/** Writes what went wrong to stderr, one line for each problem. Commander has written its own errors already. */
export function report(error: unknown): void {
  if (error instanceof CommanderError) return;
  const lines = error instanceof Failure ? error.problems : [error instanceof Error ? error.message : String(error)];
  for (const line of lines) process.stderr.write(`chatd: ${line}\n`);
}

/** Writes an error of commander as one of chatd's: one prefix, one line. */
export function reportUsage(text: string, write: (text: string) => void): void {
  write(text.replace(/^error: /, "chatd: ").replace(/\n\((Did you mean .*\?)\)/, ". $1"));
}
