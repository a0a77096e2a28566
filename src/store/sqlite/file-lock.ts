import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../../ports/store-error.ts";
import { toStoreError } from "./failures.ts";

/**
 * Keeps a second chatd from a database file. The store itself needs two connections, so SQLite's exclusive mode is out
 * of the question; an exclusive transaction on an empty file beside it is held instead. The kernel lets go of it when
 * the process dies, however it dies.
 */
export class FileLock {
  readonly #db: DatabaseSync;

  /** Throws a `StoreError` when another process holds it, or the folder cannot be written. */
  constructor(path: string) {
    const lockPath = `${path}.lock`;
    try {
      this.#db = new DatabaseSync(lockPath, { timeout: 0 });
      // Of a file that it may only read, SQLite takes no lock that keeps others out, and says so only to who writes.
      this.#db.exec("pragma journal_mode = memory; begin exclusive; pragma user_version = 1");
    } catch (error) {
      const failure = toStoreError(`lock ${lockPath}`, error);
      if (failure instanceof StoreError && failure.code === "unavailable") {
        throw new StoreError("broken", `${path} is in use by another chatd.`, { cause: error });
      }
      throw failure;
    }
  }

  release(): void {
    this.#db.close();
  }
}
