import type { Name, NameKey } from "../domain/names.ts";
import type { UserRef } from "../domain/principal.ts";
import type { Absence, CodeNumbers, Leaving, Placed } from "./absence.ts";
import type { FirstOf } from "./store.ts";
import type { Whereabouts } from "./cluster-message.ts";

/** Somebody who is logged in, here or at another node. */
export interface Person extends Whereabouts {
  /** The id of their node; null: they are at this one. */
  readonly node: number | null;
}

/**
 * What an absence is to somebody who asks for its name: they come back to it, with these codes from now on; it `ends`, as
 * the name is free for them; or it `stays`, and they do not get the name.
 */
export type Verdict = CodeNumbers | "ends" | "stays";

/** Somebody who asks for a name. */
export interface Newcomer {
  /** The id of their session. */
  readonly id: number;
  readonly name: Name;
  readonly address: string;
  readonly sinceMicros: number;
  readonly verdictOn: (absence: Absence) => Verdict;
}

/** What a claim has come to. `back`: what the newcomer comes back to, with the codes from now on; null: they are new. */
export type Claimed = { readonly isHeld: true; readonly back: Absence | null } | { readonly isHeld: false };

/** Is told what happens to people at other nodes, to the names held here, and to this node's lease. */
export interface PresenceListener {
  joined(person: Person, room: number): void;
  left(person: Person, room: number): void;
  /**
   * These sessions have ended for good: their nodes died, or nobody came back to them in time. `isSweeper`: this node found
   * that out; it is true at one node alone.
   */
  died(sessions: readonly number[], isSweeper: boolean): void;
  /** It is unknown whether the session holds its name: nothing it says is stored until `held` or `lostName`. */
  unconfirmed(session: number): void;
  held(session: number): void;
  /** Another session has this session's name now. */
  lostName(session: number): void;
  /** The database was restored: what is known of rooms may belong to a past that is gone. */
  rewound(): void;
  /** Whether other nodes may give away the names held here, because the lease was not renewed in time. */
  isolated(isIsolated: boolean): void;
}

/** Who holds which name and is in which room, on all nodes. All but `claim` and `goneOf` answer from memory. */
export interface Presence {
  /**
   * Takes a name, atomically; also one that is kept for somebody whose connection broke, if the newcomer is the same: they
   * have it as it was first written.
   * Rejects with a `StoreError`.
   */
  claim(newcomer: Newcomer): Promise<Claimed>;
  /**
   * Whoever claimed a name is in the rooms of that session now. From now on its place is what somebody comes back to after
   * the end of this node; until then that is what it came back to itself.
   */
  arrived(session: Placed): void;
  /** The place of a session is another one, in the same rooms. What is kept of it is written soon. */
  moved(session: number): void;
  /** Frees the name of a session of this node. */
  release(session: number): void;
  /**
   * As `release`, but keeps the name, and what the session was, for whoever comes back to it.
   * @param isRestarting this node ends: if it is alone, the time to come back begins with its next start
   */
  depart(session: number, leaving: Leaving, isRestarting?: boolean): void;
  /** Nobody who is away from this node is kept longer than until a time, in microseconds since 1970. */
  keepNoLongerThan(untilMicros: number): void;
  /** Whether a session's name is kept. */
  isAway(session: number): boolean;
  /** Somebody whose connection broke and whose name is kept, by its key; null: nobody. */
  awayAs(key: NameKey): Absence | null;
  /** All whose names are kept, at all nodes. */
  away(): Iterable<Absence>;
  /**
   * Ends an absence: nobody comes back to it. Resolves with whether it did, as somebody may have come back meanwhile; rejects
   * with a `StoreError`.
   */
  end(absence: Absence): Promise<boolean>;
  /** Somebody who was in a room and may come back; null: nobody. */
  awayFrom(room: number): UserRef | null;
  joined(session: number, room: number): void;
  left(session: number, room: number): void;
  /** The person who holds the name with this key; null: nobody. */
  find(key: NameKey): Person | null;
  people(): Iterable<Person>;
  /** Names that are held, as shown, sorted by key. */
  names(limit: number): FirstOf<string>;
  /** Names, as shown, whose keys begin with `start`, sorted by key. */
  namesLike(start: string, limit: number): readonly string[];
  /** Number of people who are logged in, at all nodes, and at all but this one. */
  readonly count: number;
  readonly countElsewhere: number;
  /** The people in a room, those of one node in the order in which they joined. */
  peopleIn(room: number): Iterable<Person>;
  countIn(room: number): number;
  isIn(room: number, id: number): boolean;
  /** The names of the people in a room, as shown, sorted by key. */
  namesIn(room: number, limit: number): FirstOf<string>;
  /** The person who has been in a room longest; null: nobody. @param isOut whether a person does not count */
  eldestIn(room: number, isOut: (person: Person) => boolean): UserRef | null;
  /** Resolves with those of these sessions that have ended for good. Rejects with a `StoreError`. */
  goneOf(sessions: readonly number[]): Promise<readonly number[]>;
  /** Sets the one listener. */
  listen(listener: PresenceListener): void;
}
