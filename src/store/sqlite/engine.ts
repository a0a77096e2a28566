import { closesStream, isMessage, kinds, movesRights } from "../../domain/entry.ts";
import { encodeRights, rightsOfNew } from "../../domain/rights.ts";
import { StoreError } from "../../ports/store-error.ts";
import type { KeptPerson } from "../../ports/people-store.ts";
import type { BanRecord, BatchStart, NewRoom, Pruned, RoomRecord } from "../../ports/store.ts";
import type { EngineOptions } from "./database.ts";
import { writePeople } from "./people.ts";
import { SqliteReader } from "./reader.ts";

/** A batch by columns, which is the cheapest way to hand it to another thread. */
export interface BatchColumns {
  readonly number: number;
  readonly streams: readonly number[];
  readonly rightsVersions: readonly number[];
  readonly kinds: readonly number[];
  readonly authorIds: readonly (number | null)[];
  readonly authors: readonly string[];
  readonly bodies: readonly string[];
  /** As JSON; null for an entry that does not move the rights. */
  readonly rights: readonly (string | null)[];
}

/** The last entry of an open stream, and the version of its rights. */
interface OpenEnd {
  readonly rightsVersion: number;
  readonly pos: number;
  readonly seq: number;
  readonly atMicros: number;
}

/** The end of a stream that takes entries. `atMicros`: of the new entries; `previousAtMicros`: of the one before. */
interface Taker extends OpenEnd {
  readonly previousAtMicros: number | null;
}

/** A rights version that no stream ever has. */
const NO_VERSION = 0;

/** Maximum streams that one transaction searches for old entries. */
const PRUNED_STREAMS = 1000;

/** The store's SQL, synchronous. A call is one transaction, on disk when it returns; one that throws has no effect. */
export class SqliteEngine extends SqliteReader {
  readonly #node: number;
  readonly #nowMicros: () => number;
  /** Ends of the streams that were written to: nobody else writes to this file. Emptied when a batch fails. */
  readonly #ends = new Map<number, OpenEnd>();

  /** @param nowMicros the time, in microseconds since 1970 */
  constructor(options: EngineOptions, nowMicros = (): number => Date.now() * 1000) {
    super(options);
    this.#node = options.node;
    this.#nowMicros = nowMicros;
  }

