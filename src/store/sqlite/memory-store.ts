import { writeBackup } from "./backup.ts";
import { SqliteEngine } from "./engine.ts";
import { type Lane, SqliteStore } from "./sqlite-store.ts";

/** The same SQL in memory, for trials and tests. It runs on the calling thread: there is no disk to wait for. */
export class MemoryStore extends SqliteStore {
  readonly #engine: SqliteEngine;

  /** @param path `file:NAME?mode=memory&cache=shared`: a database in memory that can be opened again by its name */
  constructor(nowMicros?: () => number, path = ":memory:") {
    const engine = new SqliteEngine({ path, readOnly: false, node: 0, maxPages: null }, nowMicros);
    const lane = laneOf(engine);
    super({ writer: lane, pages: lane, catchUp: lane });
    this.#engine = engine;
  }

  override async backup(path: string, progress: (done: number) => void): Promise<void> {
    await writeBackup("", path, async (copy) => this.#engine.copyTo(copy), progress);
  }

  override async close(): Promise<void> {
    this.#engine.close();
  }
}

function laneOf(engine: SqliteEngine): Lane {
  return {
    async call(call, args) {
      // The arguments and the result are those of `call`, which is why they fit.
      const run = engine[call] as (...all: typeof args) => ReturnType<SqliteEngine[typeof call]>;
      return run.apply(engine, args);
    },
  };
}
