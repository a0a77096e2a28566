import { chmodSync, statSync } from "node:fs";

const SUFFIXES = ["", "-wal", "-shm", ".lock"] as const;
const OTHERS = 0o007;
const OWNER_ALONE = 0o600;

/**
 * Makes the files of a database its owner's alone that every local user may open, as earlier versions left them: whoever
 * reads them reads private rooms, and whoever may open the lock can hold it. A group that somebody let in stays, and so
 * does what belongs to another user.
 */
export function closeToOthers(path: string): void {
  for (const file of SUFFIXES.map((suffix) => path + suffix)) {
    try {
      const found = statSync(file, { throwIfNoEntry: false });
      if (!found || found.uid !== process.getuid?.() || (found.mode & OTHERS) === 0) continue;
      chmodSync(file, OWNER_ALONE);
    } catch {
      // A folder that cannot be entered, or a file system that cannot be written: opening the database says so.
    }
  }
}
