import type { Entry } from "./entry.ts";
import type { Clock, Head, Store, Timer, Watch } from "./ports.ts";
import type { Stream } from "./stream.ts";

/** An entry that came to this node: by its own append, from the bus, or read from the store. */
export interface Arrival {
  readonly entry: Entry;
  /** Called once, when it is delivered; null: nobody here waits for that. */
  readonly settle: (() => void) | null;
}

export interface SequencerHooks {
  /** Entries of one stream, in order, each exactly once. */
  deliver(stream: Stream, entries: readonly Entry[]): void;
  /** The store has another past than this node: it was restored. What is known of the stream does not hold any more. */
  wentBack(stream: Stream): Promise<void>;
}

/** So long may what comes before an entry be on its way on the bus; then it is read from the store. */
const WAIT_FOR_BUS_MS = 30;
const READ_AT_ONCE = 1000;
const RETRY_MS = 1000;

/**
 * Delivers every entry of a stream once and in order, whichever way it came, and whatever the bus did to it: only the
 * next one is delivered, and where something is missing before one that is there, it is read.
 */
export class Sequencer {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #watch: Watch;
  readonly #hooks: SequencerHooks;
  /** What came before its turn, by position. */
  readonly #held = new Map<Stream, Map<number, Arrival>>();
  /** Streams that are read soon. */
  readonly #gaps = new Set<Stream>();
  #timer: Timer | null = null;
  #reading: Promise<void> | null = null;
  #isPaused = false;

  constructor(store: Store, clock: Clock, watch: Watch, hooks: SequencerHooks) {
    this.#store = store;
    this.#clock = clock;
    this.#watch = watch;
    this.#hooks = hooks;
  }

