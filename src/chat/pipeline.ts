import { entryBytes } from "../domain/body.ts";
import { type Change, encodeChange } from "../domain/change.ts";
import { closesStream, type Committed, type Entry, isMessage, kinds } from "../domain/entry.ts";
import { type Action, refusalOf } from "../domain/permissions.ts";
import { type Actor, SERVER } from "../domain/principal.ts";
import { Refusal } from "../domain/refusals.ts";
import { rightsAfter } from "../domain/rights.ts";
import type { Bus } from "../ports/bus.ts";
import type { Clock } from "../ports/clock.ts";
import type { Store } from "../ports/store.ts";
import type { Flusher } from "../ports/outlet.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import type { BacklogLimits } from "../streams/backlog.ts";
import { BatchDelay } from "../streams/batch-delay.ts";
import { DeliveryBuffer } from "../streams/delivery-buffer.ts";
import type { ArrivedEntry } from "../streams/held-entries.ts";
import { Log } from "../streams/log.ts";
import type { Outcome, QueuedEntry } from "../streams/queued-entry.ts";
import { Sequencer } from "../streams/sequencer.ts";
import type { Stream } from "../streams/stream.ts";
import type { FanOut } from "./fan-out.ts";
import type { RecentMessages } from "./rooms/recent-messages.ts";
import { Room } from "./rooms/room.ts";

/** What somebody wants to do in a room, and what is stored when they may. */
export interface Intent {
  readonly actor: Actor;
  readonly action: Action;
  readonly change: Change;
  /** As `Draft.expects` and `Draft.nonce`; missing: none. */
  readonly expects?: number;
  readonly nonce?: string;
}

export interface PipelineParts {
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly fanOut: FanOut;
  readonly recent: RecentMessages;
  readonly flusher: Flusher;
}

export interface PipelineHooks {
  /** Applies an entry that is no message. */
  apply(stream: Stream, entry: Entry): void;
  /** As `LogHooks.refresh`. */
  refresh(streams: readonly Stream[]): Promise<void>;
  /** As `SequencerHooks.takeOver`. */
  takeOver(stream: Stream): Promise<void>;
  /** Called when an entry was stored that a shared store also reports in the server's stream. */
  lookAtServer(): void;
}

/** An intent on its way. `action` null: the server writes into its own stream, which needs no permission. */
interface QueuedIntent extends QueuedEntry {
  readonly actor: Actor;
  readonly action: Action | null;
  readonly change: Change;
}

type Submitted = Pick<QueuedIntent, "actor" | "action" | "change"> & Partial<Pick<QueuedIntent, "expects" | "nonce">>;

/** Of lines that were given to their receivers together. */
interface DeliveryFigures {
  /** Number of lines times receivers. */
  readonly lineCopies: number;
  /** When the first line that was said here was said, in milliseconds of the monotonic clock; null: none was. */
  readonly saidAtMs: number | null;
  readonly startedMs: number;
}

/** How long lines wait for more on a node that is alone. */
export const OWN_DELAY = { part: 0.5, maxMs: 3 };
/** In a cluster the batches of several nodes come one after the other: a longer wait brings them together. */
const SHARED_DELAY = { part: 1, maxMs: 5 };

/** The one way from what somebody does to what everybody sees: it is judged, stored, put in order, and applied. */
export class Pipeline {
  readonly sequencer: Sequencer;
  readonly #parts: PipelineParts;
  readonly #hooks: PipelineHooks;
  readonly #log: Log<QueuedIntent>;
  readonly #delay: BatchDelay;
  readonly #buffer: DeliveryBuffer;
  #lineCopies = 0;
  /** Rooms whose last lines are not written to all members yet: their next entries wait. */
  readonly #writing = new Set<Stream>();

