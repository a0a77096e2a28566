import { kinds } from "../../../src/domain/entry.ts";
import type { BanRecord } from "../../../src/ports/store.ts";

export interface NodeRow {
  readonly id: number;
  readonly leaseMs: number;
  renewedAtMs: number;
  /** Microseconds, as the rest that nodes read. */
  upSince: number;
  roster: number;
}

/** Where a stream stood before a batch. */
export interface HeadRow {
  readonly pos: number;
  readonly seq: number;
  /** The time of its last entry; null: there was none. */
  readonly at: number | null;
}

export interface AppendRow {
  readonly node: number;
  readonly batch: number;
  readonly at: number;
  /** By stream; null: it was refused. */
  readonly heads: ReadonlyMap<number, HeadRow> | null;
}

export interface StreamRow {
  readonly rules: number;
  readonly isClosed: boolean;
  /** The JSON that `encodeRights` of src/domain/rights.ts made, parsed; null: there are none. */
  readonly rights: unknown;
}

export interface EntryRow {
  readonly stream_id: number;
  readonly pos: number;
  readonly seq: number;
  readonly at: number;
  /** When it was stored in truth, by the timeline. */
  readonly trueMs: number;
  readonly kind: number;
  readonly author_id: number | null;
  readonly author: string;
  readonly body: string;
  readonly ref: null;
}

export interface RoomRow {
  readonly id: number;
  readonly key: string;
  readonly name: string;
  readonly isPrivate: boolean;
  readonly topic: string;
  readonly isDestroyed: boolean;
  /** By it an attempt to make the room finds what an earlier one has done. */
  readonly nonce: string;
}

export interface NameRow {
  readonly key: string;
  readonly shown: string;
  readonly session: number;
  readonly node: number;
  readonly address: string;
  readonly since: number;
  readonly rooms: Readonly<Record<string, number>>;
  readonly away: AwayJson | null;
}

/** What somebody has left whose connection broke; `until` null: they are back, and not in all their rooms yet. */
export interface AwayJson {
  readonly rooms: readonly number[];
  readonly current: number | null;
  readonly others: readonly number[] | null;
  readonly seen: number;
  readonly until: number | null;
}

/** What is left of the last entry of a stream that is too old to be kept. */
const FORGOTTEN = { kind: kinds.forgotten, author_id: null, author: "", body: "", ref: null };

/** What the database holds. Rows are replaced and never changed, but for those of nodes: a copy of the maps is a snapshot. */
export class Tables {
  readonly nodes: Map<number, NodeRow>;
  /** By node and batch. */
  readonly appends: Map<string, AppendRow>;
  readonly streams: Map<number, StreamRow>;
  /** By stream, in the order of their positions. */
  readonly entries: Map<number, EntryRow[]>;
  readonly rooms: Map<number, RoomRow>;
  readonly names: Map<string, NameRow>;
  readonly bans: Map<string, BanRecord>;
  /** The last attempt of each node to write each part. */
  readonly attempts: Map<number, ReadonlyMap<string, number>>;
  lastStream: number;

  constructor(from?: Tables) {
    this.nodes = new Map([...(from?.nodes ?? [])].map(([id, row]) => [id, { ...row }]));
    this.appends = new Map(from?.appends);
    this.streams = new Map(from?.streams ?? [[0, { rules: 1, isClosed: false, rights: null }]]);
    this.entries = new Map([...(from?.entries ?? [])].map(([id, rows]) => [id, [...rows]]));
    this.rooms = new Map(from?.rooms);
    this.names = new Map(from?.names);
    this.bans = new Map(from?.bans);
    this.attempts = new Map(from?.attempts);
    this.lastStream = from?.lastStream ?? 0;
  }

  /** Null: an attempt to write something may go on; else why not. */
  attempt(node: number, part: string, nr: number): "fenced" | "late" | null {
    if (!this.nodes.has(node)) return "fenced";
    const known = this.attempts.get(node);
    if ((known?.get(part) ?? 0) >= nr) return "late";
    this.attempts.set(node, new Map(known).set(part, nr));
    return null;
  }

  /** Deletes entries that were stored before a moment of the timeline, and returns them. Of the last one of a stream its place stays. */
  prune(beforeMs: number): EntryRow[] {
    const pruned: EntryRow[] = [];
    for (const [stream, rows] of this.entries) {
      const last = rows.at(-1);
      pruned.push(...rows.filter((row) => row.trueMs < beforeMs && row.kind !== kinds.forgotten));
      this.entries.set(
        stream,
        rows.flatMap((row) => (row.trueMs >= beforeMs ? row : row === last ? { ...row, ...FORGOTTEN } : [])),
      );
    }
    return pruned;
  }

  entriesOf(stream: number): EntryRow[] {
    let rows = this.entries.get(stream);
    if (!rows) this.entries.set(stream, (rows = []));
    return rows;
  }
}
