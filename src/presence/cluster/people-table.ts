import type { Absence, Leaving, Place } from "../../ports/absence.ts";
import type { Whereabouts } from "../../ports/cluster-message.ts";

/** What somebody left when their connection broke. `untilMicros` null: they are back, and not in all their rooms yet. */
export interface Left extends Omit<Leaving, "untilMicros"> {
  readonly untilMicros: number | null;
}

/** Somebody as their row has them. */
export interface PersonRow extends Omit<Whereabouts, "away"> {
  /** Where they are, for whoever takes over from a node that died; null: they are away, or not in all their rooms yet. */
  readonly place: Place | null;
  /** Null: they left nothing. */
  readonly away: Left | null;
}

/** A change of the people of this node that was written. */
export interface Change {
  readonly node: number;
  /** The version of the people of this node after the change, and before it. */
  readonly version: number;
  readonly previous: number;
}

/** Why a session does not hold the name that it claimed. */
export interface Refused {
  /** When the node of the holder last renewed its lease, in microseconds since 1970; 0: nobody holds the name now. */
  readonly renewedMicros: number;
  readonly holder: PersonRow | null;
}

export interface Written extends Change {
  /** The claimed sessions that hold their names. */
  readonly held: ReadonlySet<number>;
  readonly refused: ReadonlyMap<number, Refused>;
  /** Those of the other sessions whose rows are of this node. */
  readonly moved: ReadonlySet<number>;
}

export interface Released extends Change {
  /** Those of the sessions that another node has by now. */
  readonly elsewhere: ReadonlySet<number>;
}

/** The people of one node, as the database has them. */
export interface NodePeople {
  readonly version: number;
  readonly people: readonly PersonRow[];
}

/**
 * The rows of a cluster's people, which all nodes share. Rejects with a `StoreError`; `fenced`: nothing was done, as
 * this node was taken for dead or the database was restored. A write that runs after a later one has no effect.
 */
export interface PeopleTable {
  release(sessions: readonly number[]): Promise<Released>;
  /**
   * First writes what the people of this node are now. Then takes names that nobody holds, and those of sessions that are
   * away (as the claim says, or in any way), or that this node had under an earlier id.
   */
  put(claimed: readonly PersonRow[], moved: readonly PersonRow[]): Promise<Written>;
  /** Resolves with the people of this node. */
  ownPeople(): Promise<NodePeople>;
  /** Resolves with the people of other nodes, by node; a node that is gone has no entry. */
  peopleOf(nodes: readonly number[]): Promise<ReadonlyMap<number, NodePeople>>;
  /** Resolves with those of these sessions that hold a name. */
  present(sessions: readonly number[]): Promise<ReadonlySet<number>>;
}

/** Returns somebody as other nodes know them. */
export function whereaboutsOf({ away, ...person }: PersonRow): Whereabouts {
  const { untilMicros } = away ?? { untilMicros: null };
  return away && untilMicros !== null ? { ...person, away: { ...away, untilMicros } } : person;
}

/** Returns the absence of somebody; null: they are not away. */
export function absenceOf({ away, id, name, address, sinceMicros, codes }: Whereabouts): Absence | null {
  return away ? { ...away, id, name, address, sinceMicros, codes } : null;
}

/** Returns the row of somebody who is away, or, with `isBack`, who is not in all their rooms yet. */
export function rowOfAbsence(absence: Absence, isBack = false): PersonRow {
  const { id, name, address, sinceMicros, codes, ...left } = absence;
  const away = { ...left, untilMicros: isBack ? null : left.untilMicros };
  return { id, name, address, sinceMicros, codes, rooms: new Map(), place: null, away };
}
