import { BackgroundTask } from "./background-task.ts";
import type { Clock } from "../ports/clock.ts";
import type { Store } from "../ports/store.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import type { RecentMessages } from "../chat/rooms/recent-messages.ts";

/** So many entries go at once: a few milliseconds of the store. */
const BATCH = 500;

/** Deletes what is older than it is to be kept, a few entries at a time. */
export class Retention extends BackgroundTask {
  readonly #store: Store;
  readonly #recent: RecentMessages;
  readonly #clock: Clock;
  readonly #telemetry: Telemetry;
  readonly #keepMs: () => number;

  /** @param keepMs how long entries are kept; 0 = for ever */
  constructor(store: Store, recent: RecentMessages, clock: Clock, watch: Telemetry, keepMs: () => number) {
    super(clock, watch);
    this.#store = store;
    this.#recent = recent;
    this.#clock = clock;
    this.#telemetry = watch;
    this.#keepMs = keepMs;
  }

  protected override async work(): Promise<void> {
    const keepMs = this.#keepMs();
    if (keepMs === 0) return;
    // Nothing was said before 1970, and PostgreSQL refuses times before 4713 BC.
    const deleted = await this.#deleteBefore(Math.max(this.#clock.micros() - keepMs * 1000, 0));
    if (deleted > 0) this.#telemetry.pruned(deleted);
  }

  async #deleteBefore(before: number): Promise<number> {
    let deleted = 0;
    let next: number | null = 0;
    while (next !== null && !this.isStopped) {
      const startedMs = this.#clock.monotonicMs();
      const pruned = await this.#store.prune(before, next, BATCH);
      deleted += pruned.entries;
      next = pruned.next;
      if (next !== null) await this.rest(startedMs);
    }
    this.#recent.dropOlder(before);
    return deleted;
  }
}
