import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Architecture } from "./release-files.ts";

const run = promisify(execFile);

/** Debian's names: programs for one kind of machine that run on any, and the packages that they come in. */
const TOOLS: Record<Architecture, { readonly program: string; readonly package: string }> = {
  x64: { program: "x86_64-linux-gnu-strip", package: "binutils-x86-64-linux-gnu" },
  arm64: { program: "aarch64-linux-gnu-strip", package: "binutils-aarch64-linux-gnu" },
};

/** Returns the Debian package by which `strip` can work for that kind of machine. */
export function stripPackage(architecture: Architecture): string {
  return TOOLS[architecture].package;
}

/**
 * Takes the debugging symbols out of a program, in place. Resolves with whether they are out; false: nothing here can do
 * that, and the program is as it was.
 */
export async function strip(program: string, architecture: Architecture): Promise<boolean> {
  const tool = TOOLS[architecture];
  // Other distributions have one for their own kind of machine alone, by its short name.
  const names = architecture === process.arch ? [tool.program, "strip"] : [tool.program];
  for (const name of names) {
    try {
      await run(name, [program]);
      return true;
    } catch (error) {
      // A program that is there and fails is no missing one.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return false;
}
