import { Backlog, type BacklogHooks, type BacklogLimits } from "./backlog.ts";
import type { ArrivedEntry } from "./held-entries.ts";
import { Refusal } from "../domain/refusals.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import { StoreError } from "../ports/store-error.ts";
import type { Appended, Mark, Passed, Store } from "../ports/store.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import { isMessage } from "../domain/entry.ts";
import type { BatchDelay } from "./batch-delay.ts";
import { PendingNonces } from "./pending-nonces.ts";
import type { Outcome, QueuedEntry } from "./queued-entry.ts";
import type { Stream } from "./stream.ts";

export interface LogPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly batchDelay: BatchDelay;
}

export interface LogHooks<Q extends QueuedEntry> extends Omit<BacklogHooks<Q>, "mayGoOn"> {
  /** Called when streams took nothing: learns their rights from the store. Rejects with a `StoreError`. */
  refresh(streams: readonly Stream[]): Promise<void>;
  /** Called with the durable entries of one batch, by stream and in order. Settles each when it is delivered. */
  deliver(stored: ReadonlyMap<Stream, readonly ArrivedEntry[]>): void;
}

/** A batch with its places: what was stored, by stream, and the entries whose streams took nothing. */
interface Placed<Q> {
  readonly stored: ReadonlyMap<Stream, readonly ArrivedEntry[]>;
  readonly left: readonly Q[];
}

/** Why a batch was not stored. `refused`: its entries are settled. `fenced`: they may go into another batch. */
type NotStored = "refused" | "bad-input" | "fenced";

/** Code that the author of a line is told when it was not stored, or may not have been. */
type NotStoredCode = "store-full" | "store-unavailable" | "store-unknown";

/** Number of lines that go at once, where a batch would wait for more (`BatchDelay`). */
const ENOUGH_LINES = 500;
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 2000;
const AGE_CHECK_MS = 1000;

/** Brings drafts to the store in numbered batches: one is with the store, and what is said meanwhile is the next. */
export class Log<Q extends QueuedEntry> {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #telemetry: Telemetry;
  readonly #batchDelay: BatchDelay;
  readonly #hooks: LogHooks<Q>;
  readonly #backlog: Backlog<Q>;
  readonly #nonces = new PendingNonces<Q>();
  #batchNumber = 0;
  /** `waiting`: there are queued entries, and none of them may go to the store now. */
  #state: "idle" | "scheduled" | "appending" | "waiting" = "idle";
  #whenIdle: (() => void)[] = [];
  #isGivenUp = false;
  /** Whether the batch that was sent last was fenced. */
  #isFenced = false;
  /** Number of entries that were given up and may not have been stored. */
  #maybeNotStored = 0;
  /** Runs while a batch waits for more lines. */
  #delaying: Timer | null = null;
  #isAgeWatched = false;

  constructor({ store, clock, telemetry, batchDelay }: LogPorts, limits: () => BacklogLimits, hooks: LogHooks<Q>) {
    this.#batchDelay = batchDelay;
    this.#store = store;
    this.#clock = clock;
    this.#telemetry = telemetry;
    this.#hooks = hooks;
    this.#backlog = new Backlog(clock, limits, { ...hooks, mayGoOn: () => this.goOn() });
  }

