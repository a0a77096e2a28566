import type { Clock } from "../ports/clock.ts";
import type { EntryStore } from "../ports/store.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import { BackgroundTask } from "./background-task.ts";

export interface RetentionPorts {
  readonly store: Pick<EntryStore, "prune">;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Called at the end of a round: entries from before this time, in microseconds since 1970, are not kept. */
  readonly onPruned: (beforeMicros: number) => void;
}

/** Number of entries that are deleted at once: it takes the store a few milliseconds. */
const BATCH = 500;

/** Deletes entries that are older than the retention time, a batch at a time. */
export class Retention extends BackgroundTask {
  readonly #ports: RetentionPorts;
  readonly #keepMs: () => number;

  /** @param keepMs how long entries are kept, in milliseconds; 0 = for ever */
  constructor(ports: RetentionPorts, keepMs: () => number) {
    super(ports.clock, ports.telemetry);
    this.#ports = ports;
    this.#keepMs = keepMs;
  }

  protected override async work(): Promise<void> {
    const keepMs = this.#keepMs();
    if (keepMs === 0) return;
    const { clock, telemetry } = this.#ports;
    // Nothing was said before 1970, and PostgreSQL refuses times before 4713 BC.
    const deleted = await this.#deleteBefore(Math.max(clock.micros() - keepMs * 1000, 0));
    if (deleted > 0) telemetry.pruned(deleted);
  }

  async #deleteBefore(beforeMicros: number): Promise<number> {
    const { clock, store, onPruned } = this.#ports;
    let deleted = 0;
    let next: number | null = 0;
    while (next !== null && !this.isStopped) {
      const startedMs = clock.monotonicMs();
      const pruned = await store.prune(beforeMicros, next, BATCH);
      deleted += pruned.entries;
      next = pruned.next;
      if (next !== null) await this.rest(startedMs);
    }
    onPruned(beforeMicros);
    return deleted;
  }
}
