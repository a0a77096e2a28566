import type { ClusterMessage } from "../ports/cluster-message.ts";
import type { Bus, BusListener } from "../ports/bus.ts";

/** Where buses of one process meet. */
export class LocalHub {
  readonly #buses = new Set<LocalBus>();

  join(): LocalBus {
    const bus = new LocalBus(this.#buses);
    this.#buses.add(bus);
    return bus;
  }
}

/** Tells the other nodes of the same process; a node that is alone tells nobody. */
export class LocalBus implements Bus {
  readonly #all: Set<LocalBus>;
  readonly #followers: BusListener[] = [];

  constructor(all: Set<LocalBus>) {
    this.#all = all;
  }

  publish(news: ClusterMessage): void {
    if (!this.#all.has(this)) return;
    for (const other of this.#all) {
      if (other === this) continue;
      // As from afar: not within the call.
      queueMicrotask(() => {
        for (const follower of other.#followers) follower.heard(news);
      });
    }
  }

  listen(follower: BusListener): void {
    this.#followers.push(follower);
  }

  close(): Promise<void> {
    this.#all.delete(this);
    return Promise.resolve();
  }
}
