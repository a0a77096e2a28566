import type { Entry } from "../domain/entry.ts";
import type { Stream } from "./stream.ts";

/** An entry that came to this node: by its own append, from the bus, or read from the store. */
export interface ArrivedEntry {
  readonly entry: Entry;
  /** The time of the entry before it in its stream, in microseconds; null: not known. */
  readonly previousAtMicros: number | null;
  /** Called once, when it is delivered or will not be any more; null: nobody here waits for that. */
  readonly settle: (() => void) | null;
}

/** Arrivals that came before their turn, by stream and position. */
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

  /** Of two of one position that one stays for which somebody waits. */
  add(stream: Stream, arrival: ArrivedEntry): void {
    const { pos } = arrival.entry;
    let held = this.#held.get(stream);
    if (!held) this.#held.set(stream, (held = new Map<number, ArrivedEntry>()));
    const known = held.get(pos);
    if (known?.settle && arrival.settle) known.settle();
    if (arrival.settle || !known?.settle) held.set(pos, arrival);
  }

  /** They are delivered, by who calls this. */
  remove(stream: Stream, positions: readonly number[]): void {
    const held = this.#held.get(stream);
    for (const pos of positions) held?.delete(pos);
    if (held?.size === 0) this.#held.delete(stream);
  }

  /** They will not be delivered: who waits for that goes on. */
  drop(stream: Stream, positions: readonly number[]): void {
    const dropped = positions.map((pos) => this.get(stream, pos));
    this.remove(stream, positions);
    for (const arrival of dropped) arrival?.settle?.();
  }

  /** As `remove`, for all of the stream. */
  takeAll(stream: Stream): readonly ArrivedEntry[] {
    const held = this.#held.get(stream);
    this.#held.delete(stream);
    return [...(held?.values() ?? [])];
  }
}
