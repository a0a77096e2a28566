import type { Entry } from "../domain/entry.ts";
import { type ArrivedEntry, HeldEntries } from "./held-entries.ts";
import { hasOtherPast, readShowsOtherPast, isOfOtherPast, type Point } from "./divergence.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { EntryStore } from "../ports/store.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import type { Stream } from "./stream.ts";

export interface SequencerHooks {
  /** Entries of one stream, in order, each exactly once. */
  deliver(stream: Stream, entries: readonly Entry[]): void;
  /** Called when the store has another past: the stream waits until this settles. Called again after a `StoreError`. */
  takeOver(stream: Stream): Promise<void>;
}

/** Time that a missing entry may still be on its way on the bus; then it is read from the store. */
const WAIT_FOR_BUS_MS = 30;
/** Number of entries of a stream that one query reads. */
const READ_AT_ONCE = 1000;
const RETRY_MS = 1000;

/** Delivers every entry of a stream once and in order, whatever the bus did. Entries that are missing are read. */
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
  readonly #takingOver = new Map<Stream, Promise<void>>();
  /** Streams whose takeover ended or failed since the last query was sent: the answer to it is older than that. */
  readonly #takenOver = new Set<Stream>();
  #isPaused = false;

  constructor(
    store: Pick<EntryStore, "entriesFrom" | "ends">,
    clock: Clock,
    telemetry: Telemetry,
    hooks: SequencerHooks,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#telemetry = telemetry;
    this.#hooks = hooks;
  }

  /** Delivers what is next, and holds what is not. `arrivals` are by position, with gaps, and some come twice. */
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

  /** Reads and delivers what the store has after the positions of the streams. Rejects with a `StoreError`. */
  async catchUp(...streams: readonly Stream[]): Promise<void> {
    // The query under way may have been sent before the entries that are wanted were stored.
    await this.#reading?.catch(() => {});
    for (const stream of streams) this.#gaps.add(stream);
    this.#reading ??= this.#read().finally(() => (this.#reading = null));
    await this.#reading;
  }

  /** As `catchUp`, after `afterMs` milliseconds at the latest, and again until it succeeds. */
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
        for (const one of streams) this.catchUpSoon(one, RETRY_MS);
      });
    });
    this.#timer = { untilMs, timer };
  }

  /** Compares what was delivered with the ends of the streams in the store. Rejects with a `StoreError`. */
  async compare(streams: readonly Stream[]): Promise<void> {
    if (streams.length === 0) return;
    const marks = streams.map(({ mark }) => mark);
    const ends = await this.#store.ends(marks);
    for (const [i, stream] of streams.entries()) {
      const [end, mark] = [ends[i], marks[i]];
      if (!end || !mark || this.#takingOver.has(stream)) continue;
      if (hasOtherPast(end, mark)) {
        // Else it was taken over meanwhile, or has gone on, and the next comparison sees to it.
        if (stream.pos === mark.pos && stream.atMicros === mark.atMicros) await this.#tryToTakeOver(stream);
      } else if (end.pos <= stream.pos) continue;
      else if (stream.isFollowed) this.catchUpSoon(stream);
      else stream.isBehind = true;
    }
  }

  /** Takes over the store's past of a stream. Resolves when the stream goes on; rejects with a `StoreError`. */
  takeOver(stream: Stream): Promise<void> {
    const known = this.#takingOver.get(stream);
    if (known) return known;
    // It is unknown to which past these belong; those that the store has are read again.
    const held = this.#held.takeAll(stream);
    const going = this.#hooks
      .takeOver(stream)
      .finally(() => {
        this.#takingOver.delete(stream);
        this.#takenOver.add(stream);
        for (const arrival of held) settle(arrival);
        // Reads what came meanwhile, and what was held before and belongs to this past.
        this.catchUpSoon(stream, RETRY_MS);
      })
      .then(() => {
        // Entries up to the new position are part of what was taken over, and are not delivered again.
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

  /** Delivers nothing until `resume`: other nodes may have given away the names of this node's people. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(streams: readonly Stream[]): void {
    this.#isPaused = false;
    for (const stream of streams) this.catchUpSoon(stream);
  }

  /** Called when nobody here needs the stream any more. */
  forget(stream: Stream): void {
    this.#soon.delete(stream);
    this.#gaps.delete(stream);
    for (const arrival of this.#held.takeAll(stream)) settle(arrival);
  }

  /** As `takeOver`, but never rejects: a failure is reported, is tried again, and holds up no other stream. */
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

  /** Called when arrivals show another past. Those after the position that is taken over are delivered later. */
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

  /** For a stream that nobody here follows: settles this node's entries, and marks the stream as behind. */
  #passOver(stream: Stream, arrivals: readonly ArrivedEntry[]): void {
    if (arrivals.some(({ entry }) => entry.pos > stream.pos)) stream.isBehind = true;
    for (const arrival of arrivals) settle(arrival);
  }

  #hold(stream: Stream, arrival: ArrivedEntry): void {
    // It came another way before, and was delivered.
    if (arrival.entry.pos <= stream.pos && !this.#takingOver.has(stream)) return settle(arrival);
    this.#add(stream, arrival);
  }

  #add(stream: Stream, arrival: ArrivedEntry): void {
    const other = this.#held.add(stream, arrival);
    if (other) settle(other);
  }

  /** Delivers the held entries that are next, and has missing ones read. */
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
      const asked = streams.map((stream) => ({ stream, from: stream.mark, held: this.#held.positions(stream) }));
      this.#takenOver.clear();
      const entries = await this.#store.entriesFrom(
        asked.map(({ from }) => from),
        READ_AT_ONCE,
      );
      const byStream = Map.groupBy(entries, (entry) => entry.stream);
      for (const { stream, from, held } of asked) {
        const read = byStream.get(stream.id) ?? [];
        await this.#deliverRead(stream, from, read);
        if (read.length === READ_AT_ONCE) this.#gaps.add(stream);
        // Entries that were held before the query and are not in the store belong to a past that is gone.
        else if (!this.#isHeldUp(stream)) for (const arrival of this.#held.take(stream, held)) settle(arrival);
      }
    }
  }

  /** Delivers what was read after `from`. A gap is no reason to wait: old entries are deleted, but never the last. */
  async #deliverRead(stream: Stream, from: Point, entries: readonly Entry[]): Promise<void> {
    if (this.#isHeldUp(stream) || this.#takenOver.has(stream)) return;
    if (readShowsOtherPast(from, entries)) return await this.#tryToTakeOver(stream);
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

/** Lets the author of an entry go on: it is stored, and was delivered here unless a restored store has lost it. */
function settle({ entry, origin }: ArrivedEntry): void {
  origin?.settle(entry);
}
