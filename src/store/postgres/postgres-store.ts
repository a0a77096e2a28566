import { randomUUID } from "node:crypto";
import { type Entry, movesRights } from "../../domain/entry.ts";
import { StoreError } from "../../ports/store-error.ts";
import type {
  Appended,
  BanRecord,
  Batch,
  StreamEnd,
  MessagePage,
  NewRoom,
  Passed,
  Position,
  Pruned,
  RoomFilter,
  RoomRecord,
  Store,
  StoredMessage,
  BatchStart,
} from "../../ports/store.ts";
import type { NameKey } from "../../domain/names.ts";
import { decodeRights, encodeRights, rightsOfNew } from "../../domain/rights.ts";
import type { DatabaseConnection, Row } from "../../postgres/connection.ts";
import type { NodeIdentity, Signature } from "../../postgres/node-identity.ts";
import { SELECT_BANS, toBan } from "../bans.ts";
import { printOf } from "../prints.ts";

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

/** Maximum attempts to make a room while the database does not answer. */
const CREATE_TRIES = 3;

/** A PostgreSQL database that any number of nodes share. */
export class PostgresStore implements Store {
  readonly isShared = true;
  readonly #connections: StoreConnections;
  readonly #identity: NodeIdentity;
  /** The batch whose outcome is not known; null: there is none. */
  #unanswered: Attempt | null = null;
  /** Number of attempts, so far, to write anything but a batch. */
  #attempts = 0;

  constructor(connections: StoreConnections, identity: NodeIdentity) {
    this.#connections = connections;
    this.#identity = identity;
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
    const rights = encodeRights(rightsOfNew(room.authorId));
    const { key, shown } = room.name;
    // By the token, a repeated attempt finds the room that an unanswered one has made.
    const values = [key, shown, room.isPrivate, room.authorId, room.author, rights, randomUUID()];
    for (let tries = 1; ; tries++) {
      try {
        const [row = {}] = await this.#write("make a room", CREATE_ROOM, values, ["made", "taken"]);
        if (row["state"] === "taken") return null;
        const [record] = await this.rooms({ ids: [Number(row["room"])] });
        return record ?? null;
      } catch (error) {
        if (!mayPass(error) || tries === CREATE_TRIES) throw error;
      }
    }
  }

  async rooms({ ids, keys }: RoomFilter = {}): Promise<readonly RoomRecord[]> {
    const rows = await this.#connections.rooms.query("rooms", ROOMS, [ids ?? null, keys ?? null]);
    return rows.map((row) => ({
      id: Number(row["id"]),
      // Keys were made by `parseRoomName` before they were stored.
      name: { key: String(row["key"]) as NameKey, shown: String(row["name"]) },
      isPrivate: row["private"] === true,
      topic: String(row["topic"]),
      rightsVersion: Number(row["rules"]),
      rights: decodeRights(row["rights"]),
      pos: Number(row["pos"]),
      seq: Number(row["seq"]),
      atMicros: Number(row["at"]),
    }));
  }

  async history(stream: number, upTo: number, limit: number): Promise<readonly Entry[]> {
    const rows = await this.#connections.history.query("history", HISTORY, [stream, upTo, limit]);
    return rows.map(toEntry).reverse();
  }

  async message(stream: number, seq: number): Promise<StoredMessage | null> {
    const [row] = await this.#connections.history.query("message", MESSAGE, [stream, seq]);
    return row ? toStoredMessage(row) : null;
  }

