import { randomUUID } from "node:crypto";
import { type Entry, movesRules } from "../../chat/entry.ts";
import { StoreError } from "../../chat/errors.ts";
import type { NameKey } from "../../chat/names.ts";
import type {
  BanRecord,
  Batch,
  Head,
  NewRoom,
  Place,
  Pruned,
  RoomFilter,
  RoomRecord,
  Store,
  StreamHead,
} from "../../chat/ports.ts";
import { type Rights, rightsFrom, rightsOfNew } from "../../chat/rights.ts";
import type { Connection, Row } from "../../postgres/connection.ts";
import type { NodeIdentity } from "../../postgres/identity.ts";
import { SELECT_BANS, toBan } from "../bans.ts";

export interface StoreConnections {
  /** For appending alone: one batch at a time. */
  readonly append: Connection;
  /** For what people read. */
  readonly history: Connection;
  /** For everything else. */
  readonly rooms: Connection;
}

/** So often is a room asked for whose making got no answer. */
const CREATE_TRIES = 3;

/** A PostgreSQL database that any number of nodes share. */
export class PostgresStore implements Store {
  readonly isShared = true;
  readonly #connections: StoreConnections;
  readonly #identity: NodeIdentity;
  /** The batch whose outcome is not known, and under which id it was sent. */
  #unanswered: { readonly batch: number; readonly node: number } | null = null;

  constructor(connections: StoreConnections, identity: NodeIdentity) {
    this.#connections = connections;
    this.#identity = identity;
  }

