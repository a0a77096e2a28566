import type { RefusalCode } from "../protocol/texts.ts";
import type { Draft, Entry } from "./entry.ts";
import type { Name, NameKey } from "./names.ts";
import type { News, Whereabouts } from "./news.ts";
import type { Rights } from "./rights.ts";

/** What the chat needs of the world. Each is implemented elsewhere and handed in by `daemon.ts`. */

/** Things in an order of their own, each once. A change takes O(log n) steps; to look at the first few costs what they cost. */
export interface Sorted<T> {
  readonly size: number;
  /** Instead of one that compares as equal, if there is one. */
  add(one: T): void;
  /** As `add`: the one that compares as equal goes. */
  delete(one: T): void;
  /** The first ones, `limit` or all. */
  first(limit: number): readonly T[];
}

/** @param compare below 0: `one` comes first; 0: they are the same thing */
export type NewSorted = <T>(compare: (one: T, other: T) => number) => Sorted<T>;

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
  readonly rules: number;
  readonly rights: Rights;
  /** The position, the number and the time of the stream's last entry. */
  readonly pos: number;
  readonly seq: number;
  readonly at: number;
}

/** Which rooms are asked for: of these ids, and of these names' keys; without either, all. */
export interface RoomFilter {
  readonly ids?: readonly number[];
  readonly keys?: readonly NameKey[];
}

/** A place in a stream; 0 is before its first entry. */
export interface Place {
  readonly stream: number;
  readonly pos: number;
}

/** A place in a stream, and the time of the entry there, in microseconds. */
export interface Mark extends Place {
  readonly at: number;
}