  constructor(parts: PipelineParts, limits: () => BacklogLimits, hooks: PipelineHooks) {
    const { store, clock, telemetry } = parts;
    this.#parts = parts;
    this.#hooks = hooks;
    this.sequencer = new Sequencer(store, clock, telemetry, {
      deliver: (stream, entries) => this.#deliver(stream, entries),
      takeOver: (stream) => hooks.takeOver(stream),
    });
    this.#delay = new BatchDelay(store.isShared ? SHARED_DELAY : OWN_DELAY);
    this.#buffer = new DeliveryBuffer(clock, this.#delay, {
      deliver: (buffered) => this.#offer(buffered),
      isOnHold: (stream) => this.#writing.has(stream),
    });
    this.#log = new Log({ store, clock, telemetry, batchDelay: this.#delay }, limits, {
      isOnHold: ({ actor, to }) => actor.nameStatus === "unconfirmed" || this.#writing.has(to),
      mustRecheck: ({ actor }) => actor.nameStatus === "lost",
      recheck: (queued) => this.#recheck(queued),
      computeRights: (queued) => {
        if (queued.to instanceof Room) queued.rights = rightsAfter(queued.to.rights, queued.change, queued.author);
      },
      refresh: (streams) => hooks.refresh(streams),
      deliver: (stored) => this.#stored(stored),
    });
  }

  /** Judges and queues an intent. Throws a `Refusal`, or calls `settle` once, when it was delivered here or refused. */
  submit(room: Room, intent: Intent, settle: (outcome: Outcome) => void): void {
    const code = refusalOf(intent.actor, intent.action, room, this.#parts.clock.micros());
    if (code) throw new Refusal(code);
    this.#add(room, intent, settle);
  }

  /** As `submit`; resolves with where it is stored, rejects with a `Refusal`. */
  perform(room: Room, intent: Intent): Promise<Committed> {
    return committed((settle) => this.submit(room, intent, settle));
  }

  /** Writes into the server's stream, for all nodes. Resolves when it was applied here; rejects with a `Refusal`. */
  announce(server: Stream, change: Change): Promise<Committed> {
    return committed((settle) => this.#add(server, { actor: SERVER, action: null, change }, settle));
  }

  /** Called with entries that another node stored. `previousAtMicros`: time of the entry before; null: not known. */
  heard(stream: Stream, entries: readonly Entry[], previousAtMicros: number | null): void {
    this.#buffer.add(
      stream,
      entries.map((entry, i) => ({
        entry,
        previousAtMicros: i === 0 ? previousAtMicros : (entries[i - 1]?.atMicros ?? null),
        origin: null,
      })),
    );
  }

  /** Called when it is known whether a session holds its name: what it said goes on, or is refused. */
  goOn(): void {
    this.#log.goOn();
  }

  get pendingLines(): number {
    return this.#log.pendingLines;
  }

  /** As `Backlog.isHalfFull`. */
  get isHalfFull(): boolean {
    return this.#log.isHalfFull;
  }

  whenIdle(): Promise<void> {
    return this.#log.whenIdle();
  }

  /** As `Log.finish`. */
  finish(withinMs: number): Promise<number> {
    return this.#log.finish(withinMs);
  }

  #add(
    to: Stream,
    { actor, action, change, expects = null, nonce = null }: Submitted,
    settle: (outcome: Outcome) => void,
  ): void {
    const { id, name, kind } = actor.who;
    const stored = encodeChange(change);
    this.#log.add({
      stream: to.id,
      rightsVersion: to.rightsVersion,
      takeovers: to.takeovers,
      kind: stored.kind,
      authorId: kind === "server" ? null : id,
      author: name.shown,
      body: stored.body,
      rights: null,
      ref: stored.ref,
      expects,
      nonce,
      to,
      actor,
      action,
      change,
      bytes: entryBytes(stored.body),
      saidAtMs: this.#parts.clock.monotonicMs(),
      settle,
    });
  }

  #recheck(queued: QueuedIntent): Refusal | null {
    const { actor, action, to } = queued;
    if (actor.nameStatus === "lost") return new Refusal("lost-name");
    if (action === null || !(to instanceof Room)) return null;
    const code = refusalOf(actor, action, to, this.#parts.clock.micros());
    if (code) return new Refusal(code);
    queued.rightsVersion = to.rightsVersion;
    queued.takeovers = to.takeovers;
    return null;
  }

  /** Delivers what this node stored; in a cluster together with the entries of other nodes, which are told of it. */
  #stored(stored: ReadonlyMap<Stream, readonly ArrivedEntry[]>): void {
    if (stored.size === 0) return;
    if (!this.#parts.store.isShared) return this.#offer(stored);
    for (const [stream, arrivals] of stored) {
      this.#publish(stream, arrivals);
      this.#buffer.add(stream, arrivals);
    }
  }

  /** Delivers entries, and sees to it that they are written. */
  #offer(all: ReadonlyMap<Stream, readonly ArrivedEntry[]>): void {
    const { clock, flusher } = this.#parts;
    const startedMs = clock.monotonicMs();
    const { first, late } = inTurns([...all.keys()], flusher.maxFlushed);
    for (const stream of [...first, ...late]) this.sequencer.offer(stream, all.get(stream) ?? []);
    const figures = { lineCopies: this.#lineCopies, saidAtMs: firstSaidMs(all), startedMs };
    this.#lineCopies = 0;
    const writing = flusher.flush();
    if (writing === null) this.#written(figures);
    else void this.#holdUntil(writing, late, figures);
  }

  /** Holds back what is said in large rooms until their last lines are written: it would take the writes apart. */
  async #holdUntil(written: Promise<void>, rooms: readonly Stream[], figures: DeliveryFigures): Promise<void> {
    for (const room of rooms) this.#writing.add(room);
    await written;
    for (const room of rooms) this.#writing.delete(room);
    this.#written(figures);
    this.#buffer.goOn();
    this.#log.goOn();
  }

  #written({ lineCopies, saidAtMs, startedMs }: DeliveryFigures): void {
    const nowMs = this.#parts.clock.monotonicMs();
    this.#delay.tookMs = nowMs - startedMs;
    this.#parts.telemetry.delivered(lineCopies, saidAtMs === null ? null : nowMs - saidAtMs);
  }

  #publish(stream: Stream, arrivals: readonly ArrivedEntry[]): void {
    const entries = arrivals.map(({ entry }) => entry);
    const previousAtMicros = arrivals[0]?.previousAtMicros ?? null;
    this.#parts.bus.publish({ type: "entries", stream: stream.id, previousAtMicros, entries });
    if (entries.some(({ kind }) => closesStream(kind))) this.#hooks.lookAtServer();
  }

  /** Delivers messages in runs between other entries, so that a person who was put out gets nothing said after that. */
  #deliver(stream: Stream, entries: readonly Entry[]): void {
    let first = 0;
    for (const [i, entry] of entries.entries()) {
      if (isMessage(entry.kind)) continue;
      this.#deliverMessages(stream, entries.slice(first, i));
      first = i + 1;
      this.#hooks.apply(stream, entry);
    }
    this.#deliverMessages(stream, first === 0 ? entries : entries.slice(first));
  }

  #deliverMessages(stream: Stream, messages: readonly Entry[]): void {
    if (messages.length === 0 || !(stream instanceof Room)) return;
    const { fanOut, recent } = this.#parts;
    // What was removed before this node could deliver it is not shown.
    const isWhole = messages.every(({ kind }) => kind !== kinds.removed);
    const shown = isWhole ? messages : messages.filter(({ kind }) => kind !== kinds.removed);
    if (shown.length > 0) this.#lineCopies += fanOut.messages(stream, shown);
    for (const message of messages) recent.add(stream, message);
  }
}

