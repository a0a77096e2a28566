import type { BatchDelay } from "./batch-delay.ts";
import type { Clock } from "../ports/clock.ts";
import type { ArrivedEntry } from "./held-entries.ts";
import type { Stream } from "./stream.ts";

/**
 * What came to this node from its own appends and from others, until it is delivered together: at the end of the turn, or
 * where deliveries take long, after the pace that they set.
 */
export class DeliveryBuffer {
  readonly #clock: Clock;
  readonly #pace: BatchDelay;
  readonly #deliver: (gathered: ReadonlyMap<Stream, ArrivedEntry[]>) => void;
  #gathered = new Map<Stream, ArrivedEntry[]>();

  constructor(clock: Clock, pace: BatchDelay, deliver: (gathered: ReadonlyMap<Stream, ArrivedEntry[]>) => void) {
    this.#clock = clock;
    this.#pace = pace;
    this.#deliver = deliver;
  }

  add(stream: Stream, arrivals: readonly ArrivedEntry[]): void {
    if (this.#gathered.size === 0) this.#deliverLater();
    const its = this.#gathered.get(stream);
    if (its) its.push(...arrivals);
    else this.#gathered.set(stream, [...arrivals]);
  }

  #deliverLater(): void {
    const { waitMs } = this.#pace;
    if (waitMs === 0) this.#clock.soon(() => this.#deliverAll());
    else this.#clock.after(waitMs, () => this.#deliverAll());
  }

  #deliverAll(): void {
    const gathered = this.#gathered;
    this.#gathered = new Map();
    for (const arrivals of gathered.values()) arrivals.sort((a, b) => a.entry.pos - b.entry.pos);
    const startedMs = this.#clock.monotonicMs();
    this.#deliver(gathered);
    this.#pace.tookMs = this.#clock.monotonicMs() - startedMs;
  }
}
