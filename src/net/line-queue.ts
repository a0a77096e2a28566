/** Bytes of memory of a line beside its text: the header of a string, and its place in the queue. */
const LINE_OVERHEAD_BYTES = 64;
/** Bytes in a queue from which on nothing more is read from the peer until lines have been handled. */
const MAX_BYTES = 64 * 1024;

/** Bytes past which a queue is long. Long queues give way when all queues together hold too much. */
const LONG_BYTES = 4 * 1024;

/** What all line queues of a door hold together. */
export class LineQueueTotal {
  /** Maximum bytes of memory in all queues; 0 = no limit. Past it, long queues give way. Replaced at a reload. */
  limitBytes: number;
  bytes = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  get isTooMuch(): boolean {
    return this.limitBytes > 0 && this.bytes > this.limitBytes;
  }
}

interface QueuedLine {
  readonly line: string;
  /** Bytes of memory. */
  readonly cost: number;
}

/** Lines of one connection that were read and wait to be handled, in the order in which they came. */
export class LineQueue {
  readonly #total: LineQueueTotal;
  /** The next line, most often the only one; null: none waits. */
  #head: string | null = null;
  #headCost = 0;
  /** Those behind it; null: there are none. */
  #rest: QueuedLine[] | null = null;
  /** Index of the next line in `#rest`. Those before it have been handled. */
  #first = 0;
  #bytes = 0;

  constructor(total: LineQueueTotal) {
    this.#total = total;
  }

  get length(): number {
    return (this.#head === null ? 0 : 1) + (this.#rest?.length ?? 0) - this.#first;
  }

  get isFull(): boolean {
    return this.#bytes >= MAX_BYTES;
  }

  get isLong(): boolean {
    return this.#bytes > LONG_BYTES;
  }

  /** @param bytes of the line in UTF-8 */
  push(line: string, bytes = Buffer.byteLength(line)): void {
    const cost = memoryBytes(line, bytes);
    this.#count(cost);
    if (this.#head !== null) return void (this.#rest ??= []).push({ line, cost });
    this.#head = line;
    this.#headCost = cost;
  }

  /** The next line; null: there is none. */
  get head(): string | null {
    return this.#head;
  }

  /** Removes the next line, which has been handled. */
  shift(): void {
    this.#count(-this.#headCost);
    const next = this.#rest?.[this.#first];
    this.#head = next?.line ?? null;
    this.#headCost = next?.cost ?? 0;
    if (this.#rest === null) return;
    this.#first += 1;
    // Handled lines are removed when they are half of the array, so that each costs one move at most.
    if (2 * this.#first < this.#rest.length) return;
    this.#rest = this.#first < this.#rest.length ? this.#rest.slice(this.#first) : null;
    this.#first = 0;
  }

  /** Drops all lines. Returns their number. */
  clear(): number {
    const dropped = this.length;
    this.#count(-this.#bytes);
    this.#head = null;
    this.#headCost = 0;
    this.#rest = null;
    this.#first = 0;
    return dropped;
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#total.bytes += bytes;
  }
}

/** Bytes of memory of a line: V8 takes one or two for each UTF-16 unit, and one is counted for ASCII alone. */
function memoryBytes(line: string, bytes: number): number {
  return LINE_OVERHEAD_BYTES + (bytes === line.length ? bytes : 2 * line.length);
}
