import { DatabaseSync } from "node:sqlite";
import { MAIN_APPLICATION } from "../../domain/application.ts";
import { type Entry, kinds } from "../../domain/entry.ts";
import type { NameKey } from "../../domain/names.ts";
import { decodeRights } from "../../domain/rights.ts";
import type { ApplicationRecord, ChatPage } from "../../ports/application-store.ts";
import type { KeptPeople } from "../../ports/people-store.ts";
import type {
  BanRecord,
  MessagePage,
  PageStart,
  Position,
  RoomFilter,
  RoomRecord,
  StoredMessage,
  StreamEnd,
} from "../../ports/store.ts";
import { SELECT_BANS, toBan } from "../bans.ts";
import { readApplications, readChats } from "./applications.ts";
import { Database, type EngineOptions } from "./database.ts";
import { toStoreError } from "./failures.ts";
import { findMessage, nthMessage, positionOf, readEnd } from "./messages.ts";
import { readPeople } from "./people.ts";

/** Reads from a SQLite database. Throws `StoreError`s. */
export class SqliteReader {
  protected readonly db: Database;

  constructor(options: EngineOptions) {
    this.db = new Database(options);
  }

  rooms({ ids, application = ids ? undefined : MAIN_APPLICATION, numbers, keys }: RoomFilter): RoomRecord[] {
    // Only conditions that are given, so that each kind of filter uses an index.
    const [where, values] = [[ROOMS], [] as (string | number)[]];
    const among = (column: string, list: readonly unknown[] | undefined): void => {
      if (!list) return;
      where.push(`and ${column} in (select value from json_each(?))`);
      values.push(JSON.stringify(list));
    };
    if (application !== undefined) {
      where.push("and r.application_id = ?");
      values.push(application);
    }
    among("r.id", ids);
    among("r.number", numbers);
    among("r.key", keys);
    return this.db.guard("read the rooms of", () =>
      this.db
        .sql(`${where.join(" ")} order by r.id`)
        .all(...values)
        .map(toRoom),
    );
  }

  applications(): ApplicationRecord[] {
    return this.db.guard("read the applications of", () => readApplications(this.db));
  }

  chats(application: number, n: number, limit: number): ChatPage {
    return this.db.snapshot("read chats from", () => readChats(this.db, application, n, limit));
  }

  keptPeople(): KeptPeople {
    return this.db.guard("read the people of", () => readPeople(this.db));
  }

  secret(): string {
    return this.db.guard("read the secret of", () => String(this.db.sql("select value from secret").get()?.["value"]));
  }

  history(stream: number, upTo: number, limit: number): Entry[] {
    return this.db.guard("read history from", () =>
      this.db
        .sql(
          `select pos, seq, at, kind, author_id, author, body, ref from entries
          where stream_id = ? and pos <= ? and kind < 9 order by pos desc limit ?`,
        )
        .all(stream, upTo, limit)
        .reverse()
        .map((row) => toEntry(stream, row)),
    );
  }

  message(stream: number, seq: number): StoredMessage | null {
    return this.db.snapshot("read a message from", () => {
      const end = readEnd(this.db, stream);
      const found = end && findMessage(this.db, stream, end, seq);
      if (!found || found.kind === kinds.removed) return null;
      return this.#messagesFrom(stream, found.pos, 1)[0] ?? null;
    });
  }

  page(stream: number, from: PageStart, limit: number): MessagePage {
    return this.db.snapshot("read messages from", () => {
      const end = readEnd(this.db, stream);
      if (!end) return { messages: [], count: 0, pos: 0 };
      const seq = typeof from === "number" ? nthMessage(this.db, stream, from) : from.seq;
      const pos = positionOf(this.db, stream, end, seq);
      return {
        messages: pos === null ? [] : this.#messagesFrom(stream, pos, limit),
        count: end.seq - end.gone,
        pos: end.pos,
      };
    });
  }

  entriesFrom(positions: readonly Position[], limit: number): Entry[] {
    return this.db.guard("read entries from", () =>
      positions.flatMap(({ stream, pos }) =>
        this.db
          .sql(
            `select pos, seq, at, kind, author_id, author, body, ref from entries
            where stream_id = ? and pos >= ? order by pos limit ?`,
          )
          .all(stream, pos, limit)
          .map((row) => toEntry(stream, row)),
      ),
    );
  }

  ends(positions: readonly Position[]): StreamEnd[] {
    return this.db.guard("read the ends of the streams of", () =>
      positions.map(({ stream, pos }) => {
        const row = this.db
          .sql(
            `select (select max(pos) from entries where stream_id = ?1) as pos,
                  (select at from entries where stream_id = ?1 and pos = ?2) as at`,
          )
          .get(stream, pos);
        return { stream, pos: Number(row?.["pos"] ?? 0), atMicros: row?.["at"] == null ? null : Number(row["at"]) };
      }),
    );
  }

  bans(): BanRecord[] {
    return this.db.guard("read the bans of", () => this.db.sql(SELECT_BANS).all().map(toBan));
  }

  #messagesFrom(stream: number, pos: number, limit: number): StoredMessage[] {
    return this.db
      .sql(
        `select pos, seq, at, kind, author_id, author, body, ref, changed from entries
          where stream_id = ? and pos >= ? and kind < ${kinds.removed} order by pos limit ?`,
      )
      .all(stream, pos, limit)
      .map((row) => ({ ...toEntry(stream, row), changedPos: Number(row["changed"] ?? row["pos"]) }));
  }

  /** Writes the database as it is at this moment into an empty file, and checks that file. */
  copyTo(path: string): void {
    this.db.guard("copy", () => this.db.sql("vacuum into ?").run(path));
    try {
      using copy = new DatabaseSync(path, { readOnly: true });
      const problems = copy.prepare("pragma quick_check").all();
      if (problems[0]?.["quick_check"] !== "ok") throw new Error(JSON.stringify(problems.slice(0, 3)));
    } catch (error) {
      throw toStoreError(`check the copy ${path}`, error);
    }
  }

  close(): void {
    this.db.close();
  }
}

const ROOMS = `
  select r.id, r.application_id, r.number, r.key, r.name, r.private, r.topic, s.rules, s.rights, e.pos, e.seq, e.at
    from rooms r join streams s on s.id = r.id
    join entries e on e.stream_id = r.id and e.pos = (select max(pos) from entries where stream_id = r.id)
   where r.destroyed = 0`;

function toRoom(row: Readonly<Record<string, unknown>>): RoomRecord {
  return {
    id: Number(row["id"]),
    application: Number(row["application_id"]),
    number: Number(row["number"]),
    // Keys were made by `parseRoomName` before they were stored.
    name: { key: String(row["key"]) as NameKey, shown: String(row["name"]) },
    isPrivate: row["private"] === 1,
    topic: String(row["topic"]),
    rightsVersion: Number(row["rules"]),
    rights: decodeRights(JSON.parse((row["rights"] as string | null) ?? "null")),
    pos: Number(row["pos"]),
    seq: Number(row["seq"]),
    atMicros: Number(row["at"]),
  };
}

/** @param row of `entries`, without the stream */
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
    ref: row["ref"] === null ? null : Number(row["ref"]),
  };
}
