/** A node that makes itself known. */
export interface NewNode {
  readonly id: number;
  /** Tell people which node it is. */
  readonly host: string;
  readonly version: string;
  readonly leaseMs: number;
  /** Ids that this process had before: nodes of theirs are removed. */
  readonly former: readonly number[];
}

/** What the nodes of a cluster have when one of them renews its lease. */
export interface Renewed {
  /** This node: the version of its people, and since when its lease has not run out. Null: it was taken for dead. */
  readonly self: { readonly version: number; readonly upSinceMicros: number } | null;
  /** The version of the people of every other node, by its id. */
  readonly others: ReadonlyMap<number, number>;
}

/** What a sweep has removed: nodes whose leases had run out, and the sessions of their people. */
export interface Swept {
  readonly nodes: readonly number[];
  readonly sessions: readonly number[];
}

/** The nodes of a cluster and their leases, which all nodes share. Everything rejects with a `StoreError`. */
export interface NodeTable {
  /** Resolves with the time from which the lease holds, in microseconds since 1970. */
  register(node: NewNode): Promise<number>;
  renew(id: number): Promise<Renewed>;
  /** Removes nodes that are dead, if this one has renewed its lease for long enough to judge. */
  sweep(id: number): Promise<Swept>;
  remove(id: number): Promise<void>;
}
