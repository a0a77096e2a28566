import type { News } from "./cluster-message.ts";

export interface BusFollower {
  heard(news: News): void;
  /** Some news may not have come: the connection was away. */
  mayHaveMissed(): void;
}

/** Tells the other nodes that something happened. It may lose, repeat and reorder; nothing depends on it but time. */
export interface Bus {
  /** Never comes back to this node. */
  publish(news: News): void;
  follow(follower: BusFollower): void;
  close(): Promise<void>;
}
