import { execFileSync } from "node:child_process";
import { globSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findProgram } from "../peers/installed.ts";

const folder = fileURLToPath(new URL("../../node_modules/.cache/chatd-bench/", import.meta.url));

/** Path of a program whose source is beside this file, compiled when any of that is newer; null: there is no C compiler. */
export function compiled(name: "limit" | "load"): string | null {
  const compiler = findProgram("cc");
  if (compiler === null) return null;
  const source = fileURLToPath(new URL(`${name}.c`, import.meta.url));
  const program = join(folder, name);
  const builtAt = statSync(program, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = globSync(join(import.meta.dirname, "*"));
  if (sources.every((path) => builtAt > statSync(path).mtimeMs)) return program;
  mkdirSync(folder, { recursive: true });
  execFileSync(compiler, ["-O2", "-o", program, source]);
  return program;
}