/** Where a stream ends, asked from a place in it. */
export interface Head {
  readonly stream: number;
  /** Of its last entry; 0 when there is none. */
  readonly pos: number;
  /** The time of the entry at the place; null when there is none: it is too old, or was never there. */
  readonly at: number | null;
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
export interface StreamHead {
  readonly stream: number;
  readonly pos: number;
  readonly seq: number;
  readonly at: number;
  /** The time of the entry at the position; null: there is none, or that is not known any more. */
  readonly before: number | null;
}

/** Somebody who may not come in at all. */
export interface BanRecord {
  /** An IPv4 address, a range of addresses, or a name's key. */
  readonly subject: string;
  /** Microseconds since 1970; null: until it is lifted. */
  readonly until: number | null;
  readonly reason: string;
  /** Who said so. */
  readonly author: string;
  /** When. */
  readonly at: number;
}

/** What of a stream's old entries was deleted. */
export interface Pruned {
  readonly entries: number;
  /** Where to go on; null: everything was looked at. */
  readonly next: number | null;
}

/**
 * The durable truth. Every promise resolves only when what was written cannot be lost any more by a crash of the process
 * or the machine. Failures are `StoreError`s.
 */
export interface Store {
  /** Whether other nodes write to it, too: what a node knows of a room that it does not follow may be old. */
  readonly isShared: boolean;
  /**
   * Appends a batch, all or nothing per stream: a stream that is closed or whose rules moved takes nothing and is not
   * in the answer, nor is one of a shared store that has another entry at its mark, or ends before it. Positions follow the
   * head given, in the order of the batch. One call at a time. An attempt that was given up may still take effect, until a
   * batch of a higher number was answered.
   */
  append(batch: Batch): Promise<readonly StreamHead[]>;
  /**
   * Makes a room with its first entry, or returns null: the name is taken. A shared store tells so in the stream of the
   * server (`kinds.roomMade`), and at its end (`kinds.roomEnded`).
   */
  createRoom(room: NewRoom): Promise<RoomRecord | null>;
  /** Rooms that are not destroyed, in the order in which they were made. */
  rooms(filter?: RoomFilter): Promise<readonly RoomRecord[]>;
  /** The last `limit` messages of a stream at positions up to `upTo`, oldest first. */
  history(stream: number, upTo: number, limit: number): Promise<readonly Entry[]>;
  /**
   * The entry at each of these places and what comes after it, in order: up to `limit` entries of each stream, at least 2.
   */
  entriesFrom(places: readonly Place[], limit: number): Promise<readonly Entry[]>;
  /** Where the streams of these places end. */
  heads(places: readonly Place[]): Promise<readonly Head[]>;
  /** Every ban on the server, the oldest first. */
  bans(): Promise<readonly BanRecord[]>;
  /** Adds a ban, instead of the one on the same subject. A shared store tells so, as at the removal (`kinds.bansChanged`). */
  putBan(ban: BanRecord): Promise<void>;
  removeBan(subject: string): Promise<void>;
  /**
   * Deletes entries that are older than `before` (microseconds since 1970), up to `limit` of them, from the streams from
   * `from` on. Of the last entry of a stream its place stays, as a `forgotten` one: positions and numbers go on from it.
   */
  prune(before: number, from: number, limit: number): Promise<Pruned>;
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

/** Somebody who is logged in at another node. */
export interface Person extends Whereabouts {
  readonly node: number;
}

/** Who wants a name. */
export interface Newcomer {
  /** Their session. */
  readonly id: number;
  readonly name: Name;
  readonly address: string;
  readonly since: number;
}

/** A session, here or elsewhere. */
export type Somebody = Pick<Newcomer, "id" | "name">;

/** What becomes of people elsewhere, and of this node among the others. */
export interface PresenceFollower {
  joined(person: Person, room: number): void;
  left(person: Person, room: number): void;
  /** A node died, and with it these sessions. `isJudge`: it was this node that found it dead, and no other. */
  died(sessions: readonly number[], isJudge: boolean): void;
  /** It is unknown whether this session still holds its name: nothing that it says may be stored until one of the next two. */
  doubted(session: number): void;
  /** It does. */
  held(session: number): void;
  /** This session's name is somebody else's now. */
  lostName(session: number): void;
  /** The database was restored: also what is known of rooms may be of a past that is gone. */
  wentBack(): void;
  /** The lease has run out (true): the node must not speak for its people. Or it was renewed. */
  cutOff(isCutOff: boolean): void;
}

/** Who holds which name, and who is in which room, on all nodes. */
export interface Presence {
  /** Takes a name, at once and whole, or returns false: somebody holds it. Rejects with a `StoreError`. */
  claim(newcomer: Newcomer): Promise<boolean>;
  release(name: Name, session: number): void;
  /** A session of this node is in a room now. */
  joined(session: number, room: number): void;
  left(session: number, room: number): void;
  /** Names that are held, here and elsewhere, as shown, sorted by key. */
  names(limit: number): FirstOf<string>;
  /** Somebody elsewhere, by the key of their name. */
  find(key: NameKey): Person | null;
  /** People elsewhere who are in a room, the longest-present first. */
  peopleIn(room: number): Iterable<Person>;
  /** How many that are. */
  countIn(room: number): number;
  /**
   * Of all who are in a room, here and elsewhere, who is there longest.
   *
   * @param here who of those here is
   * @param isOut people elsewhere who do not count
   */
  eldestIn(room: number, here: Somebody | null, isOut: (person: Somebody) => boolean): Somebody | null;
  /** Everybody elsewhere, and how many that are. */
  people(): Iterable<Person>;
  count(): number;
  /** Which of these sessions are not logged in anywhere any more. Rejects with a `StoreError`. */
  goneOf(sessions: readonly number[]): Promise<readonly number[]>;
  /** Begins to tell, to one follower. */
  follow(follower: PresenceFollower): void;
}

export interface BusFollower {
  heard(news: News): void;
  /** Some news may not have come: the connection was away. */
  mayHaveMissed(): void;
}

/** Tells the other nodes that something happened. It may lose, repeat and reorder; nothing depends on it but time. */
export interface Bus {
  /** Never comes back to this node. */
  publish(news: News): void;
  follow(follower: BusFollower): void;
  close(): Promise<void>;
}

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Microseconds since 1970, for people. */
  micros(): number;
  /** Milliseconds that never go back, for measuring. */
  monotonicMs(): number;
  /** Runs `task` once after `ms` milliseconds. Does not keep the process alive. */
  after(ms: number, task: () => void): Timer;
  /** Runs `task` when everything that has arrived by now has been read. */
  soon(task: () => void): void;
}

/** Rendered lines that many outlets share. */
export interface Chunk {
  /** Only outlets replace it, by a copy of its own memory. */
  bytes: Uint8Array;
  /** How many lines of a room it holds. A slow receiver may be skipped past them, and is told the number. */
  readonly lines: number;
  /** How many outlets hold it at the moment: for counting shared bytes once. Only outlets change it. */
  holders: number;
}

/** Why a session is closed: its own wish, the same person's next session, or the operator's wish. */
export type CloseWhy = "quit" | "replaced" | "kicked";

/** Where a session's output goes. Never blocks, never throws, keeps order; writes once per turn however much is given. */
export interface Outlet {
  /** Where its peer is. */
  readonly address: string;
  /** Bytes that its peer has not taken yet, and for how many milliseconds it has not. */
  readonly waitingBytes: number;
  readonly waitingMs: number;
  /** Asks the peer whether it is there; resolves with false when nothing comes within the time. Null: it cannot be asked. */
  isThere(withinMs: number): Promise<boolean> | null;
  /** Lines of rooms. */
  deliver(chunk: Chunk): void;
  /** Lines to this session alone, without their last line end; never skipped. */
  reply(text: string): void;
  /** Says `text`, then closes when everything is written. */
  close(text: string, why: CloseWhy): void;
  /** Says `text`, ends the session, and asks for a name again. */
  askNameAgain(text: string): void;
  /** The session's lines are settled again: input that had to wait may go on. */
  resume(): void;
}

/** An act that somebody may have to account for. */
export interface Act {
  readonly act: string;
  /** Who did it, and to whom or what. */
  readonly by: string;
  /** Null: the whole server, whose operator did it. */
  readonly room: string | null;
  readonly subject: string | null;
}

/** What happened, for logs and metrics. One call per fact; no message text. */
export interface Watch {
  refused(code: RefusalCode): void;
  /** Somebody changed what others may do or see in a room. */
  acted(act: Act): void;
  /** Entries that were too old to keep were deleted. */
  pruned(entries: number): void;
  /** Rooms that nobody used were ended. */
  endedUnused(rooms: number): void;
  /** A batch was stored. */
  stored(lines: number, appendMs: number): void;
  /** Lines were handed to their receivers, `sinceSaidMs` after the first was said; null: it was said at another node. */
  delivered(deliveries: number, sinceSaidMs: number | null): void;
  /** The store has another past than before, in a room, or (null) for the whole server: it was restored. */
  wentBack(room: string | null): void;
  /** This node has lost the others (true), or found them again. */
  cutOff(isCutOff: boolean): void;
  /** The store failed, or works again (`error` null). */
  storeHealth(error: unknown): void;
  /** A bug: the process goes on, one person saw the `internal` refusal. */
  failed(what: string, error: unknown): void;
}
