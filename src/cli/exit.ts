import { CommanderError } from "commander";

/** Wrong usage or configuration: exit code 2. Each problem is a line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** Returns the exit code: 0, 1 (failed) or 2 (wrong usage or configuration). */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return 2;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return 1;
}

/** Writes what went wrong to stderr, one line for each problem. Commander has written its own errors already. */
export function report(error: unknown): void {
  if (error instanceof CommanderError) return;
  const lines = error instanceof UsageError ? error.problems : [describe(error)];
  for (const line of lines) process.stderr.write(`chatd: ${line}\n`);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  const where = `port ${port} on ${address}`;
  if (code === "EADDRINUSE") {
    return `${where} is in use. Stop what uses it, or choose another one with --port or --ops-port.`;
  }
  if (code === "EACCES" && port !== undefined) {
    return `${where} needs more rights. Choose one from 1024 on with --port.`;
  }
  if (code === "EADDRNOTAVAIL") {
    return `${where}: this machine has no such address. Choose another one with --host or --ops-host.`;
  }
  return error.message;
}
