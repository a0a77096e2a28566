import type { Name, NameKey } from "../domain/names.ts";
import type { Whereabouts } from "./cluster-message.ts";
import type { FirstOf } from "./store.ts";

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
  readonly sinceMicros: number;
}

/** A session, here or elsewhere. */
export type UserRef = Pick<Newcomer, "id" | "name">;

/** What becomes of people elsewhere, and of this node among the others. */
export interface PresenceListener {
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
  rewound(): void;
  /** The lease has run out (true): the node must not speak for its people. Or it was renewed. */
  isolated(isCutOff: boolean): void;
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
  eldestIn(room: number, here: UserRef | null, isOut: (person: UserRef) => boolean): UserRef | null;
  /** Everybody elsewhere, and how many that are. */
  people(): Iterable<Person>;
  count(): number;
  /** Which of these sessions are not logged in anywhere any more. Rejects with a `StoreError`. */
  goneOf(sessions: readonly number[]): Promise<readonly number[]>;
  /** Begins to tell, to one follower. */
  listen(follower: PresenceListener): void;
}
