import type { Entry } from "../domain/entry.ts";
import type { QueuedEntry } from "./queued-entry.ts";
import type { Stream } from "./stream.ts";

/** An entry that came to this node: by its own append, from the bus, or read from the store. */
export interface ArrivedEntry {
  readonly entry: Entry;
  /** The time of the entry before it in the stream, in microseconds since 1970; null: not known. */
  readonly previousAtMicros: number | null;
  /** The queued entry of this node that it was, settled once: when it is delivered, or will not be; null: none. */
  readonly origin: Pick<QueuedEntry, "settle" | "saidAtMs"> | null;
}

/** Entries that arrived before their turn, by stream and position. */
export class HeldEntries {
  readonly #held = new Map<Stream, Map<number, ArrivedEntry>>();

  has(stream: Stream): boolean {
    return this.#held.has(stream);
  }

  get(stream: Stream, pos: number): ArrivedEntry | undefined {
    return this.#held.get(stream)?.get(pos);
  }

  positions(stream: Stream): readonly number[] {
    return [...(this.#held.get(stream)?.keys() ?? [])];
  }

  /** Holds an arrival; of two at one position, one with an `origin` stays. Returns one with `origin` that gave way. */
  add(stream: Stream, arrival: ArrivedEntry): ArrivedEntry | null {
    const { pos } = arrival.entry;
    let held = this.#held.get(stream);
    if (!held) this.#held.set(stream, (held = new Map<number, ArrivedEntry>()));
    const known = held.get(pos);
    if (arrival.origin || !known?.origin) held.set(pos, arrival);
    return known?.origin && arrival.origin ? known : null;
  }

  /** Removes the arrivals at these positions, and returns those there were, for the caller to deliver or to settle. */
  take(stream: Stream, positions: readonly number[]): readonly ArrivedEntry[] {
    const taken = positions.map((pos) => this.get(stream, pos)).filter((arrival) => arrival !== undefined);
    const held = this.#held.get(stream);
    for (const pos of positions) held?.delete(pos);
    if (held?.size === 0) this.#held.delete(stream);
    return taken;
  }

  /** As `take`, for all positions of the stream. */
  takeAll(stream: Stream): readonly ArrivedEntry[] {
    const held = this.#held.get(stream);
    this.#held.delete(stream);
    return [...(held?.values() ?? [])];
  }
}
