import { randomUUID } from "node:crypto";
import { MAIN_APPLICATION } from "../../domain/application.ts";
import { type Entry, movesRights } from "../../domain/entry.ts";
import type { ApplicationChange, ApplicationRecord, ChatPage, NewApplication } from "../../ports/application-store.ts";
import { StoreError } from "../../ports/store-error.ts";
import type {
  Appended,
  BanRecord,
  Batch,
  StreamEnd,
  MessagePage,
  NewRoom,
  PageStart,
  Passed,
  Position,
  Pruned,
  RoomFilter,
  RoomRecord,
  Store,
  StoredMessage,
} from "../../ports/store.ts";
import { encodeRights, rightsOfNew } from "../../domain/rights.ts";
import type { DatabaseConnection } from "../../postgres/connection.ts";
import type { NodeIdentity, Signature } from "../../postgres/node-identity.ts";
import { SELECT_BANS, toBan } from "../bans.ts";
import { printOf } from "../prints.ts";
import { PostgresApplications } from "./applications.ts";
import { toEntry, toRoom, toStarts, toStoredMessage } from "./rows.ts";
import { Writer } from "./writer.ts";

/** What the store needs of the connection for appending. */
export type AppendConnection = Pick<DatabaseConnection, "query" | "close">;

export interface StoreConnections {
  /** For appending alone: one batch at a time. */
  readonly append: AppendConnection;
  /** For pages of history, which people wait for, and for steps of a few milliseconds that delete old entries. */
  readonly history: DatabaseConnection;
  /** For everything else. */
  readonly rooms: DatabaseConnection;
}

/** A batch that was sent, and the identity that it was sent under. */
interface Attempt {
  readonly batch: number;
  readonly as: Signature;
}

/** A PostgreSQL database that any number of nodes share. */
export class PostgresStore implements Store {
  readonly isShared = true;
  readonly #connections: StoreConnections;
  readonly #identity: NodeIdentity;
  /** The batch whose outcome is not known; null: there is none. */
  #unanswered: Attempt | null = null;
  readonly #writer: Writer;
  readonly #applications: PostgresApplications;

  constructor(connections: StoreConnections, identity: NodeIdentity) {
    this.#connections = connections;
    this.#identity = identity;
    this.#writer = new Writer(connections.rooms, identity);
    this.#applications = new PostgresApplications(connections.history, this.#writer);
  }

