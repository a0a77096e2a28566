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
import { SqliteEngine } from "./engine.ts";

/** The same SQL as the file's store, in memory, for play and tests. On no thread: there is no disk to wait for. */
export class MemoryStore implements Store {
  readonly isShared = false;
  readonly #engine = new SqliteEngine({ path: ":memory:", readOnly: false, node: 0, maxPages: null });

  async append(batch: Batch): Promise<readonly BatchStart[]> {
    return this.#engine.append(toColumns(batch));
  }

  async createRoom(room: NewRoom): Promise<RoomRecord | null> {
    return this.#engine.createRoom(room);
  }

  async rooms(filter: RoomFilter = {}): Promise<readonly RoomRecord[]> {
    return this.#engine.rooms(filter);
  }

  async history(stream: number, upTo: number, limit: number): Promise<readonly Entry[]> {
    return this.#engine.history(stream, upTo, limit);
  }

  async entriesFrom(places: readonly Position[], limit: number): Promise<readonly Entry[]> {
    return this.#engine.entriesFrom(places, limit);
  }

  async ends(places: readonly Position[]): Promise<readonly StreamEnd[]> {
    return this.#engine.heads(places);
  }

  async bans(): Promise<readonly BanRecord[]> {
    return this.#engine.bans();
  }

  async putBan(ban: BanRecord): Promise<void> {
    this.#engine.putBan(ban);
  }

  async removeBan(subject: string): Promise<void> {
    this.#engine.removeBan(subject);
  }

  async prune(before: number, from: number, limit: number): Promise<Pruned> {
    return this.#engine.prune(before, from, limit);
  }

  async backup(path: string, progress: (done: number) => void): Promise<void> {
    await writeBackup("", path, async (copy) => this.#engine.copyTo(copy), progress);
  }

  async close(): Promise<void> {
    this.#engine.close();
  }
}
