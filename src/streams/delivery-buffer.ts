import type { BatchDelay } from "./batch-delay.ts";
import type { Clock } from "../ports/clock.ts";
import type { ArrivedEntry } from "./held-entries.ts";
import type { Stream } from "./stream.ts";

/** Entries of all nodes, until they are delivered together at the end of the turn, or after the batch delay. */
export class DeliveryBuffer {
  readonly #clock: Clock;
  readonly #delay: BatchDelay;
  readonly #deliver: (buffered: ReadonlyMap<Stream, ArrivedEntry[]>) => void;
  #buffered = new Map<Stream, ArrivedEntry[]>();

  constructor(clock: Clock, delay: BatchDelay, deliver: (buffered: ReadonlyMap<Stream, ArrivedEntry[]>) => void) {
    this.#clock = clock;
    this.#delay = delay;
    this.#deliver = deliver;
  }

  add(stream: Stream, arrivals: readonly ArrivedEntry[]): void {
    if (this.#buffered.size === 0) this.#deliverLater();
    const known = this.#buffered.get(stream);
    if (known) known.push(...arrivals);
    else this.#buffered.set(stream, [...arrivals]);
  }

  #deliverLater(): void {
    const { waitMs } = this.#delay;
    if (waitMs === 0) this.#clock.soon(() => this.#deliverAll());
    else this.#clock.after(waitMs, () => this.#deliverAll());
  }

  #deliverAll(): void {
    const buffered = this.#buffered;
    this.#buffered = new Map();
    for (const arrivals of buffered.values()) arrivals.sort((a, b) => a.entry.pos - b.entry.pos);
    const startedMs = this.#clock.monotonicMs();
    this.#deliver(buffered);
    this.#delay.tookMs = this.#clock.monotonicMs() - startedMs;
  }
}
