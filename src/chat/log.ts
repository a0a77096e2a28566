import { ChatError, StoreError } from "./errors.ts";
import { closesStream, type Draft, isMessage, movesRules } from "./entry.ts";
import type { Pace } from "./pace.ts";
import type { Action } from "./permissions.ts";
import type { Clock, Store, StreamHead, Timer, Watch } from "./ports.ts";
import { bytesOf, type Rights } from "./rights.ts";
import type { Session } from "./session.ts";
import type { Stream } from "./stream.ts";

/** Something said or done, on its way through the store to everybody. */
export interface Pending extends Draft {
  rules: number;
  rights: Rights | null;
  /** Where it goes. */
  readonly to: Stream;
  readonly session: Session | null;
  /** What the author has to be allowed to do, at the time the store takes it; null: it is the server that speaks. */
  readonly action: Action | null;
  readonly subject: number;
  /** What it counts against the bounds on what waits. */
  readonly bytes: number;
  /** By the monotonic clock, in milliseconds. */
  readonly saidAtMs: number;
  /** Called once: stored and delivered (null), or why not. */
  readonly settle: (refused: ChatError | null) => void;
}

/** A pending entry with its place. */
export interface Stored {
  readonly pending: Pending;
  readonly pos: number;
  readonly seq: number;
  readonly at: number;
}

export interface LogLimits {
  /** Bounds on what waits to be stored, for all sessions together; 0 = none. */
  readonly maxPendingMessages: number;
  readonly maxPendingBytes: number;
  /** So long may a line wait that was not sent to the store yet. */
  readonly maxPendingAgeMs: number;
}

export interface LogPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly watch: Watch;
  readonly pace: Pace;
}

export interface LogHooks {
  /** Judges again by the rules as they are now, and marks the entry with their version. Null: still allowed. */
  judge(pending: Pending): ChatError | null;
  /** It goes to the store now and moves the rules: works out who may do what after it. */
  seal(pending: Pending): void;
  /** The store says that a room's rules are others than this node knows: learn them. */
  refresh(stream: Stream): Promise<void>;
  /** Entries of one batch, in order, that nobody can take back any more. Settles each when it is delivered. */
  deliver(stored: readonly Stored[]): void;
}

const MAX_BATCH_LINES = 1000;
const MAX_BATCH_BYTES = 256 * 1024;
/** Where deliveries take long, a batch waits for more lines, as `Pace` says; so many are enough and go at once. */
const ENOUGH_LINES = 500;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2000;
const AGE_CHECK_MS = 1000;

/**
 * Everything durable goes through here, in numbered batches: one is with the store, and what is said meanwhile is the
 * next. What the store took is delivered; nobody sees it before.
 */
export class Log {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #watch: Watch;
  readonly #pace: Pace;
  readonly #limits: () => LogLimits;
  readonly #hooks: LogHooks;
  #pending: Pending[] = [];
  #pendingBytes = 0;
  #batchNumber = 0;
  #state: "idle" | "scheduled" | "appending" = "idle";
  #whenIdle: (() => void)[] = [];
  #isGivenUp = false;
  #lost = 0;
  /** Runs while a batch waits for more lines. */
  #gathering: Timer | null = null;
  #isAgeWatched = false;

  constructor({ store, clock, watch, pace }: LogPorts, limits: () => LogLimits, hooks: LogHooks) {
    this.#pace = pace;
    this.#store = store;
    this.#clock = clock;
    this.#watch = watch;
    this.#limits = limits;
    this.#hooks = hooks;
  }

