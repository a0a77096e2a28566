import { Backlog, type BacklogHooks, type BacklogLimits } from "./backlog.ts";
import type { ArrivedEntry } from "./held-entries.ts";
import { Refusal } from "../domain/refusals.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import { StoreError } from "../ports/store-error.ts";
import type { Mark, Store, BatchStart } from "../ports/store.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import { isMessage } from "../domain/entry.ts";
import type { BatchDelay } from "./batch-delay.ts";
import type { QueuedEntry } from "./queued-entry.ts";
import type { Stream } from "./stream.ts";

export interface LogPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly batchDelay: BatchDelay;
}

export interface LogHooks<Q extends QueuedEntry> extends Omit<BacklogHooks<Q>, "mayGoOn"> {
  /** The store says that the rights of streams are others than this node knows: learns them. Rejects with a `StoreError`. */
  refresh(streams: readonly Stream[]): Promise<void>;
  /** Entries of one batch by stream, in order, that nobody can take back any more. Settles each when it is delivered. */
  deliver(stored: ReadonlyMap<Stream, readonly ArrivedEntry[]>): void;
}

/** What became of a batch, where it was not stored. `fenced`: it may go into another batch. */
type NotStored = "refused" | "bad-input" | "fenced";

/** What the author of a line is told that was not stored, or may not have been. */
type NotStoredCode = "store-full" | "store-unavailable" | "store-unknown";

/** Where deliveries take long, a batch waits for more lines, as `Pace` says; so many are enough and go at once. */
const ENOUGH_LINES = 500;
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 2000;
const AGE_CHECK_MS = 1000;

/**
 * Everything durable goes through here, in numbered batches: one is with the store, and what is said meanwhile is the
 * next. What the store took is delivered; nobody sees it before.
 */
export class Log<Q extends QueuedEntry> {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #telemetry: Telemetry;
  readonly #pace: BatchDelay;
  readonly #hooks: LogHooks<Q>;
  readonly #backlog: Backlog<Q>;
  #batchNumber = 0;
  /** `waiting`: nothing of what waits may go to the store now. */
  #state: "idle" | "scheduled" | "appending" | "waiting" = "idle";
  #whenIdle: (() => void)[] = [];
  #isGivenUp = false;
  /** The batch that was sent last was fenced. */
  #isFenced = false;
  #maybeNotStored = 0;
  /** Runs while a batch waits for more lines. */
  #gathering: Timer | null = null;
  #isAgeWatched = false;

  constructor({ store, clock, telemetry, batchDelay }: LogPorts, limits: () => BacklogLimits, hooks: LogHooks<Q>) {
    this.#pace = batchDelay;
    this.#store = store;
    this.#clock = clock;
    this.#telemetry = telemetry;
    this.#hooks = hooks;
    this.#backlog = new Backlog(clock, limits, { ...hooks, mayGoOn: () => this.goOn() });
  }

