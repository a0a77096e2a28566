import { type Entry, isMessage } from "../../../src/domain/entry.ts";
import { parseRoomName } from "../../../src/domain/names.ts";
import { SqliteReader } from "../../../src/store/sqlite/reader.ts";

/** A second handle to a store's database: shows what is in it, and changes what no call of a store changes. */
export class SecondHandle extends SqliteReader {
  constructor(path: string) {
    super({ path, readOnly: false, node: 0, maxPages: null });
  }

  entriesOf(stream: number): Entry[] {
    return this.entriesFrom([{ stream, pos: 0 }], Number.MAX_SAFE_INTEGER);
  }

  /** The bodies of a stream's messages, in order. */
  saidIn(stream: number): string[] {
    return this.entriesOf(stream)
      .filter(({ kind }) => isMessage(kind))
      .map(({ body }) => body);
  }

  moveRules(stream: number, by: number): void {
    this.db.sql("update streams set rules = rules + ? where id = ?").run(by, stream);
  }

  /** Ends a room without an entry that says so. */
  closeStream(stream: number): void {
    this.db.sql("update streams set closed = 1 where id = ?").run(stream);
    this.db.sql("update rooms set destroyed = 1 where id = ?").run(stream);
  }

  /** Takes the last entries of a stream away. Its rights and its topic stay. */
  forgetLast(stream: number, entries: number): void {
    this.db
      .sql(
        `delete from entries where stream_id = ?1 and pos in (
           select pos from entries where stream_id = ?1 order by pos desc limit ?2)`,
      )
      .run(stream, entries);
  }

  putBack(entries: readonly Entry[]): void {
    const insert = this.db.sql(
      "insert into entries (stream_id, pos, seq, at, kind, author_id, author, body) values (?, ?, ?, ?, ?, ?, ?, ?)",
    );
    for (const { stream, pos, seq, atMicros, kind, authorId, author, body } of entries) {
      insert.run(stream, pos, seq, atMicros, kind, authorId, author, body);
    }
  }

  rename(room: number, text: string): void {
    const name = parseRoomName(text);
    if (!name) throw new Error(`not a room's name: ${text}`);
    this.db.sql("update rooms set key = ?, name = ? where id = ?").run(name.key, name.shown, room);
  }

  /** Forgets which batches were stored. */
  forgetBatches(): void {
    this.db.sql("delete from appends").run();
  }

  /** Runs an append, synchronously, as one of another node: the numbers of this node's batches stay as they are. */
  asAnotherNode<T>(append: () => T): T {
    this.db.sql("update appends set node_id = -1").run();
    try {
      return append();
    } finally {
      this.db.sql("delete from appends where node_id <> -1").run();
      this.db.sql("update appends set node_id = 0").run();
    }
  }
}
