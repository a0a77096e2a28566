import { MAIN_APPLICATION } from "../../domain/application.ts";
import { kinds } from "../../domain/entry.ts";
import { nameOfChat } from "../../domain/names.ts";
import { encodeRights, rightsOfNew } from "../../domain/rights.ts";
import type { ApplicationChange, ApplicationRecord, NewApplication } from "../../ports/application-store.ts";
import type { KeptPerson } from "../../ports/people-store.ts";
import type { Appended, BanRecord, NewRoom, Pruned, RoomRecord } from "../../ports/store.ts";
import { countRoom, insertApplication, markEnded, nextNumber, sweepEnded, updateApplication } from "./applications.ts";
import { type BatchColumns, BatchWriter, INSERT_ENTRY } from "./batch-writer.ts";
import type { EngineOptions } from "./database.ts";
import { findNonce, noteNonce } from "./nonces.ts";
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
      const { application = MAIN_APPLICATION, isPrivate, authorId, author, nonce } = room;
      const atMicros = this.#nowMicros();
      const key = nonce === undefined ? null : Buffer.from(nonce, "hex");
      const made = key && findNonce(this.db, application, key, atMicros);
      if (made) return this.rooms({ ids: [made.pos] })[0] ?? null;
      const number = nextNumber(this.db, application);
      if (number === null) return null;
      const name = room.name ?? nameOfChat(number);
      const isTaken = this.db.sql("select 1 from rooms where application_id = ? and key = ? and destroyed = 0");
      if (isTaken.get(application, name.key)) return null;
      const rights = rightsOfNew(authorId);
      const stream = this.db.sql("insert into streams (rules, rights) values (1, ?)").run(encodeRights(rights));
      const id = Number(stream.lastInsertRowid);
      this.db.sql(INSERT_ROOM).run(id, name.key, name.shown, isPrivate ? 1 : 0, application, number);
      countRoom(this.db, application, number, isPrivate);
      this.db.sql(INSERT_ENTRY).run(id, 1, 0, atMicros, kinds.created, authorId, author, "", null);
      if (key) noteNonce(this.db, application, key, { pos: id, seq: number, atMicros, print: 0 });
      const place = { rightsVersion: 1, rights, pos: 1, seq: 0, atMicros };
      return { id, application, number, name, isPrivate, topic: "", ...place };
    });
  }

  createApplication(application: NewApplication): ApplicationRecord | null {
    return this.db.transaction("make an application in", () => insertApplication(this.db, application));
  }

  changeApplication(id: number, change: ApplicationChange): ApplicationRecord | null {
    return this.db.transaction("change an application in", () => updateApplication(this.db, id, change));
  }

  endApplication(id: number): boolean {
    return this.db.transaction("end an application in", () => markEnded(this.db, id));
  }

  sweepEnded(limit: number): boolean {
    this.#writer.forgetEnds();
    return this.db.transaction("delete what has ended from", () => sweepEnded(this.db, limit));
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

const INSERT_ROOM = "insert into rooms (id, key, name, private, application_id, number) values (?, ?, ?, ?, ?, ?)";
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
