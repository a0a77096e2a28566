import { DatabaseSync, type StatementSync } from "node:sqlite";
import { closesStream, type Entry, isMessage, kinds, movesRights } from "../../domain/entry.ts";
import type { NameKey } from "../../domain/names.ts";
import { StoreError } from "../../ports/store-error.ts";
import type {
  BanRecord,
  StreamEnd,
  NewRoom,
  Position,
  Pruned,
  RoomFilter,
  RoomRecord,
  BatchStart,
} from "../../ports/store.ts";
import { decodeRights, encodeRights, rightsOfNew } from "../../domain/rights.ts";
import { SELECT_BANS, toBan } from "../bans.ts";
import { toStoreError } from "./failures.ts";
import { migrate } from "./schema.ts";

export interface EngineOptions {
  /** A file, or `:memory:`. */
  readonly path: string;
  /** Only for looking: history. */
  readonly readOnly: boolean;
  /** The process that writes, among all that ever wrote: so that a batch it sends again is known. */
  readonly node: number;
  /** The file grows to so many pages of 4 KiB at most; null: as long as there is disk. */
  readonly maxPages: number | null;
}

/** The last entry of an open stream, and its rules. */
interface OpenEnd {
  readonly rules: number;
  readonly pos: number;
  readonly seq: number;
  readonly atMicros: number;
}

/** Where a stream ends, with the time of what it takes now, and that of its last entry. */
interface Taker extends OpenEnd {
  readonly previousAtMicros: number | null;
}

/** A batch by columns: that is the cheapest way to hand it to another thread. */
export interface BatchColumns {
  readonly number: number;
  readonly streams: readonly number[];
  readonly rules: readonly number[];
  readonly kinds: readonly number[];
  readonly authorIds: readonly (number | null)[];
  readonly authors: readonly string[];
  readonly bodies: readonly string[];
  /** As JSON. */
  readonly rights: readonly (string | null)[];
}

/** So many streams are looked at in one transaction that deletes old entries. */
const PRUNED_STREAMS = 1000;
/** A version that no stream's rules ever have. */
const NO_RULES = 0;
/** Pages that gather in the write-ahead log before they are copied to the file: fewer, larger pauses than the default. */
const CHECKPOINT_PAGES = 4000;
/** Each room has a place of its own in the file: with many rooms, the default of 2 MiB would be read again and again. */
const CACHE_KIB = 32 * 1024;

/**
 * The store's SQL, synchronous: it belongs on a thread of its own. Every call is one transaction, on disk when it
 * returns; a call that throws has changed nothing. Throws `StoreError`s.
 */
export class SqliteEngine {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #node: number;
  readonly #statements = new Map<string, StatementSync>();
  /** Where the streams end that were written to: nobody else writes to this file. Emptied when a transaction fails. */
  readonly #ends = new Map<number, OpenEnd>();

