import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { StoreError } from "../../ports/store-error.ts";

/** Interval between reports of progress. */
const PROGRESS_MS = 1000;
/** Maximum progress that is reported before the copy is complete, because its final size is not known until then. */
const ALMOST = 0.99;

/**
 * Copies the file `source`; only its owner may read the copy, which gets the name `path` when it is complete and on
 * disk. `copyTo` writes into an empty file, and `progress` is called with the part that is done, from 0 to 1. Rejects
 * with a `StoreError`, also where `path` exists already.
 */
export async function writeBackup(
  source: string,
  path: string,
  copyTo: (path: string) => Promise<void>,
  progress: (done: number) => void,
): Promise<void> {
  refuseOwn(source, path);
  const partial = `${path}.${randomUUID()}.partial`;
  const whole = Math.max(sizeOf(source) ?? 1, 1);
  const timer = setInterval(() => progress(Math.min((sizeOf(partial) ?? 0) / whole, ALMOST)), PROGRESS_MS);
  try {
    refuseExisting(path);
    await makeEmpty(partial);
    await copyTo(partial);
    await sync(partial);
    refuseExisting(path);
    await rename(partial, path);
    progress(1);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {});
    if (error instanceof StoreError) throw error;
    throw new StoreError("unavailable", `cannot write the backup to ${path}: ${reasonOf(error)}`, { cause: error });
  } finally {
    clearInterval(timer);
  }
}

/** What is wrong with the folder that the operator has named. */
const FOLDER_ERRORS: ReadonlyMap<unknown, string> = new Map([
  ["ENOENT", "its folder does not exist."],
  ["ENOTDIR", "its folder is a file."],
  ["EACCES", "its folder may not be written by the user who runs chatd."],
  ["EROFS", "its file system may not be written."],
]);

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return FOLDER_ERRORS.get(code) ?? String(error);
}

/** SQLite would take a file with such a name for a part of the database, and might delete it. */
function refuseOwn(source: string, path: string): void {
  if (!["-wal", "-shm", "-journal", ".lock"].some((suffix) => path === source + suffix)) return;
  throw new StoreError("broken", `back up to ${path}: SQLite uses that name itself. Choose another name.`);
}

function refuseExisting(path: string): void {
  if (sizeOf(path) === null) return;
  throw new StoreError("broken", `${path} already exists. Choose another name for the backup.`);
}

/** Makes an empty file. Rejects where there is one already. */
async function makeEmpty(path: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  await file.close();
}

async function sync(path: string): Promise<void> {
  await using file = await open(path, "r+");
  await file.sync();
}

function sizeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null;
}
