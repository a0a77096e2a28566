import type { Clock } from "../chat/ports.ts";
import { networkOf } from "./address.ts";
import { Bucket } from "./bucket.ts";
import type { Ranges } from "./ranges.ts";

/** What all connections from one IPv4 address or one IPv6 /64 may type together; 0 = no limit. */
export interface TypingBudgetLimits {
  /** Lines at once, and how many a second after that. */
  readonly floodBurstPerAddress: number;
  readonly floodRatePerAddress: number;
  /** Bytes of lines an hour, so many at once. */
  readonly bytesPerHourPerAddress: number;
  /** None of it holds for these: many people come through them. */
  readonly trustedProxy: Ranges;
}

interface Budget {
  readonly lines: Bucket;
  readonly bytes: Bucket;
}

const HOUR_SECONDS = 3600;
const SWEEP_MS = 60_000;
/** Whoever types from more networks than this begins anew in those that typed least recently; else remembering them would fill the memory. */
const MAX_NETWORKS = 100_000;

/**
 * How fast may be typed from one address, over all its connections. A budget is remembered until it is whole again, also
 * when nobody is connected any more: coming back does not refill it.
 */
export class TypingBudgets {
  /** Replaced as a whole when they are read again. */
  limits: TypingBudgetLimits;
  readonly #clock: Clock;
  readonly #budgets = new Map<string, Budget>();
  #isSweeping = false;

  constructor(limits: TypingBudgetLimits, clock: Clock) {
    this.limits = limits;
    this.#clock = clock;
  }

  /** How many addresses and IPv6 networks are remembered. */
  get networks(): number {
    return this.#budgets.size;
  }

  /** Which budget an address shares; null: none, it may type as it likes. */
  networkOf(address: string): string | null {
    const { floodBurstPerAddress, bytesPerHourPerAddress, trustedProxy } = this.limits;
    if (floodBurstPerAddress === 0 && bytesPerHourPerAddress === 0) return null;
    return trustedProxy.contains(address) ? null : networkOf(address);
  }

  /** Takes a line of so many bytes from a network's budget. Returns after how many milliseconds it may be handled. */
  reserve(network: string, bytes: number): number {
    const { floodBurstPerAddress: burst, floodRatePerAddress: rate, bytesPerHourPerAddress: hour } = this.limits;
    const nowMs = this.#clock.monotonicMs();
    const budget = this.#budgetOf(network, nowMs);
    const forLine = burst > 0 && rate > 0 ? budget.lines.reserve(burst, rate, nowMs) : 0;
    const forBytes = hour > 0 ? budget.bytes.reserve(hour, hour / HOUR_SECONDS, nowMs, bytes) : 0;
    return Math.max(forLine, forBytes);
  }

  #budgetOf(network: string, nowMs: number): Budget {
    const known = this.#budgets.get(network);
    if (known) return known;
    const { floodBurstPerAddress, bytesPerHourPerAddress } = this.limits;
    const budget = { lines: new Bucket(floodBurstPerAddress, nowMs), bytes: new Bucket(bytesPerHourPerAddress, nowMs) };
    this.#budgets.set(network, budget);
    if (this.#budgets.size > MAX_NETWORKS) this.#forgetOldest();
    this.#sweepLater();
    return budget;
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
    const { floodBurstPerAddress: burst, floodRatePerAddress: rate, bytesPerHourPerAddress: hour } = this.limits;
    const nowMs = this.#clock.monotonicMs();
    for (const [network, { lines, bytes }] of this.#budgets) {
      const isWhole = lines.has(burst, rate, nowMs, burst) && bytes.has(hour, hour / HOUR_SECONDS, nowMs, hour);
      if (isWhole) this.#budgets.delete(network);
    }
  }
}