  async append({ number, drafts, marks = [] }: Batch): Promise<Appended> {
    const { signature } = this.#identity;
    // A batch that is sent again keeps the identity of its first attempt, by which the database finds the outcome.
    const as = this.#unanswered?.batch === number ? this.#unanswered.as : signature;
    this.#unanswered = { batch: number, as };
    const isMoving = drafts.some(({ kind }) => movesRights(kind));
    const isChanging = drafts.some(({ ref }) => ref !== null);
    const isRepeatable = drafts.some(({ nonce }) => nonce !== null);
    const [row = {}] = await this.#connections.append.query("append", APPEND, [
      as.id,
      number,
      // After a restore, others may hold the authors' names: the call returns the first outcome, or stores nothing.
      as.restores === signature.restores ? as.version : Number.MAX_SAFE_INTEGER,
      marks.map((mark) => mark.stream),
      marks.map((mark) => mark.pos),
      marks.map((mark) => mark.atMicros),
      drafts.map((draft) => draft.stream),
      drafts.map((draft) => draft.rightsVersion),
      drafts.map((draft) => draft.kind),
      drafts.map((draft) => draft.authorId),
      drafts.map((draft) => draft.author),
      drafts.map((draft) => draft.body),
      isMoving ? drafts.map(({ rights }) => rights && encodeRights(rights)) : null,
      isChanging ? drafts.map(({ ref }) => ref) : null,
      isChanging ? drafts.map(({ expects }) => expects) : null,
      isRepeatable ? drafts.map(({ nonce }) => (nonce === null ? null : Buffer.from(nonce, "hex"))) : null,
      isRepeatable ? drafts.map((draft) => (draft.nonce === null ? null : printOf(draft))) : null,
    ]);
    this.#unanswered = null;
    const state = String(row["state"]);
    // `chatd_append_4` makes them as `Passed` has them.
    const passed = (row["passed"] ?? []) as readonly Passed[];
    if (state === "stored" || state === "repeat") return { starts: toStarts(row), passed };
    throw this.#identity.refusal("store a batch", state, as);
  }

  async createRoom(room: NewRoom): Promise<RoomRecord | null> {
    const { application = MAIN_APPLICATION, name, isPrivate, authorId, author } = room;
    const rights = encodeRights(rightsOfNew(authorId));
    // By the nonce, a repeated attempt finds the room that an unanswered one has made.
    const nonce = Buffer.from(room.nonce ?? randomUUID().replaceAll("-", ""), "hex");
    const { key = null, shown = null } = name ?? {};
    const values = [application, key, shown, isPrivate, authorId, author, rights, nonce];
    const row = await this.#writer.tryToWrite("make a room", CREATE_ROOM, values, ["made", "taken"]);
    if (row["state"] === "taken") return null;
    const [record] = await this.rooms({ ids: [Number(row["room"])] });
    return record ?? null;
  }

  async rooms(filter: RoomFilter = {}): Promise<readonly RoomRecord[]> {
    const { ids, application = ids ? undefined : MAIN_APPLICATION, numbers, keys } = filter;
    // Each kind of filter is a statement of its own, so that each has a plan that uses an index.
    const given = Object.entries({ ids, application, numbers, keys }).filter(([, value]) => value !== undefined);
    const name = ["rooms", ...given.map(([kind]) => kind)].join(" by ");
    const conditions = given.map(([kind], i) => ` and ${ROOM_CONDITIONS[kind as keyof RoomFilter](`$${i + 1}`)}`);
    const values = given.map(([, value]) => value);
    const rows = await this.#connections.rooms.query(name, `${ROOMS}${conditions.join("")} order by r.id`, values);
    return rows.map(toRoom);
  }

  applications(): Promise<readonly ApplicationRecord[]> {
    return this.#applications.applications();
  }

  createApplication(application: NewApplication): Promise<ApplicationRecord | null> {
    return this.#applications.createApplication(application);
  }

  changeApplication(id: number, change: ApplicationChange): Promise<ApplicationRecord | null> {
    return this.#applications.changeApplication(id, change);
  }

  endApplication(id: number): Promise<boolean> {
    return this.#applications.endApplication(id);
  }

  sweepEnded(limit: number): Promise<boolean> {
    return this.#applications.sweepEnded(limit);
  }

  chats(application: number, n: number, limit: number): Promise<ChatPage> {
    return this.#applications.chats(application, n, limit);
  }

  async history(stream: number, upTo: number, limit: number): Promise<readonly Entry[]> {
    const rows = await this.#connections.history.query("history", HISTORY, [stream, upTo, limit]);
    return rows.map(toEntry).reverse();
  }

  async message(stream: number, seq: number): Promise<StoredMessage | null> {
    const [row] = await this.#connections.history.query("message", MESSAGE, [stream, seq]);
    return row ? toStoredMessage(row) : null;
  }

  async page(stream: number, from: PageStart, limit: number): Promise<MessagePage> {
    const [name, text, at] = typeof from === "number" ? ["page", PAGE, from] : ["page by seq", PAGE_BY_SEQ, from.seq];
    const rows = await this.#connections.history.query(name, text, [stream, at, limit]);
    const [first] = rows;
    return {
      messages: rows.filter((row) => row["pos"] !== null).map(toStoredMessage),
      count: Number(first?.["there"] ?? 0),
      pos: Number(first?.["end_pos"] ?? 0),
    };
  }

  async entriesFrom(positions: readonly Position[], limit: number): Promise<readonly Entry[]> {
    const rows = await this.#connections.rooms.query("from", ENTRIES_FROM, [...toColumns(positions), limit]);
    return rows.map(toEntry);
  }

  async ends(positions: readonly Position[]): Promise<readonly StreamEnd[]> {
    const rows = await this.#connections.rooms.query("heads", ENDS, toColumns(positions));
    return rows.map((row) => ({
      stream: Number(row["stream_id"]),
      pos: Number(row["pos"]),
      atMicros: row["at"] === null ? null : Number(row["at"]),
    }));
  }

  async bans(): Promise<readonly BanRecord[]> {
    return (await this.#connections.rooms.query(null, SELECT_BANS, [])).map(toBan);
  }

  async putBan({ subject, untilMicros, reason, author, atMicros }: BanRecord): Promise<void> {
    await this.#writer.write("store a ban", PUT_BAN, [subject, untilMicros, reason, author, atMicros], ["null"]);
  }

  async removeBan(subject: string): Promise<void> {
    await this.#writer.write("lift a ban", REMOVE_BAN, [subject], ["null"]);
  }

  async prune(beforeMicros: number, from: number, limit: number): Promise<Pruned> {
    const [row = {}] = await this.#connections.history.query(
      null,
      "select * from chatd_prune_2(to_timestamp($1::bigint / 1000000.0), $2, $3)",
      [beforeMicros, from, limit],
    );
    return { entries: Number(row["entries"]), next: row["next"] === null ? null : Number(row["next"]) };
  }

  backup(path: string): Promise<void> {
    return Promise.reject(
      new StoreError(
        "broken",
        `back up to ${path}: the database is PostgreSQL. Use pg_dump, or the backups of its server.`,
      ),
    );
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#connections).map((connection: DatabaseConnection) => connection.close()));
  }
}

