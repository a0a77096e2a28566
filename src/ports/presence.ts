import type { Name, NameKey } from "../domain/names.ts";
import type { UserRef } from "../domain/principal.ts";
import type { FirstOf } from "./store.ts";
import type { Whereabouts } from "./cluster-message.ts";

/** Somebody who is logged in, here or at another node. */
export interface Person extends Whereabouts {
  /** The id of their node; null: they are at this one. */
  readonly node: number | null;
}

/** Who wants a name. */
export interface Newcomer {
  /** The id of their session. */
  readonly id: number;
  readonly name: Name;
  readonly address: string;
  readonly sinceMicros: number;
}

/** What becomes of people at other nodes, and of this node among the others. */
export interface PresenceListener {
  joined(person: Person, room: number): void;
  left(person: Person, room: number): void;
  /** Nodes died, and these sessions with them. `isSweeper`: this node found that out, and no other node did. */
  died(sessions: readonly number[], isSweeper: boolean): void;
  /**
   * It is not known whether this session still holds its name. Nothing that it says may be stored before `held` or
   * `lostName` is called for it.
   */
  unconfirmed(session: number): void;
  held(session: number): void;
  /** Another session has this session's name now. */
  lostName(session: number): void;
  /** The database was restored: what is known of rooms may belong to a past that is gone. */
  rewound(): void;
  /** The lease has run out (true), so that other nodes may give away the names held here; or it was renewed (false). */
  isolated(isIsolated: boolean): void;
}

/** Who holds which name, and who is in which room, on all nodes. Questions are answered for everybody, from memory. */
export interface Presence {
  /** Takes a name, atomically. Resolves with false when somebody else holds it; rejects with a `StoreError`. */
  claim(newcomer: Newcomer): Promise<boolean>;
  /** Frees the name of a session of this node. */
  release(session: number): void;
  /** A session of this node is in a room now. */
  joined(session: number, room: number): void;
  left(session: number, room: number): void;
  /** The person who holds the name with this key. */
  find(key: NameKey): Person | null;
  people(): Iterable<Person>;
  /** Names that are held, as shown, sorted by key. */
  names(limit: number): FirstOf<string>;
  /** How many people are logged in at all nodes. */
  readonly count: number;
  readonly countElsewhere: number;
  /** The people in a room, those of one node in the order in which they joined. */
  peopleIn(room: number): Iterable<Person>;
  countIn(room: number): number;
  isIn(room: number, id: number): boolean;
  /** The names of the people in a room, as shown, sorted by key. */
  namesIn(room: number, limit: number): FirstOf<string>;
  /** The person who joined a room first of those who are in it. @param isOut tells who does not count */
  eldestIn(room: number, isOut: (person: Person) => boolean): UserRef | null;
  /** Those of these sessions that are not logged in anywhere any more. Rejects with a `StoreError`. */
  goneOf(sessions: readonly number[]): Promise<readonly number[]>;
  /** Begins to tell one listener. */
  listen(listener: PresenceListener): void;
}
