import type { Whereabouts } from "../../ports/cluster-message.ts";
import type { LocalPerson } from "../roster.ts";

/** A change of the people of this node that was written. */
export interface Written {
  readonly node: number;
  /** The version of the people of this node after the change, and before it. */
  readonly version: number;
  readonly previous: number;
  /** The claimed sessions that hold their names. */
  readonly held: ReadonlySet<number>;
  /** For the other claimed sessions: when the node of the holder last renewed its lease, in microseconds since 1970. */
  readonly renewed: ReadonlyMap<number, number>;
}

/** The people of one node, as the database has them. */
export interface NodePeople {
  readonly version: number;
  readonly people: readonly Whereabouts[];
}

/**
 * The rows of a cluster's people, which all nodes share. Rejects with a `StoreError`; `fenced`: nothing was done, as
 * this node was taken for dead or the database was restored. A write that runs after a later one has no effect.
 */
export interface PeopleTable {
  release(sessions: readonly number[]): Promise<Written>;
  /** Takes names that nobody holds, and writes the rooms that people are in. */
  put(claimed: readonly LocalPerson[], moved: readonly LocalPerson[]): Promise<Written>;
  /** Resolves with the sessions of this node that hold names, and the version of its people. */
  ownSessions(): Promise<{ readonly version: number; readonly sessions: ReadonlySet<number> }>;
  /** Resolves with the people of other nodes, by node; a node that is gone has no entry. */
  peopleOf(nodes: readonly number[]): Promise<ReadonlyMap<number, NodePeople>>;
  /** Resolves with those of these sessions that hold a name. */
  present(sessions: readonly number[]): Promise<ReadonlySet<number>>;
}
