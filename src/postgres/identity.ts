/** Who this process is among the nodes of its cluster. */
export interface NodeIdentity {
  /** Changes when the node was taken for dead. */
  readonly id: number;
  /** The version of this node's people that the database told last: one that has a lower version was restored. */
  readonly version: number;
  /** How often this node's people were compared with a database that was restored. */
  readonly restores: number;
  /** The database says that a node is gone: this one, if it still bears that id, has to become another. */
  isFenced(id: number): void;
  /** The database has a lower version of the people of that node than this one: they are compared with it. */
  isOfOtherPast(id: number, version: number): void;
}
