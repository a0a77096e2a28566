interface Event {
  readonly atMs: number;
  readonly nr: number;
  readonly task: () => void;
}

/** Events that run in a row before Node's event loop is asked for more: promises are settled between them in any case. */
const AT_ONCE = 32;

/** Time that passes only from event to event. Events of one moment run in the order in which they were planned. */
export class Timeline {
  nowMs = 0;
  /** Events that have run. */
  count = 0;
  /** A binary heap: the next event is the first one. */
  readonly #heap: Event[] = [];
  #planned = 0;

  at(atMs: number, task: () => void): void {
    const event = { atMs: Math.max(atMs, this.nowMs), nr: (this.#planned += 1), task };
    this.#heap.push(event);
    let i = this.#heap.length - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = this.#at(parent);
      if (!isBefore(event, above)) break;
      this.#heap[i] = above;
      i = parent;
    }
    this.#heap[i] = event;
  }

  after(ms: number, task: () => void): void {
    this.at(this.nowMs + ms, task);
  }

  /** Runs what is planned until then; promises that an event settles are done before the next one. Rejects with what an event throws. */
  run(untilMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      let isOver = false;
      const step = (): void => {
        if (isOver) return;
        const [next] = this.#heap;
        if (!next || next.atMs > untilMs) {
          isOver = true;
          this.nowMs = untilMs;
          return resolve();
        }
        this.#take();
        this.nowMs = next.atMs;
        this.count += 1;
        try {
          next.task();
        } catch (error) {
          isOver = true;
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      const more = (): void => {
        step();
        if (isOver) return;
        for (let i = 1; i < AT_ONCE; i++) setImmediate(step);
        setImmediate(more);
      };
      setImmediate(more);
    });
  }

  #take(): void {
    const last = this.#heap.pop();
    const { length } = this.#heap;
    if (!last || length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= length) break;
      if (child + 1 < length && isBefore(this.#at(child + 1), this.#at(child))) child += 1;
      const below = this.#at(child);
      if (!isBefore(below, last)) break;
      this.#heap[i] = below;
      i = child;
    }
    this.#heap[i] = last;
  }

  #at(i: number): Event {
    const event = this.#heap[i];
    if (!event) throw new Error(`no event ${i}`);
    return event;
  }
}

function isBefore(one: Event, other: Event): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.nr < other.nr);
}
