import type { Entry } from "../../chat/entry.ts";
import type { Batch, NewRoom, RoomRecord, Store, StreamHead } from "../../chat/ports.ts";
import { toColumns } from "./columns.ts";
import { SqliteEngine } from "./engine.ts";

/** The same SQL as the file's store, in memory, for play and tests. On no thread: there is no disk to wait for. */
export class MemoryStore implements Store {
  readonly #engine = new SqliteEngine({ path: ":memory:", readOnly: false, node: 0, maxPages: null });

  async append(batch: Batch): Promise<readonly StreamHead[]> {
    return this.#engine.append(toColumns(batch));
  }

  async createRoom(room: NewRoom): Promise<RoomRecord | null> {
    return this.#engine.createRoom(room);
  }

  async rooms(id?: number): Promise<readonly RoomRecord[]> {
    return this.#engine.rooms(id ?? null);
  }

  async history(stream: number, upTo: number, limit: number): Promise<readonly Entry[]> {
    return this.#engine.history(stream, upTo, limit);
  }

  async close(): Promise<void> {
    this.#engine.close();
  }
}
