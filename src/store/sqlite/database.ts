import { DatabaseSync, type StatementSync } from "node:sqlite";
import { toStoreError } from "./failures.ts";
import { migrate } from "./schema.ts";

export interface EngineOptions {
  /** A file, or `:memory:`. */
  readonly path: string;
  /** Only for looking: history. */
  readonly readOnly: boolean;
  /** The process that writes, among all that ever wrote: so that a batch it sends again is known. */
  readonly node: number;
  /** Maximum pages of 4 KiB that the file grows to; null: as long as there is disk. */
  readonly maxPages: number | null;
}

/** Pages that gather in the write-ahead log before they are copied to the file: fewer, larger pauses than the default. */
const CHECKPOINT_PAGES = 4000;
/** Each room has a place of its own in the file: with many rooms, the default of 2 MiB would be read again and again. */
const CACHE_KIB = 32 * 1024;

/** An open SQLite database: statements that are prepared once, transactions, and failures as `StoreError`s. */
export class Database {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #statements = new Map<string, StatementSync>();

  /** Throws a `StoreError`. */
  constructor({ path, readOnly, node, maxPages }: EngineOptions) {
    this.#path = path;
    let db: DatabaseSync | null = null;
    try {
      this.#db = db = new DatabaseSync(path, { readOnly, timeout: 5000 });
      if (!readOnly) {
        this.#db.exec(
          `pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = ${CHECKPOINT_PAGES}; pragma cache_size = -${CACHE_KIB}`,
        );
        if (maxPages !== null) this.#db.exec(`pragma max_page_count = ${maxPages}`);
        migrate(this.#db, path);
        this.#db.prepare("delete from appends where node_id <> ?").run(node);
      }
    } catch (error) {
      // Else the file stays open until the garbage is collected.
      db?.close();
      throw toStoreError(`open ${path}`, error);
    }
  }

  /** Runs something whole: on disk when it returns, or, where it throws a `StoreError`, as if it had not run. */
  transaction<T>(what: string, run: () => T): T {
    return this.guard(what, () => {
      this.#db.exec("begin immediate");
      try {
        const result = run();
        this.#db.exec("commit");
        return result;
      } catch (error) {
        // A full disk and a failed write have rolled back by themselves.
        if (this.#db.isTransaction) this.#db.exec("rollback");
        throw error;
      }
    });
  }

  /** Runs something whose failures are to be `StoreError`s. @param what was tried, as in "read the rooms of" */
  guard<T>(what: string, run: () => T): T {
    try {
      return run();
    } catch (error) {
      throw toStoreError(`${what} ${this.#path}`, error);
    }
  }

  sql(text: string): StatementSync {
    let statement = this.#statements.get(text);
    if (!statement) {
      statement = this.#db.prepare(text);
      this.#statements.set(text, statement);
    }
    return statement;
  }

  close(): void {
    this.#db.close();
  }
}
