import type { Pace } from "./batch-delay.ts";
import type { Clock } from "../ports/clock.ts";
import type { Arrival } from "./held-arrivals.ts";
import type { Stream } from "./stream.ts";

/**
 * What came to this node from its own appends and from others, until it is delivered together: at the end of the turn, or
 * where deliveries take long, after the pace that they set.
 */
export class Gathering {
  readonly #clock: Clock;
  readonly #pace: Pace;
  readonly #deliver: (gathered: ReadonlyMap<Stream, Arrival[]>) => void;
  #gathered = new Map<Stream, Arrival[]>();

  constructor(clock: Clock, pace: Pace, deliver: (gathered: ReadonlyMap<Stream, Arrival[]>) => void) {
    this.#clock = clock;
    this.#pace = pace;
    this.#deliver = deliver;
  }

  add(stream: Stream, arrivals: readonly Arrival[]): void {
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
