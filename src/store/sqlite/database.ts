import { DatabaseSync, type StatementSync } from "node:sqlite";
import { toStoreError } from "./failures.ts";
import { migrate } from "./schema.ts";

export interface EngineOptions {
  /** A file, or `:memory:`. */
  readonly path: string;
  readonly readOnly: boolean;
  /** Identifies the writing process among all that ever wrote, so that a batch that it sends again is recognised. */
  readonly node: number;
  /** Maximum number of 4 KiB pages of the file; null: no limit but the disk. */
  readonly maxPages: number | null;
}

/** Pages in the write-ahead log from which on they are copied to the file: fewer, longer pauses than the default. */
const CHECKPOINT_PAGES = 4000;
/** Size of the page cache: each room has its own pages, which the default of 2 MiB would read again and again. */
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
      // Otherwise the file stays open until the garbage collector runs.
      db?.close();
      throw toStoreError(`open ${path}`, error);
    }
  }

  /** Runs `run` in a transaction: on disk when this returns, without effect when this throws (a `StoreError`). */
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

  /** Runs `run`, which reads: everything as it is at one moment. */
  snapshot<T>(what: string, run: () => T): T {
    return this.guard(what, () => {
      this.#db.exec("begin");
      try {
        return run();
      } finally {
        this.#db.exec("rollback");
      }
    });
  }

  /** Runs `run`, and throws SQLite's errors as `StoreError`s. @param what was tried, as in "read the rooms of" */
  guard<T>(what: string, run: () => T): T {
    try {
      return run();
    } catch (error) {
      throw toStoreError(`${what} ${this.#path}`, error);
    }
  }

  /** Returns a statement, which is prepared at its first use. */
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
