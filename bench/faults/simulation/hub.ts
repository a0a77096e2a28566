import type { ClusterMessage } from "../../../src/ports/cluster-message.ts";
import type { Bus, BusListener } from "../../../src/ports/bus.ts";
import type { Machine } from "./machine.ts";
import type { Weather } from "./weather.ts";

/** What a fault makes of one piece of news on its way to one node: after how long it comes, once or more often, or never. */
export type Carrier = (from: number, to: number) => readonly number[] | null;

/** Where the buses of all nodes meet. */
export class Hub {
  readonly #weather: Weather;
  readonly #detourMs: number;
  readonly #buses = new Set<SimulatedBus>();
  readonly #carriers = new Set<Carrier>();
  readonly #shorteners = new Set<() => boolean>();

  /** @param detourMs what news takes longer than answers of the database */
  constructor(weather: Weather, detourMs: number) {
    this.#detourMs = detourMs;
    this.#weather = weather;
  }

  join(node: number, machine: Machine): SimulatedBus {
    const bus = new SimulatedBus(this, node, machine);
    this.#buses.add(bus);
    return bus;
  }

  leave(bus: SimulatedBus): void {
    this.#buses.delete(bus);
  }

  /** Returns what ends it. */
  add(carrier: Carrier): () => void {
    this.#carriers.add(carrier);
    return () => this.#carriers.delete(carrier);
  }

  /** What is said does not fit: "look there" is told instead, where `isTooLong`. Returns what ends it. */
  shorten(isTooLong: () => boolean): () => void {
    this.#shorteners.add(isTooLong);
    return () => this.#shorteners.delete(isTooLong);
  }

  /** The connection on which a node listens was lost, and is back. */
  doubt(node: number): void {
    for (const bus of this.#buses) if (bus.node === node) bus.doubt();
  }

  carry(from: SimulatedBus, whole: ClusterMessage): void {
    const sent = this.#weather.fateOf(from.node, "notify");
    if (!sent.isRun || sent.refusal !== null || from.machine.isDead) return;
    const isShort = whole.type === "entries" && [...this.#shorteners].some((isTooLong) => isTooLong());
    const news: ClusterMessage = isShort ? { type: "changed", stream: whole.stream } : whole;
    for (const to of this.#buses) {
      if (to === from) continue;
      const heard = this.#weather.fateOf(to.node, "listen");
      if (heard.answer !== "comes") continue;
      const times = this.#waysOf(from.node, to.node) ?? [this.#detourMs + sent.requestMs + heard.answerMs];
      for (const ms of times) to.machine.post(() => to.hear(news), ms);
    }
  }

  #waysOf(from: number, to: number): readonly number[] | null {
    for (const carrier of this.#carriers) {
      const times = carrier(from, to);
      if (times) return times;
    }
    return null;
  }
}

export class SimulatedBus implements Bus {
  readonly node: number;
  readonly machine: Machine;
  readonly #hub: Hub;
  readonly #followers: BusListener[] = [];

  constructor(hub: Hub, node: number, machine: Machine) {
    this.#hub = hub;
    this.node = node;
    this.machine = machine;
  }

  publish(news: ClusterMessage): void {
    const sent = copyOf(news);
    this.machine.post(() => this.#hub.carry(this, sent));
  }

  listen(follower: BusListener): void {
    this.#followers.push(follower);
  }

  close(): Promise<void> {
    this.#hub.leave(this);
    return Promise.resolve();
  }

  hear(news: ClusterMessage): void {
    for (const follower of this.#followers) follower.heard(news);
  }

  doubt(): void {
    this.machine.post(() => {
      for (const follower of this.#followers) follower.mayHaveMissed();
    });
  }
}

/** People of a node move on while news of them is on its way; everything else of news never changes. */
function copyOf(news: ClusterMessage): ClusterMessage {
  if (news.type !== "people") return news;
  return { ...news, here: news.here.map((person) => ({ ...person, rooms: new Map(person.rooms) })) };
}
