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
  /** Null: they may come back, and their rows belong to the node that has swept. */
  readonly sessions: readonly number[] | null;
}

/** The nodes of a cluster and their leases, which all nodes share. Everything rejects with a `StoreError`. */
export interface NodeTable {
  /** Resolves with the time from which the lease holds, in microseconds since 1970. */
  register(node: NewNode): Promise<number>;
  renew(id: number): Promise<Renewed>;
  /**
   * Removes dead nodes, if this one has renewed its lease for long enough to judge.
   * @param untilMicros until when their people may come back, in microseconds since 1970; null: they end with them
   */
  sweep(id: number, untilMicros: number | null): Promise<Swept>;
  /**
   * Removes a node and its people.
   * @param isKept where it still has people, its lease is over instead, so that the next sweep takes them over
   */
  remove(id: number, isKept: boolean): Promise<void>;
}
