import { writeBackup } from "./backup.ts";
import type { EngineOptions } from "./database.ts";
import { FileLock } from "./file-lock.ts";
import { closeToOthers } from "./private-files.ts";
import { SqliteStore } from "./sqlite-store.ts";
import { SqliteThread } from "./sqlite-thread.ts";

/** Maximum time of one read. Only the read that takes longer fails; those behind it are run again. */
const READ_DEADLINE_MS = 5000;

/** A store in a SQLite file. One thread writes and two read, so that nothing waits for a long read. */
export class FileStore extends SqliteStore {
  readonly #path: string;
  readonly #lock: FileLock;
  readonly #threads: readonly SqliteThread[];

  /** @param node identifies this process's batches, so that a batch that is sent again is recognised */
  constructor(path: string, maxPages: EngineOptions["maxPages"], node: number) {
    closeToOthers(path);
    const lock = new FileLock(path);
    const reader = { path, readOnly: true, node, maxPages: null };
    const writer = new SqliteThread({ path, readOnly: false, node, maxPages });
    const pages = new SqliteThread(reader, READ_DEADLINE_MS);
    const catchUp = new SqliteThread(reader, READ_DEADLINE_MS);
    super({ writer, pages, catchUp });
    this.#path = path;
    this.#lock = lock;
    this.#threads = [pages, catchUp, writer];
  }

  /** Runs on a thread of its own: it takes seconds for each gigabyte, and nothing else waits for it. */
  override async backup(path: string, progress: (done: number) => void): Promise<void> {
    const copier = new SqliteThread({ path: this.#path, readOnly: true, node: 0, maxPages: null });
    try {
      await writeBackup(this.#path, path, (copy) => copier.call("copyTo", [copy]), progress);
    } finally {
      await copier.close();
    }
  }

  override async close(): Promise<void> {
    try {
      for (const thread of this.#threads) await thread.close();
    } finally {
      this.#lock.release();
    }
  }
}
