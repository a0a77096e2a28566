import type { ClusterMessage } from "./cluster-message.ts";

export interface BusListener {
  heard(news: ClusterMessage): void;
  /** Some news may not have come: the connection was away. */
  mayHaveMissed(): void;
}

/** Tells the other nodes that something happened. It may lose, repeat and reorder; nothing depends on it but time. */
export interface Bus {
  /** Never comes back to this node. */
  publish(news: ClusterMessage): void;
  listen(follower: BusListener): void;
  close(): Promise<void>;
}
