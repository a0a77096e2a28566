import { chmodSync, statSync } from "node:fs";

const SUFFIXES = ["", "-wal", "-shm", ".lock"] as const;
const OTHERS = 0o007;
const OWNER_ALONE = 0o600;

/**
 * Makes database files that every local user may open private to their owner: they hold private rooms, and whoever can
 * open the lock file can hold the lock. Files that are closed to others, or belong to others, stay as they are.
 */
export function closeToOthers(path: string): void {
  for (const file of SUFFIXES.map((suffix) => path + suffix)) {
    try {
      const found = statSync(file, { throwIfNoEntry: false });
      if (!found || found.uid !== process.getuid?.() || (found.mode & OTHERS) === 0) continue;
      chmodSync(file, OWNER_ALONE);
    } catch {
      // The folder cannot be entered, or the file system is read-only: opening the database reports it.
    }
  }
}
