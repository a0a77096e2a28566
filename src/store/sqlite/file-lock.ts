import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../../ports/store-error.ts";
import { toStoreError } from "./failures.ts";

/** Keeps a second chatd from a database file. The kernel releases the lock when the process dies, however it dies. */
export class FileLock {
  readonly #db: DatabaseSync;

  /** Throws a `StoreError` when another process holds it, or the folder cannot be written. */
  constructor(path: string) {
    const lockPath = `${path}.lock`;
    try {
      this.#db = new DatabaseSync(lockPath, { timeout: 0 });
      // SQLite silently takes only a shared lock on a read-only file. Writing `user_version` makes that case fail here.
      this.#db.exec("pragma journal_mode = memory; begin exclusive; pragma user_version = 1");
    } catch (error) {
      const failure = toStoreError(`lock ${lockPath}`, error);
      if (failure instanceof StoreError && failure.code === "unavailable") {
        const what = `${path} is in use by another chatd. Wait until it has ended, or choose another --data-dir.`;
        throw new StoreError("broken", what, { cause: error });
      }
      throw failure;
    }
  }

  release(): void {
    this.#db.close();
  }
}
