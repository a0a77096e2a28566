import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Architecture } from "./release-files.ts";

const run = promisify(execFile);

/** Debian's names: programs for one kind of machine that run on any, and the packages that they come in. */
const TOOLS: Record<Architecture, { readonly program: string; readonly package: string }> = {
  x64: { program: "x86_64-linux-gnu-strip", package: "binutils-x86-64-linux-gnu" },
  arm64: { program: "aarch64-linux-gnu-strip", package: "binutils-aarch64-linux-gnu" },
};

/**
 * Takes the debugging symbols out of a program, in place.
 *
 * @returns the Debian package to install where nothing here can do that, and the program stays as it is; else null
 */
export async function strip(program: string, architecture: Architecture): Promise<string | null> {
  const tool = TOOLS[architecture];
  // Other distributions have one for their own kind of machine alone, by its short name.
  const names = architecture === process.arch ? [tool.program, "strip"] : [tool.program];
  for (const name of names) {
    try {
      await run(name, [program]);
      return null;
    } catch (error) {
      // A program that is there and fails is no missing one.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return tool.package;
}