  /** @param arrivals entries of the stream, by position; some may be missing, and some come twice */
  offer(stream: Stream, arrivals: readonly Arrival[]): void {
    const isNext = arrivals.every(({ entry }, i) => entry.pos === stream.pos + 1 + i);
    if (isNext && !this.#held.has(stream) && !this.#isPaused) return this.#deliver(stream, arrivals);
    if (!stream.isFollowed) return this.#passOver(stream, arrivals);
    for (const arrival of arrivals) this.#hold(stream, arrival);
    this.#release(stream);
  }

  /** Something may have been missed: reads what there is after the stream's position. Rejects with a `StoreError`. */
  async catchUp(...streams: readonly Stream[]): Promise<void> {
    // What is being read now may have been asked for before what is wanted was stored.
    await this.#reading?.catch(() => {});
    for (const stream of streams) this.#gaps.add(stream);
    await this.#readGaps();
  }

  /** As `catchUp`, in a moment, and again until it succeeds. */
  catchUpSoon(stream: Stream, afterMs = WAIT_FOR_BUS_MS): void {
    this.#gaps.add(stream);
    if (this.#timer) return;
    this.#timer = this.#clock.after(afterMs, () => {
      this.#timer = null;
      this.catchUp().catch((error: unknown) => {
        this.#watch.storeHealth(error);
        for (const its of this.#gaps) this.catchUpSoon(its, RETRY_MS);
      });
    });
  }

  /** Compares what was delivered with where the streams end. Rejects with a `StoreError`. */
  async compare(streams: readonly Stream[]): Promise<void> {
    if (streams.length === 0) return;
    const places = streams.map((stream) => ({ ...stream.place, at: stream.at }));
    const heads = await this.#store.heads(places);
    for (const [i, stream] of streams.entries()) {
      const [head, then] = [heads[i], places[i]];
      if (!head || !then) continue;
      if (isOtherPast(head, then)) await this.#goBack(stream);
      else if (head.pos <= stream.pos) continue;
      else if (stream.isFollowed) this.catchUpSoon(stream);
      else stream.isBehind = true;
    }
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Delivers nothing until `resume`: somebody else may speak for this node's people now. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(streams: readonly Stream[]): void {
    this.#isPaused = false;
    for (const stream of streams) this.catchUpSoon(stream);
  }

  /** Nobody here cares about the stream any more. */
  forget(stream: Stream): void {
    const held = this.#held.get(stream);
    this.#held.delete(stream);
    this.#gaps.delete(stream);
    for (const { settle } of held?.values() ?? []) settle?.();
  }

  #deliver(stream: Stream, arrivals: readonly Arrival[]): void {
    const last = arrivals.at(-1);
    if (!last) return;
    try {
      this.#hooks.deliver(
        stream,
        arrivals.map(({ entry }) => entry),
      );
    } catch (error) {
      this.#watch.failed("deliver a batch", error);
    }
    stream.pos = last.entry.pos;
    stream.seq = last.entry.seq;
    stream.at = last.entry.at;
    for (const { settle } of arrivals) settle?.();
  }

  /** A stream that is not followed takes what is next, and waits for nothing; its next follower reads how it is. */
  #passOver(stream: Stream, arrivals: readonly Arrival[]): void {
    if (arrivals.some(({ entry }) => entry.pos > stream.pos)) stream.isBehind = true;
    for (const { settle } of arrivals) settle?.();
  }

  #hold(stream: Stream, arrival: Arrival): void {
    const { entry, settle } = arrival;
    // It was delivered already, as it came another way.
    if (entry.pos <= stream.pos) return settle?.();
    let held = this.#held.get(stream);
    if (!held) this.#held.set(stream, (held = new Map<number, Arrival>()));
    if (settle || !held.has(entry.pos)) held.set(entry.pos, arrival);
  }

  /** Delivers what is next, and sees to it that what is missing is read. */
  #release(stream: Stream): void {
    const held = this.#held.get(stream);
    if (!held || this.#isPaused) return;
    const run: Arrival[] = [];
    for (let pos = stream.pos + 1; ; pos++) {
      const next = held.get(pos);
      if (!next) break;
      run.push(next);
      held.delete(pos);
    }
    this.#deliver(stream, run);
    if (held.size === 0) this.#held.delete(stream);
    else this.catchUpSoon(stream);
  }

  #readGaps(): Promise<void> {
    this.#reading ??= this.#read().finally(() => (this.#reading = null));
    return this.#reading;
  }

  async #read(): Promise<void> {
    while (this.#gaps.size > 0 && !this.#isPaused) {
      const streams = [...this.#gaps].filter((stream) => stream.isFollowed);
      if (streams.length === 0) return this.#gaps.clear();
      const entries = await this.#store.entriesAfter(
        streams.map((stream) => stream.place),
        READ_AT_ONCE,
      );
      const byStream = Map.groupBy(entries, (entry) => entry.stream);
      this.#gaps.clear();
      for (const stream of streams) {
        const its = byStream.get(stream.id) ?? [];
        this.#deliverRead(stream, its);
        if (its.length === READ_AT_ONCE) this.#gaps.add(stream);
      }
    }
  }

  /** What the store has is all there is: where it has nothing, old entries were deleted. */
  #deliverRead(stream: Stream, entries: readonly Entry[]): void {
    const held = this.#held.get(stream);
    const run: Arrival[] = [];
    for (const entry of entries) {
      if (entry.pos <= stream.pos) continue;
      run.push(held?.get(entry.pos) ?? { entry, settle: null });
      held?.delete(entry.pos);
    }
    this.#deliver(stream, run);
    this.#release(stream);
  }

  async #goBack(stream: Stream): Promise<void> {
    this.forget(stream);
    await this.#hooks.wentBack(stream);
  }
}

/** Positions and times in a stream only grow: another time at a place, or an end before it, is another past. */
function isOtherPast(head: Head, then: { readonly pos: number; readonly at: number }): boolean {
  return head.pos < then.pos || (head.at !== null && then.pos > 0 && head.at !== then.at);
}
