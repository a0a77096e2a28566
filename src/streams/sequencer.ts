import type { Entry } from "../domain/entry.ts";
import { type ArrivedEntry, HeldEntries } from "./held-entries.ts";
import { hasOtherPast, isElsewhere, isOfOtherPast, type Point } from "./divergence.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { EntryStore } from "../ports/store.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import type { Stream } from "./stream.ts";

export interface SequencerHooks {
  /** Entries of one stream, in order, each exactly once. */
  deliver(stream: Stream, entries: readonly Entry[]): void;
  /**
   * The store has another past than this node: it was restored. What is known of the stream does not hold any more, and
   * nothing of it is delivered until this is settled. Rejects with a `StoreError`; then it is called again.
   */
  takeOver(stream: Stream): Promise<void>;
}

/** So long may what comes before an entry be on its way on the bus; then it is read from the store. */
const WAIT_FOR_BUS_MS = 30;
const READ_AT_ONCE = 1000;
const RETRY_MS = 1000;

/**
 * Delivers every entry of a stream once and in order, whichever way it came, and whatever the bus did to it: only the
 * next one is delivered, and where something is missing before one that is there, it is read. An entry that does not follow
 * the last one delivered belongs to another past.
 */
export class Sequencer {
  readonly #store: Pick<EntryStore, "entriesFrom" | "ends">;
  readonly #clock: Clock;
  readonly #telemetry: Telemetry;
  readonly #hooks: SequencerHooks;
  readonly #held = new HeldEntries();
  /** Streams that are read when the timer ends. */
  readonly #soon = new Set<Stream>();
  #timer: { readonly untilMs: number; readonly timer: Timer } | null = null;
  /** Streams that the next query reads. */
  readonly #gaps = new Set<Stream>();
  #reading: Promise<void> | null = null;
  /** Streams that are being taken over, as the store has another past. */
  readonly #takingOver = new Map<Stream, Promise<void>>();
  /** Streams that were taken over, or could not be, since the last query was sent: its answer is of before. */
  readonly #takenOver = new Set<Stream>();
  #isPaused = false;

  constructor(store: Pick<EntryStore, "entriesFrom" | "ends">, clock: Clock, watch: Telemetry, hooks: SequencerHooks) {
    this.#store = store;
    this.#clock = clock;
    this.#telemetry = watch;
    this.#hooks = hooks;
  }

