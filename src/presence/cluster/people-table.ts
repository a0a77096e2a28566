import type { Whereabouts } from "../../ports/cluster-message.ts";
import type { LocalPerson } from "../roster.ts";

/** A change of this node's people that was written. */
export interface Written {
  readonly node: number;
  /** The version of them that it names, and the one before it. */
  readonly version: number;
  readonly previous: number;
  /** Of those who asked for a name, the sessions that hold theirs. */
  readonly held: ReadonlySet<number>;
  /** Of the others, when the node of whoever holds it renewed its lease, in microseconds, by session. */
  readonly renewed: ReadonlyMap<number, number>;
}

/** The people of one node, as the database has them. */
export interface NodePeople {
  readonly version: number;
  readonly people: readonly Whereabouts[];
}

/**
 * The rows of a cluster's people, which all nodes share: who holds which name, and who is in which room. Everything rejects
 * with a `StoreError`; `fenced`: nothing was done, as this node was taken for dead or the database was restored. A write
 * that was given up, and runs after a later one, has no effect.
 */
export interface PeopleTable {
  /** These sessions hold no names any more. */
  release(sessions: readonly number[]): Promise<Written>;
  /** Takes names, where nobody holds them, and says in which rooms people are. */
  put(claimed: readonly LocalPerson[], moved: readonly LocalPerson[]): Promise<Written>;
  /** The sessions of this node that hold names, and the version of that. */
  ownSessions(): Promise<{ readonly version: number; readonly sessions: ReadonlySet<number> }>;
  /** The people of other nodes, by node; a node that is gone has no entry. */
  peopleOf(nodes: readonly number[]): Promise<ReadonlyMap<number, NodePeople>>;
  /** Those of these sessions that hold a name. */
  present(sessions: readonly number[]): Promise<ReadonlySet<number>>;
}
