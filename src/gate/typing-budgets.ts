import type { Clock } from "../ports/clock.ts";
import { networkOf } from "../domain/address.ts";
import { Bucket, type Rate } from "./bucket.ts";
import type { Ranges } from "../domain/ranges.ts";

/** What all connections from one IPv4 address or one IPv6 /64 may type together; 0 = no limit. */
export interface TypingBudgetLimits {
  /** Lines at once, and how many a second after that. */
  readonly floodBurstPerAddress: number;
  readonly floodRatePerAddress: number;
  /** Bytes of lines an hour; all of them may come at once. */
  readonly bytesPerHourPerAddress: number;
  /** Proxies, for which no limit holds: many people come through them. */
  readonly trustedProxy: Ranges;
}

interface Budget {
  readonly lines: Bucket;
  readonly bytes: Bucket;
}

const HOUR_SECONDS = 3600;
const SWEEP_MS = 60_000;
/** Maximum networks remembered. Past it the least recently used one is forgotten, and its budget is full again. */
const MAX_NETWORKS = 100_000;

/** Limits how fast people type from one address, over all its connections. Coming back does not refill a budget. */
export class TypingBudgets {
  /** Replaced as a whole when the settings are read again. */
  limits: TypingBudgetLimits;
  readonly #clock: Clock;
  readonly #budgets = new Map<string, Budget>();
  #isSweeping = false;

  constructor(limits: TypingBudgetLimits, clock: Clock) {
    this.limits = limits;
    this.#clock = clock;
  }

  /** Number of addresses and IPv6 networks that are remembered. */
  get networks(): number {
    return this.#budgets.size;
  }

  /** Whether there is any limit. */
  get isOn(): boolean {
    return this.limits.floodBurstPerAddress > 0 || this.limits.bytesPerHourPerAddress > 0;
  }

  /** Returns the network whose budget an address shares; null: no limit holds for it. */
  networkOf(address: string): string | null {
    return !this.isOn || this.limits.trustedProxy.contains(address) ? null : networkOf(address);
  }

  /** Takes a line of `bytes` bytes from the budget of a network. Returns the milliseconds until it may be handled. */
  reserve(network: string, bytes: number): number {
    const nowMs = this.#clock.monotonicMs();
    const { lines, hour } = this.#rates();
    const budget = this.#budgets.get(network) ?? { lines: new Bucket(nowMs), bytes: new Bucket(nowMs) };
    // The least recently used one comes first.
    this.#budgets.delete(network);
    this.#budgets.set(network, budget);
    if (this.#budgets.size > MAX_NETWORKS) this.#forgetOldest();
    this.#sweepLater();
    const forLine = lines.burst > 0 && lines.perSecond > 0 ? budget.lines.reserve(lines, nowMs) : 0;
    const forBytes = hour.burst > 0 ? budget.bytes.reserve(hour, nowMs, bytes) : 0;
    return Math.max(forLine, forBytes);
  }

  #rates(): { readonly lines: Rate; readonly hour: Rate } {
    const { floodBurstPerAddress, floodRatePerAddress, bytesPerHourPerAddress } = this.limits;
    return {
      lines: { burst: floodBurstPerAddress, perSecond: floodRatePerAddress },
      hour: { burst: bytesPerHourPerAddress, perSecond: bytesPerHourPerAddress / HOUR_SECONDS },
    };
  }

  #forgetOldest(): void {
    const [oldest] = this.#budgets.keys();
    if (oldest !== undefined) this.#budgets.delete(oldest);
  }

  #sweepLater(): void {
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    this.#clock.after(SWEEP_MS, () => {
      this.#isSweeping = false;
      this.#forgetWhole();
      if (this.#budgets.size > 0) this.#sweepLater();
    });
  }

  #forgetWhole(): void {
    const nowMs = this.#clock.monotonicMs();
    const { lines, hour } = this.#rates();
    for (const [network, budget] of this.#budgets) {
      const isWhole = budget.lines.has(lines, nowMs, lines.burst) && budget.bytes.has(hour, nowMs, hour.burst);
      if (isWhole) this.#budgets.delete(network);
    }
  }
}
