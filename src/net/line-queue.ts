/** What a line costs beside its text: a string's header and its place in the queue. */
const LINE_OVERHEAD_BYTES = 64;
/** Past so many bytes nothing more is read from the peer until lines have been handled. */
const MAX_BYTES = 64 * 1024;

/** With more than this a queue is a long one: it is what gives way when all together hold too much. */
const LONG_BYTES = 4 * 1024;

/** What all line queues of a door hold together. */
export class LineQueueTotal {
  /** Maximum bytes of memory in all queues together; 0 = no limit. Past it, long queues give way. Replaced when it is read again. */
  limitBytes: number;
  bytes = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  get isTooMuch(): boolean {
    return this.limitBytes > 0 && this.bytes > this.limitBytes;
  }
}

/** Lines of one connection that were read and wait to be handled, in the order in which they came. */
export class LineQueue {
  readonly #total: LineQueueTotal;
  #lines: string[] = [];
  /** What each of `#lines` costs, in bytes. */
  #costs: number[] = [];
  /** Of `#lines`, those before this one are handled. */
  #first = 0;
  #bytes = 0;

  constructor(total: LineQueueTotal) {
    this.#total = total;
  }

  get length(): number {
    return this.#lines.length - this.#first;
  }

  get isFull(): boolean {
    return this.#bytes >= MAX_BYTES;
  }

  get isLong(): boolean {
    return this.#bytes > LONG_BYTES;
  }

  /** @param bytes of its UTF-8 */
  push(line: string, bytes = Buffer.byteLength(line)): void {
    const cost = memoryBytes(line, bytes);
    this.#lines.push(line);
    this.#costs.push(cost);
    this.#count(cost);
  }

  /** The line that is next; null: there is none. */
  get head(): string | null {
    return this.#lines[this.#first] ?? null;
  }

  /** The line that is next has been handled. */
  shift(): void {
    if (this.length === 0) return;
    this.#count(-(this.#costs[this.#first] ?? 0));
    this.#first += 1;
    // Handled lines are let go of in runs: each line is moved at most once.
    if (2 * this.#first < this.#lines.length) return;
    // Most often it was the only one.
    if (this.length === 0) {
      this.#lines.length = 0;
      this.#costs.length = 0;
    } else {
      this.#lines = this.#lines.slice(this.#first);
      this.#costs = this.#costs.slice(this.#first);
    }
    this.#first = 0;
  }

  /** Drops what waits. Returns how many lines that were. */
  clear(): number {
    const dropped = this.length;
    this.#count(-this.#bytes);
    this.#lines = [];
    this.#costs = [];
    this.#first = 0;
    return dropped;
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#total.bytes += bytes;
  }
}

/** V8 keeps a string with one byte or with two for each UTF-16 unit; only ASCII is taken for the first kind here. */
function memoryBytes(line: string, bytes: number): number {
  return LINE_OVERHEAD_BYTES + (bytes === line.length ? bytes : 2 * line.length);
}
