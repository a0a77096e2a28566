import type { Entry } from "../../domain/entry.ts";
import type {
  BanRecord,
  Batch,
  StreamEnd,
  NewRoom,
  Position,
  Pruned,
  RoomFilter,
  RoomRecord,
  Store,
  BatchStart,
} from "../../ports/store.ts";
import { writeBackup } from "./backup.ts";
import { toColumns } from "./columns.ts";
import type { EngineOptions } from "./engine.ts";
import { FileLock } from "./file-lock.ts";
import { closeToOthers } from "./private-files.ts";
import { SqliteThread } from "./sqlite-thread.ts";

const READ_DEADLINE_MS = 5000;

/** A SQLite file: one thread writes, another one reads, so that a long page of history delays no message. */
export class FileStore implements Store {
  readonly isShared = false;
  readonly #path: string;
  readonly #lock: FileLock;
  readonly #writer: SqliteThread;
  readonly #reader: SqliteThread;

  /** @param node identifies this process's batches, so that a batch sent again is known */
  constructor(path: string, maxPages: EngineOptions["maxPages"], node: number) {
    this.#path = path;
    closeToOthers(path);
    this.#lock = new FileLock(path);
    this.#writer = new SqliteThread({ path, readOnly: false, node, maxPages });
    this.#reader = new SqliteThread({ path, readOnly: true, node, maxPages: null });
  }

  append(batch: Batch): Promise<readonly BatchStart[]> {
    return this.#writer.call("append", [toColumns(batch)]);
  }

  createRoom(room: NewRoom): Promise<RoomRecord | null> {
    return this.#writer.call("createRoom", [room]);
  }

  rooms(filter: RoomFilter = {}): Promise<readonly RoomRecord[]> {
    return this.#writer.call("rooms", [filter]);
  }

  history(stream: number, upTo: number, limit: number): Promise<readonly Entry[]> {
    return this.#reader.call("history", [stream, upTo, limit], READ_DEADLINE_MS);
  }

  entriesFrom(places: readonly Position[], limit: number): Promise<readonly Entry[]> {
    return this.#reader.call("entriesFrom", [places, limit], READ_DEADLINE_MS);
  }

  ends(places: readonly Position[]): Promise<readonly StreamEnd[]> {
    return this.#reader.call("heads", [places], READ_DEADLINE_MS);
  }

  bans(): Promise<readonly BanRecord[]> {
    return this.#writer.call("bans", []);
  }

  putBan(ban: BanRecord): Promise<void> {
    return this.#writer.call("putBan", [ban]);
  }

  removeBan(subject: string): Promise<void> {
    return this.#writer.call("removeBan", [subject]);
  }

  prune(before: number, from: number, limit: number): Promise<Pruned> {
    return this.#writer.call("prune", [before, from, limit]);
  }

  /** On a thread of its own: it takes seconds for each gigabyte, and neither messages nor history wait for it. */
  async backup(path: string, progress: (done: number) => void): Promise<void> {
    const copier = new SqliteThread({ path: this.#path, readOnly: true, node: 0, maxPages: null });
    try {
      await writeBackup(this.#path, path, (copy) => copier.call("copyTo", [copy]), progress);
    } finally {
      await copier.close();
    }
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