  /** @param arrivals entries of the stream, by position; some may be missing, and some come twice */
  offer(stream: Stream, arrivals: readonly ArrivedEntry[]): void {
    if (arrivals.some((arrival, i) => isOfOtherPast(i === 0 ? stream : (arrivals[i - 1]?.entry ?? stream), arrival))) {
      return this.#meetOtherPast(stream, arrivals);
    }
    const isNext = arrivals.every(({ entry }, i) => entry.pos === stream.pos + 1 + i);
    if (isNext && !this.#held.has(stream) && !this.#isHeldUp(stream)) return this.#deliver(stream, arrivals);
    if (!stream.isFollowed) return this.#passOver(stream, arrivals);
    for (const arrival of arrivals) this.#hold(stream, arrival);
    this.#release(stream);
  }

  /** Something may have been missed: reads what there is after the stream's position. Rejects with a `StoreError`. */
  async catchUp(...streams: readonly Stream[]): Promise<void> {
    // What is being read now may have been asked for before what is wanted was stored.
    await this.#reading?.catch(() => {});
    for (const stream of streams) this.#gaps.add(stream);
    this.#reading ??= this.#read().finally(() => (this.#reading = null));
    await this.#reading;
  }

  /** As `catchUp`, in a moment, and again until it succeeds. */
  catchUpSoon(stream: Stream, afterMs = WAIT_FOR_BUS_MS): void {
    this.#soon.add(stream);
    const untilMs = this.#clock.monotonicMs() + afterMs;
    if (this.#timer && this.#timer.untilMs <= untilMs) return;
    this.#timer?.timer.cancel();
    const timer = this.#clock.after(afterMs, () => {
      this.#timer = null;
      const streams = [...this.#soon];
      this.#soon.clear();
      this.catchUp(...streams).catch((error: unknown) => {
        this.#telemetry.storeHealth(error);
        for (const its of streams) this.catchUpSoon(its, RETRY_MS);
      });
    });
    this.#timer = { untilMs, timer };
  }

  /** Compares what was delivered with where the streams end. Rejects with a `StoreError`. */
  async compare(streams: readonly Stream[]): Promise<void> {
    if (streams.length === 0) return;
    const marks = streams.map(({ mark }) => mark);
    const heads = await this.#store.ends(marks);
    for (const [i, stream] of streams.entries()) {
      const [head, then] = [heads[i], marks[i]];
      if (!head || !then || this.#takingOver.has(stream)) continue;
      if (hasOtherPast(head, then)) {
        // Else it was taken over meanwhile, or has gone on, and the next comparison sees to it.
        if (stream.pos === then.pos && stream.atMicros === then.atMicros) await this.#tryToTakeOver(stream);
      } else if (head.pos <= stream.pos) continue;
      else if (stream.isFollowed) this.catchUpSoon(stream);
      else stream.isBehind = true;
    }
  }

  /** The store has another past than this node. Resolves when the stream goes on from there; rejects with a `StoreError`. */
  takeOver(stream: Stream): Promise<void> {
    const known = this.#takingOver.get(stream);
    if (known) return known;
    // To which past they belong cannot be told; what the store has of them is read again.
    const held = this.#held.takeAll(stream);
    const going = this.#hooks
      .takeOver(stream)
      .finally(() => {
        this.#takingOver.delete(stream);
        this.#takenOver.add(stream);
        for (const arrival of held) settle(arrival);
        // What came meanwhile is in the store; what was held before is, if it is of this past.
        this.catchUpSoon(stream, RETRY_MS);
      })
      .then(() => {
        // The stream goes on after what is held up to its position.
        const passed = this.#held.positions(stream).filter((pos) => pos <= stream.pos);
        for (const arrival of this.#held.take(stream, passed)) settle(arrival);
        this.#release(stream);
      });
    this.#takingOver.set(stream, going);
    return going;
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
    this.#soon.delete(stream);
    this.#gaps.delete(stream);
    for (const arrival of this.#held.takeAll(stream)) settle(arrival);
  }

  /** Where it cannot be read now, that is tried again, and holds up no other stream. */
  async #tryToTakeOver(stream: Stream): Promise<void> {
    try {
      await this.takeOver(stream);
    } catch (error) {
      this.#telemetry.storeHealth(error);
      this.catchUpSoon(stream, RETRY_MS);
    }
  }

  #isHeldUp(stream: Stream): boolean {
    return this.#isPaused || this.#takingOver.has(stream);
  }

  /** Arrivals show that the store has another past: what of them comes after the place that is found there is delivered. */
  #meetOtherPast(stream: Stream, arrivals: readonly ArrivedEntry[]): void {
    if (stream.isFollowed) void this.#tryToTakeOver(stream);
    else stream.isBehind = true;
    for (const arrival of arrivals) {
      if (stream.isFollowed) this.#add(stream, arrival);
      else settle(arrival);
    }
  }

  #deliver(stream: Stream, arrivals: readonly ArrivedEntry[]): void {
    const last = arrivals.at(-1);
    if (!last) return;
    try {
      this.#hooks.deliver(
        stream,
        arrivals.map(({ entry }) => entry),
      );
    } catch (error) {
      this.#telemetry.failed("deliver a batch", error);
    }
    stream.pos = last.entry.pos;
    stream.seq = last.entry.seq;
    stream.atMicros = last.entry.atMicros;
    for (const arrival of arrivals) settle(arrival);
  }

  /** Of a stream that nobody here follows: settles this node's lines, keeps nothing, and marks it as behind; its next follower reads it. */
  #passOver(stream: Stream, arrivals: readonly ArrivedEntry[]): void {
    if (arrivals.some(({ entry }) => entry.pos > stream.pos)) stream.isBehind = true;
    for (const arrival of arrivals) settle(arrival);
  }

  #hold(stream: Stream, arrival: ArrivedEntry): void {
    // It was delivered already, as it came another way.
    if (arrival.entry.pos <= stream.pos && !this.#takingOver.has(stream)) return settle(arrival);
    this.#add(stream, arrival);
  }

  #add(stream: Stream, arrival: ArrivedEntry): void {
    const other = this.#held.add(stream, arrival);
    if (other) settle(other);
  }

  /** Delivers what is next, and sees to it that what is missing is read. */
  #release(stream: Stream): void {
    if (!this.#held.has(stream) || this.#isHeldUp(stream)) return;
    const run: ArrivedEntry[] = [];
    for (let point: Point = stream; ;) {
      const next = this.#held.get(stream, point.pos + 1);
      if (!next) break;
      if (isOfOtherPast(point, next)) return this.#meetOtherPast(stream, []);
      run.push(next);
      point = next.entry;
    }
    this.#held.take(
      stream,
      run.map(({ entry }) => entry.pos),
    );
    this.#deliver(stream, run);
    if (this.#held.has(stream)) this.catchUpSoon(stream);
  }

  async #read(): Promise<void> {
    while (this.#gaps.size > 0 && !this.#isPaused) {
      const streams = [...this.#gaps].filter((stream) => stream.isFollowed && !this.#takingOver.has(stream));
      this.#gaps.clear();
      if (streams.length === 0) return;
      const asked = streams.map((stream) => ({
        stream,
        from: stream.mark,
        held: this.#held.positions(stream),
      }));
      this.#takenOver.clear();
      const entries = await this.#store.entriesFrom(
        asked.map(({ from }) => from),
        READ_AT_ONCE,
      );
      const byStream = Map.groupBy(entries, (entry) => entry.stream);
      for (const { stream, from, held } of asked) {
        const its = byStream.get(stream.id) ?? [];
        await this.#deliverRead(stream, from, its);
        if (its.length === READ_AT_ONCE) this.#gaps.add(stream);
        // What was there before it was read, and is not in the store, was stored in a past that is gone.
        else if (!this.#isHeldUp(stream)) for (const arrival of this.#held.take(stream, held)) settle(arrival);
      }
    }
  }

  /**
   * What the store has is all there is: where it has nothing, old entries were deleted, but never the last one.
   *
   * @param from where the stream was when it was asked for
   */
  async #deliverRead(stream: Stream, from: Point, entries: readonly Entry[]): Promise<void> {
    if (this.#isHeldUp(stream) || this.#takenOver.has(stream)) return;
    if (isElsewhere(from, entries)) return await this.#tryToTakeOver(stream);
    const run: ArrivedEntry[] = [];
    let point: Point = stream;
    for (const [i, entry] of entries.entries()) {
      if (entry.pos <= stream.pos) continue;
      const last = entries[i - 1];
      const arrival = {
        entry,
        previousAtMicros: last && last.pos === entry.pos - 1 ? last.atMicros : null,
        origin: null,
      };
      if (isOfOtherPast(point, arrival)) return await this.#tryToTakeOver(stream);
      run.push({ ...arrival, origin: this.#held.get(stream, entry.pos)?.origin ?? null });
      point = entry;
    }
    this.#held.take(
      stream,
      run.map(({ entry }) => entry.pos),
    );
    this.#deliver(stream, run);
    this.#release(stream);
  }
}

/** The author of an entry goes on: it is stored, and delivered here if the store has kept it. */
function settle({ entry, origin }: ArrivedEntry): void {
  origin?.settle(entry);
}