/** Streams in the order of delivery. `late`: the large rooms whose receivers do not fit into one flush with the others. */
function inTurns(
  streams: readonly Stream[],
  maxFlushed: number,
): { readonly first: readonly Stream[]; readonly late: readonly Stream[] } {
  const receivers = streams.reduce((sum, stream) => sum + receiversOf(stream), 0);
  if (receivers <= maxFlushed) return { first: streams, late: [] };
  const smallestFirst = streams.toSorted((one, other) => receiversOf(one) - receiversOf(other));
  let sum = 0;
  const fitting = smallestFirst.findIndex((stream) => (sum += receiversOf(stream)) > maxFlushed);
  return { first: smallestFirst.slice(0, fitting), late: smallestFirst.slice(fitting) };
}

/** Number of those here who are told what is said in a stream. */
function receiversOf(stream: Stream): number {
  return stream instanceof Room ? stream.receiverCount : 0;
}

/** Returns when the first of these lines that were said here was said; null: all were said elsewhere. */
function firstSaidMs(all: ReadonlyMap<Stream, readonly ArrivedEntry[]>): number | null {
  let firstMs: number | null = null;
  for (const arrivals of all.values()) {
    // The lines of one stream are in order, so the first that was said here is the oldest of them.
    const saidAtMs = arrivals.find(({ origin }) => origin !== null)?.origin?.saidAtMs ?? null;
    if (saidAtMs !== null && (firstMs === null || saidAtMs < firstMs)) firstMs = saidAtMs;
  }
  return firstMs;
}

/** Resolves with where an entry is stored, or rejects with its refusal. */
function committed(queue: (settle: (outcome: Outcome) => void) => void): Promise<Committed> {
  return new Promise((resolve, reject) => {
    queue((outcome) => (outcome instanceof Refusal ? reject(outcome) : resolve(outcome)));
  });
}
