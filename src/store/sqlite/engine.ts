import { kinds } from "../../domain/entry.ts";
import { encodeRights, rightsOfNew } from "../../domain/rights.ts";
import type { KeptPerson } from "../../ports/people-store.ts";
import type { Appended, BanRecord, NewRoom, Pruned, RoomRecord } from "../../ports/store.ts";
import { type BatchColumns, BatchWriter, INSERT_ENTRY } from "./batch-writer.ts";
import type { EngineOptions } from "./database.ts";
import { writePeople } from "./people.ts";
import { SqliteReader } from "./reader.ts";

/** Maximum streams that one transaction searches for old entries. */
const PRUNED_STREAMS = 1000;

/** The store's SQL, synchronous. A call is one transaction, on disk when it returns; one that throws has no effect. */
export class SqliteEngine extends SqliteReader {
  readonly #nowMicros: () => number;
  readonly #writer: BatchWriter;

  /** @param nowMicros the time, in microseconds since 1970 */
  constructor(options: EngineOptions, nowMicros = (): number => Date.now() * 1000) {
    super(options);
    this.#nowMicros = nowMicros;
    this.#writer = new BatchWriter(this.db, options.node, nowMicros);
  }

  /** Stores a batch once: the last number again gets the first answer. */
  append(batch: BatchColumns): Appended {
    return this.#writer.append(batch);
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
      this.db.sql(INSERT_ENTRY).run(id, 1, 0, atMicros, kinds.created, room.authorId, room.author, "", null);
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
        entries += this.#pruneStream(id, beforeMicros, limit - entries);
        if (entries >= limit) return { entries, next: id };
        next = id + 1;
      }
      return { entries, next };
    });
  }

  /** Returns the number of entries that were deleted or emptied. */
  #pruneStream(stream: number, beforeMicros: number, limit: number): number {
    const { upTo } = this.db.sql(OLD_UP_TO).get(stream, beforeMicros, limit) ?? {};
    const { messages } = this.db.sql(MESSAGES_PRUNED).get(stream, upTo ?? 0, beforeMicros) ?? {};
    if (messages) this.db.sql("update streams set gone = gone + ? where id = ?").run(messages, stream);
    const deleted = upTo ? this.db.sql("delete from entries where stream_id = ? and pos <= ?").run(stream, upTo) : null;
    return Number(deleted?.changes ?? 0) + Number(this.db.sql(FORGET_LAST).run(stream, beforeMicros).changes);
  }
}

/** The last position of the stream. */
const LAST = "(select max(pos) from entries where stream_id = ?1)";
/** Times never go back within a stream, so its old entries are its first ones. */
const OLD_UP_TO = `
  select max(pos) as upTo from (
    select pos from entries where stream_id = ?1 and at < ?2 and pos < ${LAST} order by pos limit ?3)`;
const MESSAGES_PRUNED = `
  select (select count(*) from entries where stream_id = ?1 and pos <= ?2 and kind < ${kinds.removed})
       + (select count(*) from entries where stream_id = ?1 and pos = ${LAST} and at < ?3 and kind < ${kinds.removed}) as messages`;
const FORGET_LAST = `
  update entries set kind = ${kinds.forgotten}, author_id = null, author = '', body = '', ref = null
   where stream_id = ?1 and at < ?2 and kind <> ${kinds.forgotten} and pos = ${LAST}`;
