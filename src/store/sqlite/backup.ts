import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { StoreError } from "../../ports/store-error.ts";

const PROGRESS_MS = 1000;
/** Its size is not known before it is done; so much of it is never claimed earlier. */
const ALMOST = 0.99;

/**
 * Lets a copy of the file `source` be made, and gives it its name when it is whole and on disk. Only its owner may read
 * it. Rejects with a `StoreError`, also where there is something of that name already.
 *
 * @param copyTo writes into an empty file
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
    throw new StoreError("unavailable", `back up to ${path}: ${String(error)}`, { cause: error });
  } finally {
    clearInterval(timer);
  }
}

/** SQLite takes a file of such a name for a part of the database, and may delete it. */
function refuseOwn(source: string, path: string): void {
  if (!["-wal", "-shm", "-journal", ".lock"].some((suffix) => path === source + suffix)) return;
  throw new StoreError("broken", `back up to ${path}: SQLite uses that name itself. Choose another name.`);
}

function refuseExisting(path: string): void {
  if (sizeOf(path) === null) return;
  throw new StoreError("broken", `back up to ${path}: there is such a file already. Choose another name.`);
}

/** Rejects where there is something. */
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
