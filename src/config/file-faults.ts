import { accessSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname } from "node:path";

/**
 * Makes a folder and those above it. Returns what was made, the outermost first; throws the system's error. (Node's
 * recursive mkdir never ends where a folder takes no others, as /proc.)
 */
export function makeFolder(path: string): string[] {
  try {
    mkdirSync(path);
    return [path];
  } catch (error) {
    if (existsSync(path) && statSync(path).isDirectory()) return [];
    const parent = dirname(path);
    if (codeOf(error) !== "ENOENT" || existsSync(parent)) throw error;
    return [...makeFolder(parent), ...makeFolder(path)];
  }
}

/** Throws the system's error where a folder cannot be written to. */
export function tryFolder(path: string): void {
  accessSync(path, constants.W_OK);
}

/** Throws the system's error where a file is there and cannot be written to. */
export function tryFile(path: string): void {
  if (!existsSync(path)) return;
  if (statSync(path).isDirectory()) throw Object.assign(new Error("a folder"), { code: "EISDIR", path });
  accessSync(path, constants.W_OK);
}

/** Returns a sentence that says why the system did not let a file be used, or a folder be made, and what to do. */
export function faultOf(error: unknown, file: string): string {
  const call = error instanceof Error && "syscall" in error ? error.syscall : null;
  const path = error instanceof Error && "path" in error ? String(error.path) : file;
  const code = codeOf(error);
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
    case "EEXIST":
      if (call !== "mkdir") return "there is no such file. Make it, or name another one.";
      if (code === "ENOENT") return `the folder ${path} cannot be made there. Choose another one.`;
      return `the folder ${path} cannot be made: a file is in its place. Choose another one.`;
    case "EISDIR":
      return `${path} is a folder. Name a file.`;
    case "EACCES":
    case "EPERM": {
      const what = call === "mkdir" ? "make the folder" : call === "access" ? "write to" : "read";
      return `${whoRuns()} may not ${what} ${path}. Change its owner or its mode, or choose another one.`;
    }
    case "EROFS":
      return `${path} is on a file system that is mounted read-only. Choose another one.`;
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : null;
}

function whoRuns(): string {
  try {
    return `the user ${userInfo().username}`;
  } catch {
    // A user without a name, as in containers.
    return `the user ${process.getuid?.()}`;
  }
}
