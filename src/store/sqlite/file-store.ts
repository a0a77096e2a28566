import type { Entry } from "../../chat/entry.ts";
import type { Batch, NewRoom, RoomRecord, Store, StreamHead } from "../../chat/ports.ts";
import { toColumns } from "./columns.ts";
import type { EngineOptions } from "./engine.ts";
import { FileLock } from "./file-lock.ts";
import { SqliteThread } from "./sqlite-thread.ts";

const READ_DEADLINE_MS = 5000;

/** A SQLite file: one thread writes, another one reads, so that a long page of history delays no message. */
export class FileStore implements Store {
  readonly #lock: FileLock;
  readonly #writer: SqliteThread;
  readonly #reader: SqliteThread;

  /** @param node identifies this process's batches, so that a batch sent again is known */
  constructor(path: string, maxPages: EngineOptions["maxPages"], node: number) {
    this.#lock = new FileLock(path);
    this.#writer = new SqliteThread({ path, readOnly: false, node, maxPages });
    this.#reader = new SqliteThread({ path, readOnly: true, node, maxPages: null });
  }

  append(batch: Batch): Promise<readonly StreamHead[]> {
    return this.#writer.call("append", [toColumns(batch)]);
  }

  createRoom(room: NewRoom): Promise<RoomRecord | null> {
    return this.#writer.call("createRoom", [room]);
  }

  rooms(id?: number): Promise<readonly RoomRecord[]> {
    return this.#writer.call("rooms", [id ?? null]);
  }

  history(stream: number, upTo: number, limit: number): Promise<readonly Entry[]> {
    return this.#reader.call("history", [stream, upTo, limit], READ_DEADLINE_MS);
  }

  async close(): Promise<void> {
    try {
      await this.#reader.close();
      await this.#writer.close();
    } finally {
      this.#lock.release();
    }
  }
}
