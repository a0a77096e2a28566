import type { Draft } from "../domain/draft.ts";
import type { Entry } from "../domain/entry.ts";
import type { Name, NameKey } from "../domain/names.ts";
import type { Rights } from "../domain/rights.ts";

/** The beginning of a list that may be long. */
export interface FirstOf<T> {
  readonly first: readonly T[];
  /** How many there are in all. */
  readonly count: number;
}

export interface RoomRecord {
  /** Also the id of its stream. Never given twice. */
  readonly id: number;
  readonly name: Name;
  readonly isPrivate: boolean;
  readonly topic: string;
  readonly rightsVersion: number;
  readonly rights: Rights;
  /** The position, the number and the time of the stream's last entry. */
  readonly pos: number;
  readonly seq: number;
  readonly atMicros: number;
}

/** Which rooms are asked for: of these ids, and of these names' keys; without either, all. */
export interface RoomFilter {
  readonly ids?: readonly number[];
  readonly keys?: readonly NameKey[];
}

/** A place in a stream; 0 is before its first entry. */
export interface Position {
  readonly stream: number;
  readonly pos: number;
}

/** A place in a stream, and the time of the entry there, in microseconds. */
export interface Mark extends Position {
  readonly atMicros: number;
}

/** Where a stream ends, asked from a place in it. */
export interface StreamEnd {
  readonly stream: number;
  /** Of its last entry; 0 when there is none. */
  readonly pos: number;
  /** The time of the entry at the place; null when there is none: it is too old, or was never there. */
  readonly atMicros: number | null;
}

export interface NewRoom {
  readonly name: Name;
  readonly isPrivate: boolean;
  /** The session that makes it; null: the server itself. */
  readonly authorId: number | null;
  readonly author: string;
}

export interface Batch {
  /** 1, 2, 3 … by this node since its start. The same number again has no effect and gets the first outcome. */
  readonly number: number;
  /** In order. An entry that moves the rules is the last one of its stream. */
  readonly drafts: readonly Draft[];
  /**
   * How far this node has delivered the streams of the batch, each once: what they were judged by is of that past. Missing:
   * nothing is compared.
   */
  readonly marks?: readonly Mark[];
}

/** Where a stream stood before a batch, and the time of the batch's entries in it. */
export interface BatchStart {
  readonly stream: number;
  readonly pos: number;
  readonly seq: number;
  readonly atMicros: number;
  /** The time of the entry at the position; null: there is none, or that is not known any more. */
  readonly previousAtMicros: number | null;
}

/** Somebody who may not come in at all. */
export interface BanRecord {
  /** An IPv4 address, a range of addresses, or a name's key. */
  readonly subject: string;
  /** Microseconds since 1970; null: until it is lifted. */
  readonly untilMicros: number | null;
  readonly reason: string;
  /** Who said so. */
  readonly author: string;
  /** When. */
  readonly atMicros: number;
}

/** What of a stream's old entries was deleted. */
export interface Pruned {
  readonly entries: number;
  /** Where to go on; null: everything was looked at. */
  readonly next: number | null;
}

/**
 * The entries of streams. Every promise of a store resolves only when what was written cannot be lost any more by a crash of
 * the process or the machine. Failures are `StoreError`s.
 */
export interface EntryStore {
  /**
   * Appends a batch, all or nothing per stream: a stream that is closed or whose rights were moved takes nothing and is not
   * in the answer, nor is one of a shared store that has another entry at its mark, or ends before it. Positions follow the
   * end given, in the order of the batch. One call at a time. An attempt that was given up may still take effect, until a
   * batch of a higher number was answered.
   */
  append(batch: Batch): Promise<readonly BatchStart[]>;
  /** The last `limit` messages of a stream at positions up to `upTo`, oldest first. */
  history(stream: number, upTo: number, limit: number): Promise<readonly Entry[]>;
  /**
   * The entry at each of these positions and what comes after it, in order: up to `limit` entries of each stream, at least 2.
   */
  entriesFrom(positions: readonly Position[], limit: number): Promise<readonly Entry[]>;
  /** Where the streams of these positions end. */
  ends(positions: readonly Position[]): Promise<readonly StreamEnd[]>;
  /**
   * Deletes entries that are older than `beforeMicros` (microseconds since 1970), up to `limit` of them, from the streams from
   * `from` on. Of the last entry of a stream its position stays, as a `forgotten` one: positions and numbers go on from it.
   */
  prune(beforeMicros: number, from: number, limit: number): Promise<Pruned>;
}

export interface RoomStore {
  /**
   * Makes a room with its first entry, or returns null: the name is taken. A shared store tells so in the stream of the
   * server (`kinds.roomMade`), and at its end (`kinds.roomEnded`).
   */
  createRoom(room: NewRoom): Promise<RoomRecord | null>;
  /** Rooms that are not destroyed, in the order in which they were made. */
  rooms(filter?: RoomFilter): Promise<readonly RoomRecord[]>;
}

/** Who may not come in at all. */
export interface BanStore {
  /** Every ban on the server, the oldest first. */
  bans(): Promise<readonly BanRecord[]>;
  /** Adds a ban, instead of the one on the same subject. A shared store tells so, as at the removal (`kinds.bansChanged`). */
  putBan(ban: BanRecord): Promise<void>;
  removeBan(subject: string): Promise<void>;
}

/** The durable truth. */
export interface Store extends EntryStore, RoomStore, BanStore {
  /** Whether other nodes write to it, too: what a node knows of a room that it does not follow may be old. */
  readonly isShared: boolean;
  /**
   * Writes all that is stored at this moment into a new file, and checks it by opening it, while everything else goes on.
   * Rejects with a `StoreError`; then there is no such file.
   *
   * @param progress is called about every second with the part that is done, 0 to 1
   */
  backup(path: string, progress: (done: number) => void): Promise<void>;
  /** Ends after what was asked before is done. */
  close(): Promise<void>;
}