  constructor({ path, readOnly, node, maxPages }: EngineOptions) {
    this.#path = path;
    this.#node = node;
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

  append(batch: BatchColumns): BatchStart[] {
    return this.#transaction("store a batch in", () => {
      const last = this.#sql("select batch, heads from appends where node_id = ?").get(this.#node);
      const lastNumber = Number(last?.["batch"] ?? 0);
      // This thread wrote it: it is what `JSON.stringify` made below.
      if (lastNumber === batch.number) return JSON.parse(String(last?.["heads"])) as BatchStart[];
      if (lastNumber > batch.number) {
        throw new StoreError("broken", `store batch ${batch.number}: batch ${lastNumber} was stored after it`);
      }
      const takers = this.#takers(batch);
      this.#insert(batch, takers);
      const heads = [...takers].map(([stream, { pos, seq, atMicros, previousAtMicros }]) => ({
        stream,
        pos,
        seq,
        atMicros,
        previousAtMicros,
      }));
      this.#sql("insert or replace into appends (node_id, batch, heads) values (?, ?, ?)").run(
        this.#node,
        batch.number,
        JSON.stringify(heads),
      );
      return heads;
    });
  }

  createRoom(room: NewRoom): RoomRecord | null {
    return this.#transaction("make a room in", () => {
      if (this.#sql("select 1 from rooms where key = ? and destroyed = 0").get(room.name.key)) return null;
      const rights = rightsOfNew(room.authorId);
      const made = this.#sql("insert into streams (rules, rights) values (1, ?)").run(encodeRights(rights));
      const id = Number(made.lastInsertRowid);
      this.#sql("insert into rooms (id, key, name, private) values (?, ?, ?, ?)").run(
        id,
        room.name.key,
        room.name.shown,
        room.isPrivate ? 1 : 0,
      );
      const atMicros = micros();
      this.#sql(INSERT_ENTRY).run(id, 1, 0, atMicros, kinds.created, room.authorId, room.author, "");
      return {
        id,
        name: room.name,
        isPrivate: room.isPrivate,
        topic: "",
        rightsVersion: 1,
        rights,
        pos: 1,
        seq: 0,
        atMicros,
      };
    });
  }

  rooms({ ids, keys }: RoomFilter): RoomRecord[] {
    return this.#guard("read the rooms of", () =>
      this.#sql(
        `select r.id, r.key, r.name, r.private, r.topic, s.rules, s.rights, e.pos, e.seq, e.at
           from rooms r join streams s on s.id = r.id
           join entries e on e.stream_id = r.id and e.pos = (select max(pos) from entries where stream_id = r.id)
          where r.destroyed = 0 and (?1 is null or r.id in (select value from json_each(?1)))
            and (?2 is null or r.key in (select value from json_each(?2))) order by r.id`,
      )
        .all(ids ? JSON.stringify(ids) : null, keys ? JSON.stringify(keys) : null)
        .map((row) => ({
          id: Number(row["id"]),
          // Keys were made by `parseRoomName` before they were stored.
          name: { key: String(row["key"]) as NameKey, shown: String(row["name"]) },
          isPrivate: row["private"] === 1,
          topic: String(row["topic"]),
          rightsVersion: Number(row["rules"]),
          rights: decodeRights(row["rights"] === null ? null : JSON.parse(String(row["rights"]))),
          pos: Number(row["pos"]),
          seq: Number(row["seq"]),
          atMicros: Number(row["at"]),
        })),
    );
  }

  history(stream: number, upTo: number, limit: number): Entry[] {
    return this.#guard("read history from", () =>
      this.#sql(
        `select pos, seq, at, kind, author_id, author, body from entries
          where stream_id = ? and pos <= ? and kind < 10 order by pos desc limit ?`,
      )
        .all(stream, upTo, limit)
        .reverse()
        .map((row) => toEntry(stream, row)),
    );
  }

  entriesFrom(places: readonly Position[], limit: number): Entry[] {
    return this.#guard("read entries from", () =>
      places.flatMap(({ stream, pos }) =>
        this.#sql(
          `select pos, seq, at, kind, author_id, author, body from entries
            where stream_id = ? and pos >= ? order by pos limit ?`,
        )
          .all(stream, pos, limit)
          .map((row) => toEntry(stream, row)),
      ),
    );
  }

  heads(places: readonly Position[]): StreamEnd[] {
    return this.#guard("read the ends of the streams of", () =>
      places.map(({ stream, pos }) => {
        const row = this.#sql(
          `select (select max(pos) from entries where stream_id = ?1) as head,
                  (select at from entries where stream_id = ?1 and pos = ?2) as at`,
        ).get(stream, pos);
        return { stream, pos: Number(row?.["head"] ?? 0), atMicros: row?.["at"] == null ? null : Number(row["at"]) };
      }),
    );
  }

  bans(): BanRecord[] {
    return this.#guard("read the bans of", () => this.#sql(SELECT_BANS).all().map(toBan));
  }

  putBan({ subject, untilMicros, reason, author, atMicros }: BanRecord): void {
    this.#transaction("store a ban in", () =>
      this.#sql("insert or replace into bans (subject, until, reason, author, at) values (?, ?, ?, ?, ?)").run(
        subject,
        untilMicros,
        reason,
        author,
        atMicros,
      ),
    );
  }

  removeBan(subject: string): void {
    this.#transaction("lift a ban in", () => this.#sql("delete from bans where subject = ?").run(subject));
  }

  prune(before: number, from: number, limit: number): Pruned {
    return this.#transaction("delete old entries from", () => {
      let [entries, next] = [0, from];
      for (let looked = 0; looked < PRUNED_STREAMS; looked++) {
        const stream = this.#sql("select id from streams where id >= ? order by id limit 1").get(next);
        if (!stream) return { entries, next: null };
        const id = Number(stream["id"]);
        entries += Number(this.#sql(DELETE_OLD).run(id, before, limit - entries).changes);
        entries += Number(this.#sql(FORGET_LAST).run(kinds.forgotten, id, before).changes);
        if (entries >= limit) return { entries, next: id };
        next = id + 1;
      }
      return { entries, next };
    });
  }

  /** Writes everything as it is at this moment into a new file, which is opened and checked then. */
  copyTo(path: string): void {
    this.#guard("copy", () => this.#sql("vacuum into ?").run(path));
    try {
      using copy = new DatabaseSync(path, { readOnly: true });
      const problems = copy.prepare("pragma quick_check").all();
      if (problems[0]?.["quick_check"] !== "ok") throw new Error(JSON.stringify(problems.slice(0, 3)));
    } catch (error) {
      throw toStoreError(`check the copy ${path}`, error);
    }
  }

  close(): void {
    this.#db.close();
  }

  /** The streams that take their part of a batch: where they end, and the time of what they take. */
  #takers(batch: BatchColumns): Map<number, Taker> {
    const rulesOf = new Map<number, number>();
    for (const [i, stream] of batch.streams.entries()) {
      const rules = batch.rules[i] ?? NO_RULES;
      // Lines that were judged by different versions: at most one of them is the stream's.
      rulesOf.set(stream, (rulesOf.get(stream) ?? rules) === rules ? rules : NO_RULES);
    }
    const now = micros();
    const takers = new Map<number, Taker>();
    for (const [stream, rules] of rulesOf) {
      const end = this.#ends.get(stream) ?? this.#readEnd(stream);
      if (end?.rules !== rules) continue;
      takers.set(stream, {
        ...end,
        atMicros: Math.max(end.atMicros, now),
        previousAtMicros: end.pos === 0 ? null : end.atMicros,
      });
    }
    return takers;
  }

  /** Null: there is no such stream, or it is closed. */
  #readEnd(stream: number): OpenEnd | null {
    const row = this.#sql(
      `select s.rules, e.pos, e.seq, e.at from streams s
         left join entries e on e.stream_id = s.id and e.pos = (select max(pos) from entries where stream_id = s.id)
        where s.id = ? and s.closed = 0`,
    ).get(stream);
    if (!row) return null;
    const [rules, pos, seq, atMicros] = [row["rules"], row["pos"], row["seq"], row["at"]].map((value) =>
      Number(value ?? 0),
    );
    return { rules: rules ?? 0, pos: pos ?? 0, seq: seq ?? 0, atMicros: atMicros ?? 0 };
  }

  #insert(batch: BatchColumns, ends: ReadonlyMap<number, OpenEnd>): void {
    const insert = this.#sql(INSERT_ENTRY);
    const next = new Map(
      [...ends].map(([stream, { rules, pos, seq, atMicros }]) => [stream, { rules, pos, seq, atMicros }]),
    );
    for (const [i, stream] of batch.streams.entries()) {
      const end = next.get(stream);
      if (!end) continue;
      const kind = batch.kinds[i] ?? kinds.said;
      const body = batch.bodies[i] ?? "";
      end.pos += 1;
      if (isMessage(kind)) end.seq += 1;
      insert.run(
        stream,
        end.pos,
        end.seq,
        end.atMicros,
        kind,
        batch.authorIds[i] ?? null,
        batch.authors[i] ?? "",
        body,
      );
      if (isMessage(kind)) continue;
      this.#applyTo(stream, kind, body, batch.rights[i] ?? null);
      if (movesRights(kind)) next.delete(stream);
    }
    for (const stream of ends.keys()) {
      const end = next.get(stream);
      if (end) this.#ends.set(stream, end);
      else this.#ends.delete(stream);
    }
  }

  #applyTo(stream: number, kind: number, body: string, rights: string | null): void {
    if (movesRights(kind)) {
      this.#sql("update streams set rules = rules + 1, rights = ? where id = ?").run(rights, stream);
    }
    if (kind === kinds.topic) this.#sql("update rooms set topic = ? where id = ?").run(body, stream);
    if (!closesStream(kind)) return;
    this.#sql("update streams set closed = 1 where id = ?").run(stream);
    this.#sql("update rooms set destroyed = 1 where id = ?").run(stream);
  }

  #transaction<T>(what: string, run: () => T): T {
    return this.#guard(what, () => {
      this.#db.exec("begin immediate");
      try {
        const result = run();
        this.#db.exec("commit");
        return result;
      } catch (error) {
        // A full disk and a failed write have rolled back by themselves.
        if (this.#db.isTransaction) this.#db.exec("rollback");
        this.#ends.clear();
        throw error;
      }
    });
  }

  #guard<T>(what: string, run: () => T): T {
    try {
      return run();
    } catch (error) {
      throw toStoreError(`${what} ${this.#path}`, error);
    }
  }

  #sql(text: string): StatementSync {
    let statement = this.#statements.get(text);
    if (!statement) {
      statement = this.#db.prepare(text);
      this.#statements.set(text, statement);
    }
    return statement;
  }
}

const INSERT_ENTRY =
  "insert into entries (stream_id, pos, seq, at, kind, author_id, author, body) values (?, ?, ?, ?, ?, ?, ?, ?)";

/** Times never go back within a stream, so its old entries are its first ones. */
const DELETE_OLD = `
  delete from entries where stream_id = ?1 and pos in (
    select pos from entries
     where stream_id = ?1 and at < ?2 and pos < (select max(pos) from entries where stream_id = ?1)
     order by pos limit ?3)`;
const FORGET_LAST = `
  update entries set kind = ?1, author_id = null, author = '', body = ''
   where stream_id = ?2 and at < ?3 and kind <> ?1 and pos = (select max(pos) from entries where stream_id = ?2)`;

function toEntry(stream: number, row: Readonly<Record<string, unknown>>): Entry {
  return {
    stream,
    pos: Number(row["pos"]),
    seq: Number(row["seq"]),
    atMicros: Number(row["at"]),
    kind: Number(row["kind"]),
    authorId: row["author_id"] === null ? null : Number(row["author_id"]),
    author: String(row["author"]),
    body: String(row["body"]),
  };
}

function micros(): number {
  return Date.now() * 1000;
}
