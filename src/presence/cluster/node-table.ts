/** A node that registers itself. */
export interface NewNode {
  readonly id: number;
  /** Host name and version of chatd, for operators who look at the rows of the nodes. */
  readonly host: string;
  readonly version: string;
  readonly leaseMs: number;
  /** Earlier ids of this process: nodes with these ids are removed. */
  readonly former: readonly number[];
}

/** What a node learns when it renews its lease. */
export interface Renewed {
  /** Null: taken for dead. `upSinceMicros`: since when its lease has not run out, in microseconds since 1970. */
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
  /** Removes dead nodes, if this one has renewed its lease for long enough to judge. */
  sweep(id: number): Promise<Swept>;
  remove(id: number): Promise<void>;
}
