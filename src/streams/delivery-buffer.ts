import type { BatchDelay } from "./batch-delay.ts";
import type { Clock } from "../ports/clock.ts";
import type { ArrivedEntry } from "./held-entries.ts";
import type { Stream } from "./stream.ts";

export interface DeliveryBufferHooks {
  deliver(buffered: ReadonlyMap<Stream, readonly ArrivedEntry[]>): void;
  /** Whether the entries of a stream have to stay in the buffer until `goOn`. */
  isOnHold(stream: Stream): boolean;
}

/** Entries of all nodes, until they are delivered together at the end of the turn, or after the batch delay. */
export class DeliveryBuffer {
  readonly #clock: Clock;
  readonly #delay: BatchDelay;
  readonly #hooks: DeliveryBufferHooks;
  readonly #buffered = new Map<Stream, ArrivedEntry[]>();
  #isDelaying = false;

  constructor(clock: Clock, delay: BatchDelay, hooks: DeliveryBufferHooks) {
    this.#clock = clock;
    this.#delay = delay;
    this.#hooks = hooks;
  }

  add(stream: Stream, arrivals: readonly ArrivedEntry[]): void {
    const known = this.#buffered.get(stream);
    if (known) known.push(...arrivals);
    else this.#buffered.set(stream, [...arrivals]);
    if (!this.#hooks.isOnHold(stream)) this.#deliverLater();
  }

  /** Called when a stream that was on hold no longer is. */
  goOn(): void {
    if (this.#buffered.size > 0) this.#deliverLater();
  }

  #deliverLater(): void {
    if (this.#isDelaying) return;
    this.#isDelaying = true;
    const { waitMs } = this.#delay;
    if (waitMs === 0) this.#clock.soon(() => this.#deliver());
    else this.#clock.after(waitMs, () => this.#deliver());
  }

  #deliver(): void {
    this.#isDelaying = false;
    const ready = new Map<Stream, ArrivedEntry[]>();
    for (const [stream, arrivals] of this.#buffered) {
      if (this.#hooks.isOnHold(stream)) continue;
      this.#buffered.delete(stream);
      ready.set(
        stream,
        arrivals.toSorted((a, b) => a.entry.pos - b.entry.pos),
      );
    }
    if (ready.size > 0) this.#hooks.deliver(ready);
  }
}