  /** Queues an entry. Throws `too-much-waiting` past the bounds; after that it is settled, once, in any case. */
  add(pending: Q): void {
    this.#backlog.add(pending);
    if (this.#state === "idle" || this.#state === "waiting") this.#schedule();
    else if (this.#gathering && this.#backlog.length >= ENOUGH_LINES) this.#runSoon();
  }

  /** What had to wait may go to the store now, or be refused. */
  goOn(): void {
    if (this.#state === "waiting") this.#schedule();
  }

  /** Entries that wait to be sent to the store. */
  get pendingLines(): number {
    return this.#backlog.length;
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
    const timer = this.#clock.after(withinMs, () => {
      this.#isGivenUp = true;
      this.goOn();
    });
    await this.whenIdle();
    timer.cancel();
    return this.#maybeNotStored;
  }

  #schedule(): void {
    this.#state = "scheduled";
    if (!this.#isAgeWatched) this.#watchAge();
    const { waitMs } = this.#pace;
    if (waitMs === 0 || this.#backlog.length >= ENOUGH_LINES) this.#runSoon();
    else this.#gathering = this.#clock.after(waitMs, () => this.#runSoon());
  }

  #runSoon(): void {
    this.#gathering?.cancel();
    this.#gathering = null;
    this.#clock.soon(() => {
      this.#run().catch((error: unknown) => this.#telemetry.failed("append a batch", error));
    });
  }

  /** Takes the next batch to the store, delivers it, and schedules the one after it. */
  async #run(): Promise<void> {
    this.#state = "appending";
    await this.#tryAgain(await this.#storeAll(this.#backlog.take()));
    if (this.#backlog.hasReady) return this.#schedule();
    if (this.#isGivenUp) this.#maybeNotStored += this.#backlog.refuseAll();
    this.#state = this.#backlog.length > 0 ? "waiting" : "idle";
    if (this.#state === "idle") for (const idle of this.#whenIdle.splice(0)) idle();
  }

  /**
   * Stores and delivers a batch; resolves with the lines, in order, whose stream took nothing. One line that the store does
   * not take is found by halves, and it alone is refused.
   */
  async #storeAll(batch: Q[]): Promise<readonly Q[]> {
    if (batch.length === 0) return [];
    const outcome = await this.#append(batch);
    if (outcome === "refused") return [];
    this.#isFenced = outcome === "fenced";
    if (outcome === "fenced") return batch;
    if (outcome !== "bad-input") return this.#deliver(batch, outcome);
    const [first] = batch;
    if (batch.length === 1) {
      first?.settle(new Refusal("line-not-storable"));
      return [];
    }
    const half = Math.ceil(batch.length / 2);
    const left = await this.#storeAll(batch.slice(0, half));
    const rest = batch.slice(half);
    // What comes after lines that were fenced goes after them.
    return [...left, ...(this.#isFenced ? rest : await this.#storeAll(rest))];
  }

  /**
   * While the outcome of a batch is unknown it is sent again: of failures only `bad-input` and `fenced` tell it, as they
   * hold for every attempt. Lines that were never sent grow old: they are refused, and taken out of the batch.
   */
  async #append(drafts: Q[]): Promise<ReadonlyMap<Stream, readonly ArrivedEntry[]> | NotStored> {
    this.#batchNumber += 1;
    let marks = this.#marksOf(drafts);
    let isUnknown = false;
    for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS)) {
      const startedMs = this.#clock.monotonicMs();
      try {
        const begins = await this.#store.append({ number: this.#batchNumber, drafts, marks });
        this.#telemetry.stored(drafts.length, this.#clock.monotonicMs() - startedMs);
        this.#telemetry.storeHealth(null);
        return place(drafts, begins);
      } catch (error) {
        const code = error instanceof StoreError ? error.code : "broken";
        // Whatever became of the attempts before, they had the same input.
        if (code === "bad-input") return code;
        this.#telemetry.storeHealth(error);
        if (code === "fenced") return code;
        isUnknown ||= code === "unavailable";
        if (!isUnknown && code !== "unreached") {
          return refuse(drafts, code === "full" ? "store-full" : "store-unavailable", error);
        }
        if (this.#isGivenUp) return this.#lose(drafts, isUnknown ? "store-unknown" : "store-unavailable", error);
        this.#backlog.refuseOld();
        if (!isUnknown && this.#refuseOldOf(drafts, error)) marks = this.#marksOf(drafts);
        if (drafts.length === 0) return "refused";
        await new Promise<void>((resolve) => this.#clock.after(retryMs, resolve));
      }
    }
  }

  /** Returns whether there were any. */
  #refuseOldOf(drafts: Q[], cause: unknown): boolean {
    const { oldestMs } = this.#backlog;
    const old = drafts.filter(({ saidAtMs }) => saidAtMs < oldestMs);
    drafts.splice(0, drafts.length, ...drafts.filter(({ saidAtMs }) => saidAtMs >= oldestMs));
    refuse(old, "store-unavailable", cause);
    return old.length > 0;
  }

  /** What waits behind a batch that is given up is lost with it. */
  #lose(drafts: readonly QueuedEntry[], code: NotStoredCode, cause: unknown): "refused" {
    refuse(drafts, code, cause);
    this.#maybeNotStored += drafts.length + this.#backlog.refuseAll();
    return "refused";
  }

  /** A store of this node's own has no other past. */
  #marksOf(drafts: readonly QueuedEntry[]): readonly Mark[] {
    return this.#store.isShared ? [...new Map(drafts.map(({ to }) => [to.id, to.mark])).values()] : [];
  }

  /** Lines grow old behind a store that fails, and behind one that does not answer. */
  #watchAge(): void {
    this.#isAgeWatched = this.#state !== "idle";
    if (!this.#isAgeWatched) return;
    this.#backlog.refuseOld();
    this.goOn();
    this.#clock.after(AGE_CHECK_MS, () => this.#watchAge());
  }

  /** Returns the lines of the batch whose stream took nothing. */
  #deliver(batch: readonly Q[], stored: ReadonlyMap<Stream, readonly ArrivedEntry[]>): readonly Q[] {
    let count = 0;
    for (const [stream, entries] of stored) {
      this.#backlog.wake(stream);
      count += entries.length;
    }
    try {
      this.#hooks.deliver(stored);
    } catch (error) {
      this.#telemetry.failed("deliver a batch", error);
    }
    return count === batch.length ? [] : batch.filter(({ to }) => !stored.has(to));
  }

  /** Lines whose stream took nothing go first in the next batch, after this node has learned their streams' rules. */
  async #tryAgain(left: readonly Q[]): Promise<void> {
    if (left.length === 0) return;
    const lastOf = new Map(left.map((pending) => [pending.to, pending]));
    try {
      await this.#hooks.refresh([...lastOf.keys()]);
    } catch (error) {
      this.#telemetry.storeHealth(error);
    }
    for (const { to, rightsVersion, takeovers } of lastOf.values()) {
      if (to.rightsVersion === rightsVersion && to.takeovers === takeovers && !to.isDestroyed) this.#backlog.rest(to);
      else this.#backlog.wake(to);
    }
    this.#backlog.putBack(left);
  }
}

function refuse(drafts: readonly QueuedEntry[], code: NotStoredCode, cause: unknown) {
  for (const pending of drafts) pending.settle(new Refusal(code, {}, { cause }));
  return "refused" as const;
}

/** Gives each entry its position after the end of its stream. */
function place(batch: readonly QueuedEntry[], begins: readonly BatchStart[]): ReadonlyMap<Stream, ArrivedEntry[]> {
  const next = new Map(begins.map((begin) => [begin.stream, { ...begin }]));
  const stored = new Map<Stream, ArrivedEntry[]>();
  for (const origin of batch) {
    const { stream, kind, authorId, author, body, to } = origin;
    const begin = next.get(stream);
    if (!begin) continue;
    begin.pos += 1;
    if (isMessage(kind)) begin.seq += 1;
    const { pos, seq, atMicros, previousAtMicros } = begin;
    const arrived = { entry: { stream, pos, seq, atMicros, kind, authorId, author, body }, previousAtMicros, origin };
    const others = stored.get(to);
    if (others) others.push(arrived);
    else stored.set(to, [arrived]);
    begin.previousAtMicros = atMicros;
  }
  return stored;
}
