import type { Clock } from "../ports/clock.ts";
import { networkOf } from "../domain/address.ts";
import { Bucket } from "./bucket.ts";
import type { Ranges } from "../domain/ranges.ts";

export interface AdmissionLimits {
  /** Connections at once; 0 = no limit, as for the others. */
  readonly maxConnections: number;
  /** Connections at once from one IPv4 address or one IPv6 /64. */
  readonly maxConnectionsPerAddress: number;
  /** New connections a minute from one of those. */
  readonly maxNewPerMinute: number;
  /** Proxies, for which no limit per address holds: many people come through them. */
  readonly trustedProxy: Ranges;
}

/** The limit that keeps somebody out. */
export type AdmissionRefusal = "max-connections" | "max-connections-per-address" | "max-new-per-minute";

interface Network {
  open: number;
  readonly newcomers: Bucket;
  lastMs: number;
}

const MINUTE_MS = 60_000;
/** Maximum networks remembered. Past it those without a connection are forgotten, and their limits begin anew. */
const MAX_NETWORKS = 100_000;

/** Counts the connections from each network. A network without a connection is forgotten within two minutes. */
export class Admission {
  /** Replaced as a whole when the settings are read again. */
  limits: AdmissionLimits;
  readonly #clock: Clock;
  readonly #networks = new Map<string, Network>();
  #open = 0;
  #isSweeping = false;

  constructor(limits: AdmissionLimits, clock: Clock) {
    this.limits = limits;
    this.#clock = clock;
  }

  get open(): number {
    return this.#open;
  }

  /** Number of addresses and IPv6 networks that are remembered. */
  get networks(): number {
    return this.#networks.size;
  }

  /** Returns the network that limits per address count an address as; null: none of them holds for it. */
  networkOf(address: string): string | null {
    return this.limits.trustedProxy.contains(address) ? null : networkOf(address);
  }

  /** Returns the limit that keeps a connection out. Null: it is counted, and `leave` has to be called once. */
  enter(address: string): AdmissionRefusal | null {
    const { maxConnections } = this.limits;
    if (maxConnections > 0 && this.#open >= maxConnections) return "max-connections";
    const network = this.networkOf(address);
    const refusal = network === null ? null : this.#enterFrom(network);
    if (refusal === null) this.#open += 1;
    return refusal;
  }

  leave(address: string): void {
    this.#open -= 1;
    const network = this.#networks.get(networkOf(address));
    if (network && network.open > 0) network.open -= 1;
  }

  #enterFrom(key: string): AdmissionRefusal | null {
    const { maxConnectionsPerAddress, maxNewPerMinute } = this.limits;
    const nowMs = this.#clock.monotonicMs();
    const network = this.#networks.get(key) ?? { open: 0, newcomers: new Bucket(nowMs), lastMs: 0 };
    if (maxConnectionsPerAddress > 0 && network.open >= maxConnectionsPerAddress) return "max-connections-per-address";
    network.lastMs = nowMs;
    if (this.#networks.size >= MAX_NETWORKS && !this.#networks.has(key)) this.#forget(Number.POSITIVE_INFINITY);
    this.#networks.set(key, network);
    this.#sweepLater();
    if (
      maxNewPerMinute > 0 &&
      network.newcomers.take({ burst: maxNewPerMinute, perSecond: maxNewPerMinute / 60 }, nowMs) > 0
    ) {
      return "max-new-per-minute";
    }
    network.open += 1;
    return null;
  }

  #sweepLater(): void {
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    this.#clock.after(MINUTE_MS, () => this.#sweep());
  }

  /** Forgets networks after a minute without a newcomer: their limits are as they were at first. */
  #sweep(): void {
    this.#isSweeping = false;
    this.#forget(this.#clock.monotonicMs() - MINUTE_MS);
    if (this.#networks.size > 0) this.#sweepLater();
  }

  /** Forgets networks that nobody is connected from, and whose last newcomer came no later than that (monotonic). */
  #forget(untilMs: number): void {
    for (const [key, { open, lastMs }] of this.#networks) {
      if (open === 0 && lastMs <= untilMs) this.#networks.delete(key);
    }
  }
}
