/** Who this process is among the nodes of its cluster. */
export interface NodeIdentity {
  /** Changes when the node was taken for dead. */
  readonly id: number;
  /** The database says that a node is gone: this one, if it still bears that id, has to become another. */
  isFenced(id: number): void;
}