  async page(stream: number, n: number, limit: number): Promise<MessagePage> {
    const rows = await this.#connections.history.query("page", PAGE, [stream, n, limit]);
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
    return (await this.#ask(SELECT_BANS)).map(toBan);
  }

  async putBan({ subject, untilMicros, reason, author, atMicros }: BanRecord): Promise<void> {
    await this.#write("store a ban", PUT_BAN, [subject, untilMicros, reason, author, atMicros], ["null"]);
  }

  async removeBan(subject: string): Promise<void> {
    await this.#write("lift a ban", REMOVE_BAN, [subject], ["null"]);
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

  /** Makes one attempt to write, and returns its rows. Rejects with a `StoreError`, also for an unwanted state. */
  async #write(
    what: string,
    text: string,
    values: readonly unknown[],
    wanted: readonly string[],
  ): Promise<readonly Row[]> {
    const { signature } = this.#identity;
    const rows = await this.#ask(text, [signature.id, (this.#attempts += 1), ...values]);
    const state = String(rows[0]?.["state"]);
    if (!wanted.includes(state)) throw this.#identity.refusal(what, state, signature);
    return rows;
  }

  #ask(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return this.#connections.rooms.query(null, text, values);
  }
}

const APPEND =
  "select * from chatd_append_4($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
const CREATE_ROOM = "select * from chatd_create_room_2($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const PUT_BAN = "select chatd_put_ban_2($1, $2, $3, $4, $5, $6, $7) as state";
const REMOVE_BAN = "select chatd_remove_ban_2($1, $2, $3) as state";
const MICROS = "(extract(epoch from e.at) * 1000000)::bigint as at";
const ENTRY = `e.stream_id, e.pos, e.seq, ${MICROS}, e.kind, e.author_id, e.author, e.body, e.ref`;
const HISTORY = `
  select ${ENTRY} from entries e
   where e.stream_id = $1 and e.pos <= $2 and e.kind < 9 order by e.pos desc limit $3`;
const MESSAGE = `select ${ENTRY}, e.changed from chatd_message_1($1, $2) e where e.kind < 9`;
const PAGE = `
  with s as (
    select l.pos, l.seq - s.gone as there from streams s
     cross join lateral (select e.pos, e.seq from entries e where e.stream_id = s.id order by e.pos desc limit 1) l
     where s.id = $1
  ), first as (
    select m.pos from chatd_nth_message_1($1, $2) n cross join lateral chatd_message_1($1, n) m
  )
  select s.pos as end_pos, s.there, m.* from s left join lateral (
    select ${ENTRY}, e.changed from entries e
     where e.stream_id = $1 and e.pos >= (select pos from first) and e.kind < 9 order by e.pos limit $3
  ) m on true`;
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
  select r.id, r.key, r.name, r.private, r.topic, s.rules, s.rights, e.pos, e.seq, ${MICROS}
    from rooms r join streams s on s.id = r.id
    cross join lateral (select pos, seq, at from entries where stream_id = r.id order by pos desc limit 1) e
   where not r.destroyed and ($1::bigint[] is null or r.id = any ($1)) and ($2::text[] is null or r.key = any ($2))
   order by r.id`;

function toColumns(positions: readonly Position[]): [number[], number[]] {
  return [positions.map(({ stream }) => stream), positions.map(({ pos }) => pos)];
}

function toEntry(row: Row): Entry {
  return {
    stream: Number(row["stream_id"]),
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

function toStoredMessage(row: Row): StoredMessage {
  return { ...toEntry(row), changedPos: Number(row["changed"] ?? row["pos"]) };
}

/** Reads the arrays of `chatd_append_4`, null where no stream took anything. An unknown previous time is read as 0. */
function toStarts(row: Row): BatchStart[] {
  const column = (name: string): readonly number[] => (row[name] ?? []) as readonly number[];
  const [streams, poss, seqs, previousMicros] = [column("streams"), column("poss"), column("seqs"), column("befores")];
  const atMicros = Number(row["at"]);
  return streams.map((stream, i) => {
    return { stream, pos: poss[i] ?? 0, seq: seqs[i] ?? 0, atMicros, previousAtMicros: previousMicros[i] || null };
  });
}

function mayPass(error: unknown): boolean {
  return error instanceof StoreError && (error.code === "unavailable" || error.code === "unreached");
}
