import type { Clock } from "../../../src/ports/clock.ts";
import type { Timeline } from "./timeline.ts";
import type { WallClock } from "./wall-clock.ts";

/** The process of one node: nothing happens in it while it is frozen, and never again once it is dead. */
export class Machine {
  readonly clock: Clock;
  isDead = false;
  readonly #timeline: Timeline;
  /** What happens when it goes on; null: it is not frozen. */
  #held: (() => void)[] | null = null;

  /**
   * @param wallClock that of the computer on which the process runs
   * @param slownessMs called for what a moment's work takes longer than nothing
   */
  constructor(timeline: Timeline, wallClock: WallClock, slownessMs: () => number) {
    this.#timeline = timeline;
    let readMs = 0;
    this.clock = {
      micros: () => wallClock.micros,
      monotonicMs: () => (readMs = Math.max(readMs, timeline.nowMs + slownessMs())),
      after: (ms, task) => {
        let isCancelled = false;
        this.post(() => isCancelled || task(), ms);
        return { cancel: () => (isCancelled = true) };
      },
      soon: (task) => this.post(task),
    };
  }

  get isFrozen(): boolean {
    return this.#held !== null;
  }

  /** Runs a task in the process after so long. */
  post(task: () => void, afterMs = 0): void {
    this.#timeline.after(afterMs, () => {
      if (this.isDead) return;
      if (this.#held) this.#held.push(task);
      else task();
    });
  }

  freeze(): void {
    this.#held ??= [];
  }

  thaw(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const task of held) this.post(task);
  }
}