  /** Stores a batch once: the last number again gets the first answer. Returns the starts of streams that took it. */
  append(batch: BatchColumns): BatchStart[] {
    try {
      return this.db.transaction("store a batch in", () => this.#appendOnce(batch));
    } catch (error) {
      this.#ends.clear();
      throw error;
    }
  }

  createRoom(room: NewRoom): RoomRecord | null {
    return this.db.transaction("make a room in", () => {
      if (this.db.sql("select 1 from rooms where key = ? and destroyed = 0").get(room.name.key)) return null;
      const rights = rightsOfNew(room.authorId);
      const made = this.db.sql("insert into streams (rules, rights) values (1, ?)").run(encodeRights(rights));
      const id = Number(made.lastInsertRowid);
      this.db
        .sql("insert into rooms (id, key, name, private) values (?, ?, ?, ?)")
        .run(id, room.name.key, room.name.shown, room.isPrivate ? 1 : 0);
      const atMicros = this.#nowMicros();
      this.db.sql(INSERT_ENTRY).run(id, 1, 0, atMicros, kinds.created, room.authorId, room.author, "");
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

  putBan({ subject, untilMicros, reason, author, atMicros }: BanRecord): void {
    this.db.transaction("store a ban in", () =>
      this.db
        .sql("insert or replace into bans (subject, until, reason, author, at) values (?, ?, ?, ?, ?)")
        .run(subject, untilMicros, reason, author, atMicros),
    );
  }

  removeBan(subject: string): void {
    this.db.transaction("lift a ban in", () => this.db.sql("delete from bans where subject = ?").run(subject));
  }

  keepPeople(people: readonly KeptPerson[], ended: readonly number[]): void {
    this.db.transaction("keep people in", () => writePeople(this.db, people, ended));
  }

  prune(beforeMicros: number, from: number, limit: number): Pruned {
    return this.db.transaction("delete old entries from", () => {
      let [entries, next] = [0, from];
      for (let looked = 0; looked < PRUNED_STREAMS; looked++) {
        const stream = this.db.sql("select id from streams where id >= ? order by id limit 1").get(next);
        if (!stream) return { entries, next: null };
        const id = Number(stream["id"]);
        entries += Number(this.db.sql(DELETE_OLD).run(id, beforeMicros, limit - entries).changes);
        entries += Number(this.db.sql(FORGET_LAST).run(kinds.forgotten, id, beforeMicros).changes);
        if (entries >= limit) return { entries, next: id };
        next = id + 1;
      }
      return { entries, next };
    });
  }

  #appendOnce(batch: BatchColumns): BatchStart[] {
    const last = this.db.sql("select batch, heads from appends where node_id = ?").get(this.#node);
    const lastNumber = Number(last?.["batch"] ?? 0);
    // It was made by `JSON.stringify` below.
    if (lastNumber === batch.number) return JSON.parse(String(last?.["heads"])) as BatchStart[];
    if (lastNumber > batch.number) {
      throw new StoreError("broken", `store batch ${batch.number}: batch ${lastNumber} was stored after it`);
    }
    const takers = this.#takers(batch);
    this.#insert(batch, takers);
    const starts = [...takers].map(([stream, { pos, seq, atMicros, previousAtMicros }]) => ({
      stream,
      pos,
      seq,
      atMicros,
      previousAtMicros,
    }));
    this.db
      .sql("insert or replace into appends (node_id, batch, heads) values (?, ?, ?)")
      .run(this.#node, batch.number, JSON.stringify(starts));
    return starts;
  }

  /** Returns the streams that take their part of a batch: those whose rights version is the one of the drafts. */
  #takers(batch: BatchColumns): Map<number, Taker> {
    const versionOf = new Map<number, number>();
    for (const [i, stream] of batch.streams.entries()) {
      const version = batch.rightsVersions[i] ?? NO_VERSION;
      // The drafts were judged by different versions, of which one at most is the stream's: it takes nothing.
      versionOf.set(stream, (versionOf.get(stream) ?? version) === version ? version : NO_VERSION);
    }
    const nowMicros = this.#nowMicros();
    const takers = new Map<number, Taker>();
    for (const [stream, version] of versionOf) {
      const end = this.#ends.get(stream) ?? this.#readEnd(stream);
      if (end?.rightsVersion !== version) continue;
      takers.set(stream, {
        ...end,
        atMicros: Math.max(end.atMicros, nowMicros),
        previousAtMicros: end.pos === 0 ? null : end.atMicros,
      });
    }
    return takers;
  }

  /** Returns null where there is no such stream, or it is closed. */
  #readEnd(stream: number): OpenEnd | null {
    const row = this.db
      .sql(
        `select s.rules, e.pos, e.seq, e.at from streams s
           left join entries e on e.stream_id = s.id and e.pos = (select max(pos) from entries where stream_id = s.id)
          where s.id = ? and s.closed = 0`,
      )
      .get(stream);
    if (!row) return null;
    const column = (name: string): number => Number(row[name] ?? 0);
    return { rightsVersion: column("rules"), pos: column("pos"), seq: column("seq"), atMicros: column("at") };
  }

  #insert(batch: BatchColumns, ends: ReadonlyMap<number, OpenEnd>): void {
    const insert = this.db.sql(INSERT_ENTRY);
    const next = new Map(
      [...ends].map(([stream, { rightsVersion, pos, seq, atMicros }]) => [
        stream,
        { rightsVersion, pos, seq, atMicros },
      ]),
    );
    for (const [i, stream] of batch.streams.entries()) {
      const end = next.get(stream);
      if (!end) continue;
      const kind = batch.kinds[i] ?? kinds.said;
      const body = batch.bodies[i] ?? "";
      end.pos += 1;
      if (isMessage(kind)) end.seq += 1;
      const [authorId, author] = [batch.authorIds[i] ?? null, batch.authors[i] ?? ""];
      insert.run(stream, end.pos, end.seq, end.atMicros, kind, authorId, author, body);
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
      this.db.sql("update streams set rules = rules + 1, rights = ? where id = ?").run(rights, stream);
    }
    if (kind === kinds.topic) this.db.sql("update rooms set topic = ? where id = ?").run(body, stream);
    if (!closesStream(kind)) return;
    this.db.sql("update streams set closed = 1 where id = ?").run(stream);
    this.db.sql("update rooms set destroyed = 1 where id = ?").run(stream);
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
