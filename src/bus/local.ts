import type { ClusterMessage } from "../ports/cluster-message.ts";
import type { Bus, BusListener } from "../ports/bus.ts";

/** Connects the buses of one process. */
export class LocalHub {
  readonly #buses = new Set<LocalBus>();

  join(): LocalBus {
    const bus = new LocalBus(this.#buses);
    this.#buses.add(bus);
    return bus;
  }
}

/** A bus to the other nodes in the same process. A node that is alone has nobody to tell. */
export class LocalBus implements Bus {
  readonly #all: Set<LocalBus>;
  readonly #listeners: BusListener[] = [];

  constructor(all: Set<LocalBus>) {
    this.#all = all;
  }

  publish(message: ClusterMessage): void {
    if (!this.#all.has(this)) return;
    for (const other of this.#all) {
      if (other === this) continue;
      // Not within the call, as over a network.
      queueMicrotask(() => {
        for (const listener of other.#listeners) listener.heard(message);
      });
    }
  }

  listen(listener: BusListener): void {
    this.#listeners.push(listener);
  }

  close(): Promise<void> {
    this.#all.delete(this);
    return Promise.resolve();
  }
}