  async append({ number, drafts }: Batch): Promise<readonly StreamHead[]> {
    // Under the id of its first attempt: that one's outcome is found by it.
    const node = this.#unanswered?.batch === number ? this.#unanswered.node : this.#identity.id;
    this.#unanswered = { batch: number, node };
    const isMoving = drafts.some(({ kind }) => movesRules(kind));
    const [row = {}] = await this.#connections.append.query("append", APPEND, [
      node,
      number,
      drafts.map((draft) => draft.stream),
      drafts.map((draft) => draft.rules),
      drafts.map((draft) => draft.kind),
      drafts.map((draft) => draft.authorId),
      drafts.map((draft) => draft.author),
      drafts.map((draft) => draft.body),
      isMoving ? drafts.map(({ rights }) => rights && JSON.stringify(rights)) : null,
    ]);
    this.#unanswered = null;
    if (row["state"] !== "fenced") return toHeads(row);
    this.#identity.isFenced(node);
    throw new StoreError("unavailable", "store a batch: this node was taken for dead, and comes back as another");
  }

  async createRoom(room: NewRoom): Promise<RoomRecord | null> {
    const rights = JSON.stringify(rightsOfNew(room.authorId));
    const { key, shown } = room.name;
    // By its token an attempt that got no answer is known again.
    const values = [key, shown, room.isPrivate, room.authorId, room.author, rights, randomUUID()];
    for (let tries = 1; ; tries++) {
      try {
        const [row] = await this.#ask("select chatd_create_room_1($1, $2, $3, $4, $5, $6, $7) as id", values);
        if (typeof row?.["id"] !== "number") return null;
        const [record] = await this.rooms({ ids: [row["id"]] });
        return record ?? null;
      } catch (error) {
        if (!(error instanceof StoreError) || error.code !== "unavailable" || tries === CREATE_TRIES) throw error;
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
      rules: Number(row["rules"]),
      // What `append` or `createRoom` wrote.
      rights: rightsFrom(row["rights"] as Partial<Rights> | null),
      pos: Number(row["pos"]),
      seq: Number(row["seq"]),
      at: Number(row["at"]),
    }));
  }

  async history(stream: number, upTo: number, limit: number): Promise<readonly Entry[]> {
    const rows = await this.#connections.history.query("history", HISTORY, [stream, upTo, limit]);
    return rows.map(toEntry).reverse();
  }

  async entriesAfter(places: readonly Place[], limit: number): Promise<readonly Entry[]> {
    const rows = await this.#connections.rooms.query("after", ENTRIES_AFTER, [...toColumns(places), limit]);
    return rows.map(toEntry);
  }

  async heads(places: readonly Place[]): Promise<readonly Head[]> {
    const rows = await this.#connections.rooms.query("heads", HEADS, toColumns(places));
    return rows.map((row) => ({
      stream: Number(row["stream_id"]),
      pos: Number(row["pos"]),
      at: row["at"] === null ? null : Number(row["at"]),
    }));
  }

  async bans(): Promise<readonly BanRecord[]> {
    return (await this.#ask(SELECT_BANS)).map(toBan);
  }

  async putBan({ subject, until, reason, author, at }: BanRecord): Promise<void> {
    await this.#ask("select chatd_put_ban_1($1, $2, $3, $4, $5)", [subject, until, reason, author, at]);
  }

  async removeBan(subject: string): Promise<void> {
    await this.#ask("select chatd_remove_ban_1($1)", [subject]);
  }

  async prune(before: number, from: number, limit: number): Promise<Pruned> {
    const [row = {}] = await this.#connections.history.query(
      null,
      "select * from chatd_prune_1(to_timestamp($1::bigint / 1000000.0), $2, $3)",
      [before, from, limit],
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
    await Promise.all(Object.values(this.#connections).map((connection: Connection) => connection.close()));
  }

  #ask(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return this.#connections.rooms.query(null, text, values);
  }
}

const APPEND = "select * from chatd_append_2($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const MICROS = "(extract(epoch from e.at) * 1000000)::bigint as at";
const ENTRY = `e.stream_id, e.pos, e.seq, ${MICROS}, e.kind, e.author_id, e.author, e.body`;
const HISTORY = `
  select ${ENTRY} from entries e
   where e.stream_id = $1 and e.pos <= $2 and e.kind < 10 order by e.pos desc limit $3`;
const ENTRIES_AFTER = `
  select e.* from unnest($1::bigint[], $2::bigint[]) with ordinality p(stream_id, pos, i)
   cross join lateral (
     select ${ENTRY} from entries e where e.stream_id = p.stream_id and e.pos > p.pos order by e.pos limit $3
   ) e
   order by p.i, e.pos`;
const HEADS = `
  select p.stream_id, coalesce(h.pos, 0) as pos, ${MICROS}
    from unnest($1::bigint[], $2::bigint[]) with ordinality p(stream_id, pos, i)
    left join lateral (select pos from entries where stream_id = p.stream_id order by pos desc limit 1) h on true
    left join entries e on e.stream_id = p.stream_id and e.pos = p.pos
   order by p.i`;
const ROOMS = `
  select r.id, r.key, r.name, r.private, r.topic, s.rules, s.rights, e.pos, e.seq, ${MICROS}
    from rooms r join streams s on s.id = r.id
    cross join lateral (select pos, seq, at from entries where stream_id = r.id order by pos desc limit 1) e
   where not r.destroyed and ($1::bigint[] is null or r.id = any ($1)) and ($2::text[] is null or r.key = any ($2))
   order by r.id`;

function toColumns(places: readonly Place[]): [number[], number[]] {
  return [places.map(({ stream }) => stream), places.map(({ pos }) => pos)];
}

function toEntry(row: Row): Entry {
  return {
    stream: Number(row["stream_id"]),
    pos: Number(row["pos"]),
    seq: Number(row["seq"]),
    at: Number(row["at"]),
    kind: Number(row["kind"]),
    authorId: row["author_id"] === null ? null : Number(row["author_id"]),
    author: String(row["author"]),
    body: String(row["body"]),
  };
}

/** The arrays of `chatd_append_2`; null where nothing was taken. */
function toHeads(row: Row): StreamHead[] {
  const column = (name: string): readonly number[] => (row[name] ?? []) as readonly number[];
  const [streams, poss, seqs, at] = [column("streams"), column("poss"), column("seqs"), Number(row["at"])];
  return streams.map((stream, i) => ({ stream, pos: poss[i] ?? 0, seq: seqs[i] ?? 0, at }));
}