  /** Queues an entry. Throws a `Refusal` past the bounds, or for a nonce of another entry; else it is settled exactly once. */
  add(queued: Q): void {
    if (queued.nonce === null) this.#backlog.add(queued);
    else if (!this.#addOnce(queued)) return;
    if (this.#state === "idle" || this.#state === "waiting") this.#schedule();
    else if (this.#delaying && this.#backlog.length >= ENOUGH_LINES) this.#runSoon();
  }

  /** Returns false if the entry repeats one that is queued. */
  #addOnce(queued: Q): boolean {
    if (this.#nonces.repeats(queued)) return false;
    const once = this.#nonces.add(queued);
    try {
      this.#backlog.add(once);
    } catch (error) {
      this.#nonces.remove(queued);
      throw error;
    }
    return true;
  }

  /** Called when entries that had to wait may go to the store now, or be refused. */
  goOn(): void {
    if (this.#state === "waiting") this.#schedule();
  }

  /** Number of entries that wait to be sent to the store. */
  get pendingLines(): number {
    return this.#backlog.length;
  }

  /** As `Backlog.isHalfFull`. */
  get isHalfFull(): boolean {
    return this.#backlog.isHalfFull;
  }

  /** Resolves when everything that was queued is settled. */
  whenIdle(): Promise<void> {
    if (this.#state === "idle") return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  /** As `whenIdle`, with the number of entries that the store may lack; gives up a failing store after `withinMs`. */
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
    const { waitMs } = this.#batchDelay;
    if (waitMs === 0 || this.#backlog.length >= ENOUGH_LINES) this.#runSoon();
    else this.#delaying = this.#clock.after(waitMs, () => this.#runSoon());
  }

  #runSoon(): void {
    this.#delaying?.cancel();
    this.#delaying = null;
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

  /** Stores and delivers a batch; refuses bad input, found by halving. Resolves with those not taken, in order. */
  async #storeAll(batch: Q[]): Promise<readonly Q[]> {
    if (batch.length === 0) return [];
    const outcome = await this.#append(batch);
    if (outcome === "refused") return [];
    this.#isFenced = outcome === "fenced";
    if (outcome === "fenced") return batch;
    if (outcome !== "bad-input") return this.#deliver(outcome);
    const [first] = batch;
    if (batch.length === 1) {
      first?.settle(new Refusal("line-not-storable"));
      return [];
    }
    const half = Math.ceil(batch.length / 2);
    const left = await this.#storeAll(batch.slice(0, half));
    const rest = batch.slice(half);
    // Entries behind fenced ones stay behind them.
    return [...left, ...(this.#isFenced ? rest : await this.#storeAll(rest))];
  }

  /**
   * Sends a batch again until its outcome is known: of the failures, only `bad-input` and `fenced` hold for every
   * attempt. Of a batch that was never sent, entries that are too old are refused.
   */
  async #append(drafts: Q[]): Promise<Placed<Q> | NotStored> {
    this.#batchNumber += 1;
    let marks = this.#marksOf(drafts);
    let isUnknown = false;
    for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS)) {
      const startedMs = this.#clock.monotonicMs();
      try {
        const appended = await this.#store.append({ number: this.#batchNumber, drafts, marks });
        this.#telemetry.stored(drafts.length, this.#clock.monotonicMs() - startedMs);
        this.#telemetry.storeHealth(null);
        return place(drafts, appended);
      } catch (error) {
        const code = error instanceof StoreError ? error.code : "broken";
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

  /** Refuses the drafts that have waited too long, and takes them out of the batch. Returns whether there were any. */
  #refuseOldOf(drafts: Q[], cause: unknown): boolean {
    const { oldestMs } = this.#backlog;
    const old = drafts.filter(({ saidAtMs }) => saidAtMs < oldestMs);
    drafts.splice(0, drafts.length, ...drafts.filter(({ saidAtMs }) => saidAtMs >= oldestMs));
    refuse(old, "store-unavailable", cause);
    return old.length > 0;
  }

  /** Gives up a batch, and everything that waits behind it. */
  #lose(drafts: readonly QueuedEntry[], code: NotStoredCode, cause: unknown): "refused" {
    refuse(drafts, code, cause);
    this.#maybeNotStored += drafts.length + this.#backlog.refuseAll();
    return "refused";
  }

  /** Returns the marks of a batch's streams; none on a store of this node's own, which has no other past. */
  #marksOf(drafts: readonly QueuedEntry[]): readonly Mark[] {
    return this.#store.isShared ? [...new Map(drafts.map(({ to }) => [to.id, to.mark])).values()] : [];
  }

  /** Refuses old entries every second while there are any, also behind a store that does not answer. */
  #watchAge(): void {
    this.#isAgeWatched = this.#state !== "idle";
    if (!this.#isAgeWatched) return;
    this.#backlog.refuseOld();
    this.goOn();
    this.#clock.after(AGE_CHECK_MS, () => this.#watchAge());
  }

  /** Delivers what was stored. Returns the entries of the batch whose stream took nothing. */
  #deliver({ stored, left }: Placed<Q>): readonly Q[] {
    for (const stream of stored.keys()) this.#backlog.wake(stream);
    try {
      this.#hooks.deliver(stored);
    } catch (error) {
      this.#telemetry.failed("deliver a batch", error);
    }
    return left;
  }

  /** Puts entries that were not taken first into the next batch, after this node has learned their streams' rights. */
  async #tryAgain(left: readonly Q[]): Promise<void> {
    if (left.length === 0) return;
    const lastOf = new Map(left.map((queued) => [queued.to, queued]));
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
  for (const queued of drafts) queued.settle(new Refusal(code, {}, { cause }));
  return "refused" as const;
}

/** Gives each entry of a batch its position after the start of its stream. Settles those that took no place. */
function place<Q extends QueuedEntry>(batch: readonly Q[], { starts, passed }: Appended): Placed<Q> {
  const next = new Map(starts.map((start) => [start.stream, { ...start }]));
  const stored = new Map<Stream, ArrivedEntry[]>();
  const passedAt = passed.length === 0 ? null : new Map(passed.map((one) => [one.draft, one]));
  const left: Q[] = [];
  for (const [i, origin] of batch.entries()) {
    const { stream, kind, authorId, author, body, ref, to } = origin;
    const start = next.get(stream);
    if (!start) {
      left.push(origin);
      continue;
    }
    const pass = passedAt?.get(i);
    if (pass) {
      origin.settle(outcomeOf(pass));
      continue;
    }
    start.pos += 1;
    if (isMessage(kind)) start.seq += 1;
    const { pos, seq, atMicros, previousAtMicros } = start;
    const entry = { stream, pos, seq, atMicros, kind, authorId, author, body, ref };
    const arrived = { entry, previousAtMicros, origin };
    const others = stored.get(to);
    if (others) others.push(arrived);
    else stored.set(to, [arrived]);
    start.previousAtMicros = atMicros;
  }
  return { stored, left };
}

/** What becomes of a draft that took no place: a repeat is where the first one is. */
function outcomeOf(pass: Passed): Outcome {
  if (pass.why !== "repeated") return new Refusal(pass.why);
  if (!pass.isSame) return new Refusal("nonce-reused");
  const { pos, seq, atMicros } = pass;
  return { pos, seq, atMicros };
}
