import type { ApplicationStore } from "./application-store.ts";
import type { Draft } from "../domain/draft.ts";
import type { Committed, Entry } from "../domain/entry.ts";
import type { Name, NameKey } from "../domain/names.ts";
import type { Rights } from "../domain/rights.ts";

/** The beginning of a list that may be long. */
export interface FirstOf<T> {
  readonly first: readonly T[];
  /** Number of elements of the whole list. */
  readonly count: number;
}

export interface RoomRecord {
  /** Also the id of the room's stream. Never given twice. */
  readonly id: number;
  readonly application: number;
  /** Never given twice in its application. */
  readonly number: number;
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

/** Rooms that have one of these ids, numbers, and names' keys. A list that is missing fits all rooms. */
export interface RoomFilter {
  readonly ids?: readonly number[];
  /** Missing: any, if there are `ids`; else `main`. */
  readonly application?: number;
  readonly numbers?: readonly number[];
  readonly keys?: readonly NameKey[];
}

/** A message as it is now. */
export interface StoredMessage extends Entry {
  /** Position of its last change; where it was never changed, its own. */
  readonly changedPos: number;
}

/** Where a page of messages begins: at the n-th of those that are there, from 1 on; or at the first from a number on. */
export type PageStart = number | { readonly seq: number };

export interface MessagePage {
  /** In the order of their numbers. */
  readonly messages: readonly StoredMessage[];
  /** Number of all messages of the stream that are there. */
  readonly count: number;
  /** Position of the stream's last entry; 0: there is none. */
  readonly pos: number;
}

/** A position in a stream; 0: before the first entry. */
export interface Position {
  readonly stream: number;
  readonly pos: number;
}

/** A position in a stream, and the time of the entry there, in microseconds since 1970. */
export interface Mark extends Position {
  readonly atMicros: number;
}

/** The end of a stream, and the store's time at the position asked about, by which a restored store is noticed. */
export interface StreamEnd {
  readonly stream: number;
  /** Position of the last entry; 0: there is none. */
  readonly pos: number;
  /** The time of the entry at the position asked about; null: it was too old to keep, or never was there. */
  readonly atMicros: number | null;
}

export interface NewRoom {
  /** Missing: `main`. */
  readonly application?: number;
  /** Null: it is called by its number. */
  readonly name: Name | null;
  readonly isPrivate: boolean;
  /** The principal that makes the room; null: the server itself. */
  readonly authorId: number | null;
  readonly author: string;
  /** As `Draft.nonce`, in the application. Missing: the room is made, whatever was made before. */
  readonly nonce?: string;
}

export interface Batch {
  /** 1, 2, 3 … since the node's start. A number that was stored before has no effect, and gets the first outcome. */
  readonly number: number;
  /** In order. One that moves the rights or changes a message is the last of its stream. A nonce comes once in a stream. */
  readonly drafts: readonly Draft[];
  /** How far this node has delivered each stream, by which the drafts were judged. Missing: nothing is compared. */
  readonly marks?: readonly Mark[];
}

/** The end of a stream before a batch, and the time that the batch's entries in it have. */
export interface BatchStart {
  readonly stream: number;
  readonly pos: number;
  readonly seq: number;
  readonly atMicros: number;
  /** The time of the entry at `pos`; null: there is none, or its time is not known any more. */
  readonly previousAtMicros: number | null;
}

/** What a batch has come to. */
export interface Appended {
  /** The starts of the streams that took their drafts. A stream that is not listed took nothing. */
  readonly starts: readonly BatchStart[];
  /** Drafts that took no place, though their stream took the others, in order. */
  readonly passed: readonly Passed[];
}

/** `draft`: its index in the batch. */
export type Passed = { readonly draft: number } & (
  | (Committed & {
      /** A draft with this nonce was stored there. */
      readonly why: "repeated";
      /** Whether that one said the same. */
      readonly isSame: boolean;
    })
  /** There is no message with the number `ref`, or it is removed; `expects` is not the position of its last change. */
  | { readonly why: "no-such-message" | "changed-meanwhile" }
);

/** Somebody who may not come in at all. */
export interface BanRecord {
  /** An address, a range of addresses, or a name's key. */
  readonly subject: string;
  /** Microseconds since 1970; null: until it is lifted. */
  readonly untilMicros: number | null;
  readonly reason: string;
  readonly author: string;
  /** When they were banned, in microseconds since 1970. */
  readonly atMicros: number;
}

/** What one call of `prune` did. */
export interface Pruned {
  /** Number of entries that were deleted or emptied. */
  readonly entries: number;
  /** Id of the stream to go on from; null: all streams were looked at. */
  readonly next: number | null;
}

/** Entries of streams. A store resolves when no crash can lose what was written, and rejects with a `StoreError`. */
export interface EntryStore {
  /**
   * Appends a batch. A stream takes nothing if it is closed, its rights have moved, or (shared stores) it has another past
   * at its mark; else it takes all of its drafts but those that are `passed`. One call at a time. An attempt that was
   * given up may take effect until a batch with a higher number was answered.
   */
  append(batch: Batch): Promise<Appended>;
  /** Resolves with the last `limit` messages of a stream at positions up to `upTo`, the oldest first. */
  history(stream: number, upTo: number, limit: number): Promise<readonly Entry[]>;
  /** Resolves with the message with a number, as it is now; null: there is none, or it was removed. */
  message(stream: number, seq: number): Promise<StoredMessage | null>;
  /** Resolves with `limit` messages, of those that are there. Costs the same everywhere. */
  page(stream: number, from: PageStart, limit: number): Promise<MessagePage>;
  /** Resolves with the entries at and after each position, in order. `limit` is per stream, and at least 2. */
  entriesFrom(positions: readonly Position[], limit: number): Promise<readonly Entry[]>;
  /** Resolves with the ends of the streams of these positions, in the same order. */
  ends(positions: readonly Position[]): Promise<readonly StreamEnd[]>;
  /**
   * Deletes entries older than `beforeMicros` (microseconds since 1970), about `limit` at most, of the streams from id
   * `from` on. The last entry of a stream becomes an empty `forgotten` one, so that positions and numbers go on.
   */
  prune(beforeMicros: number, from: number, limit: number): Promise<Pruned>;
}

export interface RoomStore {
  /**
   * Resolves with null if the name is taken, or the application has ended; with the room that was made before, if the nonce
   * is the same. Shared stores also write `kinds.roomMade` for `main`, and `roomEnded` at the end.
   */
  createRoom(room: NewRoom): Promise<RoomRecord | null>;
  /** Resolves with the rooms that are not destroyed, in the order in which they were made. */
  rooms(filter?: RoomFilter): Promise<readonly RoomRecord[]>;
}

/** Who may not come in at all. */
export interface BanStore {
  /** Resolves with every ban on the server, the oldest first. */
  bans(): Promise<readonly BanRecord[]>;
  /** Adds a ban, in place of one on the same subject. Shared stores also write `kinds.bansChanged`, as at a removal. */
  putBan(ban: BanRecord): Promise<void>;
  removeBan(subject: string): Promise<void>;
}

/** The durable truth. */
export interface Store extends EntryStore, RoomStore, BanStore, ApplicationStore {
  /** Whether other nodes write to it, too: what a node knows of a room that it does not follow may be old. */
  readonly isShared: boolean;
  /**
   * Writes all that is stored now into a new file, while everything else goes on, and checks it by opening it. Rejects
   * with a `StoreError`: then there is no such file. Calls `progress` about every second with the part that is done, 0
   * to 1.
   */
  backup(path: string, progress: (done: number) => void): Promise<void>;
  /** Closes the store when all calls that were made before are done. */
  close(): Promise<void>;
}
