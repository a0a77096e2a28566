import type { ClusterMessage } from "./cluster-message.ts";

export interface BusListener {
  heard(message: ClusterMessage): void;
  /** Called when messages may have been lost, because the connection was down. */
  mayHaveMissed(): void;
}

/** Tells the other nodes what happened. It may lose, repeat and reorder messages: only speed depends on it. */
export interface Bus {
  /** Sends a message to all other nodes, and never back to this one. */
  publish(message: ClusterMessage): void;
  listen(listener: BusListener): void;
  close(): Promise<void>;
}
