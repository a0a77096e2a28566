import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The program's full path, or null. Daemons live in sbin, which is not in everybody's PATH. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

/** The first line that `PROGRAM --version` prints, or null without the program. */
export function programVersion(name: string): string | null {
  const path = findProgram(name);
  if (path === null) return null;
  return execFileSync(path, ["--version"], { encoding: "utf8" }).split("\n", 1)[0] ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