const APPEND =
  "select * from chatd_append_4($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
const CREATE_ROOM = "select * from chatd_create_room_3($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const PUT_BAN = "select chatd_put_ban_2($1, $2, $3, $4, $5, $6, $7) as state";
const REMOVE_BAN = "select chatd_remove_ban_2($1, $2, $3) as state";
const MICROS = "(extract(epoch from e.at) * 1000000)::bigint as at";
const ENTRY = `e.stream_id, e.pos, e.seq, ${MICROS}, e.kind, e.author_id, e.author, e.body, e.ref`;
const HISTORY = `
  select ${ENTRY} from entries e
   where e.stream_id = $1 and e.pos <= $2 and e.kind < 9 order by e.pos desc limit $3`;
const MESSAGE = `select ${ENTRY}, e.changed from chatd_message_1($1, $2) e where e.kind < 9`;
const pageFrom = (seq: string): string => `
  with s as (
    select l.pos, l.seq - s.gone as there from streams s
     cross join lateral (select e.pos, e.seq from entries e where e.stream_id = s.id order by e.pos desc limit 1) l
     where s.id = $1
  ), first as (
    select m.pos from ${seq} n cross join lateral chatd_message_1($1, n) m
  )
  select s.pos as end_pos, s.there, m.* from s left join lateral (
    select ${ENTRY}, e.changed from entries e
     where e.stream_id = $1 and e.pos >= (select pos from first) and e.kind < 9 order by e.pos limit $3
  ) m on true`;
const PAGE = pageFrom("chatd_nth_message_1($1, $2)");
// Messages before the first entry are too old to be there.
const PAGE_BY_SEQ = pageFrom(`(
      select greatest($2::bigint, e.seq + (e.kind >= 10)::int) as n from entries e where e.stream_id = $1 order by e.pos limit 1
    )`);
const ENTRIES_FROM = `
  select e.* from unnest($1::bigint[], $2::bigint[]) with ordinality p(stream_id, pos, i)
   cross join lateral (
     select ${ENTRY} from entries e where e.stream_id = p.stream_id and e.pos >= p.pos order by e.pos limit $3
   ) e
   order by p.i, e.pos`;
const ENDS = `
  select p.stream_id,
         coalesce((select e.pos from entries e where e.stream_id = p.stream_id order by e.pos desc limit 1), 0) as pos,
         (select ${MICROS} from entries e where e.stream_id = p.stream_id and e.pos = p.pos)
    from unnest($1::bigint[], $2::bigint[]) with ordinality p(stream_id, pos, i)
   order by p.i`;
const ROOMS = `
  select r.id, r.application_id, r.number, r.key, r.name, r.private, r.topic, s.rules, s.rights, e.pos, e.seq, ${MICROS}
    from rooms r join streams s on s.id = r.id
    cross join lateral (select pos, seq, at from entries where stream_id = r.id order by pos desc limit 1) e
   where not r.destroyed`;
const ROOM_CONDITIONS: Readonly<Record<keyof RoomFilter, (value: string) => string>> = {
  ids: (value) => `r.id = any (${value}::bigint[])`,
  application: (value) => `r.application_id = ${value}`,
  numbers: (value) => `r.number = any (${value}::bigint[])`,
  keys: (value) => `r.key = any (${value}::text[])`,
};

function toColumns(positions: readonly Position[]): [number[], number[]] {
  return [positions.map(({ stream }) => stream), positions.map(({ pos }) => pos)];
}
