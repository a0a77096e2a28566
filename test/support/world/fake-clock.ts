import type { Clock, Timer } from "../../../src/ports/clock.ts";
import { systemClock } from "../../../src/daemon/system-clock.ts";

interface Planned {
  readonly atMs: number;
  readonly task: () => void;
}

/** Time that stands still until a test moves it. */
export class FakeClock implements Clock {
  #nowMs = 0;
  #planned: Planned[] = [];
  #soon: (() => void)[] = [];

  /** For what goes over real sockets: turns are the system's, and durations pass when a test moves time. */
  get timers(): Clock {
    return { ...systemClock, after: (ms, task) => this.after(ms, task), monotonicMs: () => this.monotonicMs() };
  }

  /** How many timers wait. */
  get plannedCount(): number {
    return this.#planned.length;
  }

  micros(): number {
    return 1_795_000_000_000_000 + this.#nowMs * 1000;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  after(ms: number, task: () => void): Timer {
    const planned = { atMs: this.#nowMs + ms, task };
    this.#planned.push(planned);
    return { cancel: () => (this.#planned = this.#planned.filter((one) => one !== planned)) };
  }

  soon(task: () => void): void {
    this.#soon.push(task);
  }

  /** Ends turns until nothing is left to do in this one, promises included. */
  async turn(): Promise<void> {
    do {
      for (const task of this.#soon.splice(0)) task();
      await new Promise<void>((resolve) => setImmediate(resolve));
    } while (this.#soon.length > 0);
  }

  /** Lets time pass: whatever is planned until then happens, in order. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const next = this.#planned.toSorted((a, b) => a.atMs - b.atMs).find((one) => one.atMs <= untilMs);
      if (!next) break;
      this.#planned = this.#planned.filter((one) => one !== next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.task();
      await this.turn();
    }
    this.#nowMs = untilMs;
  }
}