  /** Queues an entry. Throws `too-much-waiting` past the bounds; after that it is settled, once, in any case. */
  add(pending: Pending): void {
    const { maxPendingMessages, maxPendingBytes } = this.#limits();
    const bytes = this.#pendingBytes + pending.bytes;
    if (maxPendingMessages > 0 && this.#pending.length >= maxPendingMessages) throw new ChatError("too-much-waiting");
    if (maxPendingBytes > 0 && bytes > maxPendingBytes) throw new ChatError("too-much-waiting");
    this.#pendingBytes = bytes;
    this.#pending.push(pending);
    if (this.#state === "idle") this.#schedule();
    else if (this.#gathering && this.#pending.length >= ENOUGH_LINES) this.#runSoon();
  }

  /** Entries that wait to be sent to the store. */
  get pendingLines(): number {
    return this.#pending.length;
  }

  /** Resolves when everything that was queued is settled. */
  whenIdle(): Promise<void> {
    if (this.#state === "idle") return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  /**
   * Resolves when everything that was queued is settled, with how many entries may not have been stored: past `withinMs`
   * a store that fails is not tried again.
   */
  async finish(withinMs: number): Promise<number> {
    const timer = this.#clock.after(withinMs, () => (this.#isGivenUp = true));
    await this.whenIdle();
    timer.cancel();
    return this.#lost;
  }

  #schedule(): void {
    this.#state = "scheduled";
    if (!this.#isAgeWatched) this.#watchAge();
    const { waitMs } = this.#pace;
    if (waitMs === 0 || this.#pending.length >= ENOUGH_LINES) this.#runSoon();
    else this.#gathering = this.#clock.after(waitMs, () => this.#runSoon());
  }

  #runSoon(): void {
    this.#gathering?.cancel();
    this.#gathering = null;
    this.#clock.soon(() => {
      this.#run().catch((error: unknown) => this.#watch.failed("append a batch", error));
    });
  }

  /** Takes the next batch to the store, delivers it, and schedules the one after it. */
  async #run(): Promise<void> {
    this.#state = "appending";
    await this.#again(await this.#storeAll(this.#take()));
    if (this.#pending.length > 0) this.#schedule();
    else {
      this.#state = "idle";
      for (const idle of this.#whenIdle.splice(0)) idle();
    }
  }

  /**
   * The next lines that are still allowed. An entry that moves rules is the last of its stream in a batch: what follows it
   * there waits, in order, and is judged by the new rules. Other streams go on.
   */
  #take(): Pending[] {
    const batch: Pending[] = [];
    const moved = new Set<Stream>();
    const waiting: Pending[] = [];
    let bytes = 0;
    let seen = 0;
    for (const pending of this.#pending) {
      // Whether a room may be ended depends on what was said in it: the lines before that are stored first.
      if (endsAfterLines(pending, batch)) moved.add(pending.to);
      if (moved.has(pending.to)) {
        seen += 1;
        waiting.push(pending);
        continue;
      }
      if (batch.length === MAX_BATCH_LINES || (bytes + pending.bytes > MAX_BATCH_BYTES && batch.length > 0)) break;
      seen += 1;
      this.#pendingBytes -= pending.bytes;
      const isJudged = pending.rules === pending.to.rules && !pending.to.isDestroyed && !closesStream(pending.kind);
      const refused = isJudged ? null : this.#hooks.judge(pending);
      if (refused) {
        pending.settle(refused);
        continue;
      }
      batch.push(pending);
      bytes += pending.bytes;
      if (!movesRules(pending.kind)) continue;
      this.#hooks.seal(pending);
      bytes += bytesOf(pending.rights);
      moved.add(pending.to);
    }
    this.#pending = waiting.concat(this.#pending.slice(seen));
    return batch;
  }

  /**
   * Stores and delivers a batch; resolves with the lines, in order, whose stream took nothing. One line that the store does
   * not take is found by halves, and it alone is refused.
   */
  async #storeAll(batch: readonly Pending[]): Promise<readonly Pending[]> {
    if (batch.length === 0) return [];
    const outcome = await this.#append(batch);
    if (outcome === "refused") return [];
    if (outcome !== "bad-input") return this.#deliver(batch, outcome);
    const [first] = batch;
    if (batch.length === 1) {
      first?.settle(new ChatError("line-not-storable"));
      return [];
    }
    const half = Math.ceil(batch.length / 2);
    const left = await this.#storeAll(batch.slice(0, half));
    return [...left, ...(await this.#storeAll(batch.slice(half)))];
  }

  /** While the outcome of a batch is unknown it is sent again and again. */
  async #append(drafts: readonly Pending[]): Promise<readonly Stored[] | "refused" | "bad-input"> {
    this.#batchNumber += 1;
    const batch = { number: this.#batchNumber, drafts };
    for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(retryMs * 2, LAST_RETRY_MS)) {
      const startedMs = this.#clock.monotonicMs();
      try {
        const heads = await this.#store.append(batch);
        this.#watch.stored(drafts.length, this.#clock.monotonicMs() - startedMs);
        this.#watch.storeHealth(null);
        return place(drafts, heads);
      } catch (error) {
        if (error instanceof StoreError && error.code === "bad-input") return "bad-input";
        this.#watch.storeHealth(error);
        if (!(error instanceof StoreError) || error.code !== "unavailable") {
          const code = error instanceof StoreError && error.code === "full" ? "store-full" : "store-unavailable";
          for (const pending of drafts) pending.settle(new ChatError(code, undefined, { cause: error }));
          return "refused";
        }
        if (this.#isGivenUp) return this.#lose(drafts);
        this.#refuseOld();
        await new Promise<void>((resolve) => this.#clock.after(retryMs, resolve));
      }
    }
  }

  /** What waits behind a batch whose outcome will not be known is lost with it. */
  #lose(drafts: readonly Pending[]): "refused" {
    const lost = [...drafts, ...this.#pending];
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#lost += lost.length;
    for (const pending of lost) pending.settle(new ChatError("store-unavailable"));
    return "refused";
  }

  /** Lines grow old behind a store that fails, and behind one that does not answer. */
  #watchAge(): void {
    this.#isAgeWatched = this.#state !== "idle";
    if (!this.#isAgeWatched) return;
    this.#refuseOld();
    this.#clock.after(AGE_CHECK_MS, () => this.#watchAge());
  }

  #refuseOld(): void {
    const { maxPendingAgeMs } = this.#limits();
    if (maxPendingAgeMs === 0) return;
    const oldest = this.#clock.monotonicMs() - maxPendingAgeMs;
    const kept = this.#pending.filter((pending) => pending.saidAtMs >= oldest);
    const old = this.#pending.filter((pending) => pending.saidAtMs < oldest);
    this.#pending = kept;
    for (const pending of old) {
      this.#pendingBytes -= pending.bytes;
      pending.settle(new ChatError("store-unavailable"));
    }
  }

  /** Returns the lines of the batch whose stream took nothing. */
  #deliver(batch: readonly Pending[], stored: readonly Stored[]): readonly Pending[] {
    try {
      this.#hooks.deliver(stored);
    } catch (error) {
      this.#watch.failed("deliver a batch", error);
    }
    if (stored.length === batch.length) return [];
    const done = new Set(stored.map(({ pending }) => pending));
    return batch.filter((pending) => !done.has(pending));
  }

  /** Lines whose stream took nothing go first in the next batch, after this node has learned their streams' rules. */
  async #again(left: readonly Pending[]): Promise<void> {
    if (left.length === 0) return;
    const streams = new Set(left.map((pending) => pending.to));
    await Promise.all([...streams].map((stream) => this.#refresh(stream)));
    for (const pending of left) this.#pendingBytes += pending.bytes;
    this.#pending = [...left, ...this.#pending];
  }

  async #refresh(stream: Stream): Promise<void> {
    try {
      await this.#hooks.refresh(stream);
    } catch (error) {
      this.#watch.storeHealth(error);
      await new Promise<void>((resolve) => this.#clock.after(FIRST_RETRY_MS, resolve));
    }
  }
}

function endsAfterLines(pending: Pending, batch: readonly Pending[]): boolean {
  return closesStream(pending.kind) && batch.some(({ to, kind }) => to === pending.to && isMessage(kind));
}

/** Gives each entry its place after the head of its stream. */
function place(batch: readonly Pending[], heads: readonly StreamHead[]): Stored[] {
  const next = new Map(heads.map((head) => [head.stream, { pos: head.pos, seq: head.seq, at: head.at }]));
  const stored: Stored[] = [];
  for (const pending of batch) {
    const head = next.get(pending.stream);
    if (!head) continue;
    head.pos += 1;
    if (isMessage(pending.kind)) head.seq += 1;
    stored.push({ pending, pos: head.pos, seq: head.seq, at: head.at });
  }
  return stored;
}
