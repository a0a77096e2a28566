const NOTHING = Buffer.alloc(0);
const FIRST_BYTES = 128;

/** What an unfinished line may grow to, in bytes. */
export interface LineLimits {
  /** A longer line is refused as a whole; 0 = no limit below `maxRunBytes`. */
  readonly maxLineBytes: number;
  /** Maximum bytes without a line end: a peer that sends more speaks no line protocol. */
  readonly maxRunBytes: number;
}

export interface LineSink {
  /** One complete line: UTF-8 decoded, bad sequences as U+FFFD, without its line end. */
  line(text: string): void;
  /** A line of `bytes` bytes was longer than `maxLineBytes` and has been left out. */
  lineTooLong(bytes: number): void;
  /** `maxRunBytes` came without a line end. Comes once; what follows is ignored. */
  lineEndless(): void;
}

/** The line that a peer is typing, as UTF-8. Every call costs in proportion to the bytes that it adds or takes away. */
export class TypedLine {
  readonly #limits: LineLimits;
  #bytes: Buffer = NOTHING;
  #length = 0;
  /** More came than is kept: nothing of the line is kept, only its length counts. */
  #isLost = false;

  constructor(limits: LineLimits) {
    this.#limits = limits;
  }

  /** Bytes that came, also those that were not kept. */
  get length(): number {
    return this.#length;
  }

  /** Adds `chunk[start, end)`; the chunk may be used again by the caller afterwards. */
  append(chunk: Buffer, start: number, end: number): void {
    if (this.#makeRoom(end - start)) chunk.copy(this.#bytes, this.#length, start, end);
    this.#length += end - start;
  }

  appendText(text: string): void {
    const bytes = Buffer.byteLength(text);
    if (this.#makeRoom(bytes)) this.#bytes.write(text, this.#length);
    this.#length += bytes;
  }

  /** As `EditLine.isLost`. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** As `EditLine.lose`. */
  lose(bytes: number): void {
    this.clear();
    this.#isLost = true;
    this.#length = bytes;
  }

  /** Ends the line, and keeps nothing. Returns its text, with bad UTF-8 as U+FFFD; empty where nothing was kept. */
  take(): string {
    const text = this.#isLost ? "" : this.#bytes.toString("utf8", 0, this.#length);
    this.clear();
    return text;
  }

  clear(): void {
    this.#bytes = NOTHING;
    this.#length = 0;
    this.#isLost = false;
  }

  /** Whether the line ends within a UTF-8 sequence: a lead byte that waits for more (RFC 3629, section 3). */
  get isInsideCharacter(): boolean {
    for (let back = 1; back <= 3; back++) {
      const byte = this.#bytes[this.#length - back] ?? 0;
      if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2);
      if (byte < 0x80) return false;
    }
    return false;
  }

  /** Returns false where the line is lost: there is nothing to write to. */
  #makeRoom(bytes: number): boolean {
    const needed = this.#length + bytes;
    if (needed > keptBytes(this.#limits)) {
      this.#isLost = true;
      this.#bytes = NOTHING;
    } else if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length, FIRST_BYTES));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    return !this.#isLost;
  }
}

/** Maximum bytes that are kept: twice a line's limit, so that a line typed too long can be shortened. */
export function keptBytes({ maxLineBytes, maxRunBytes }: LineLimits): number {
  return maxLineBytes === 0 ? maxRunBytes : Math.min(2 * maxLineBytes, maxRunBytes);
}

/** Ends the line that was typed and hands it on, or says that it is too long. */
export function finishLine(typed: Pick<TypedLine, "length" | "take">, limits: LineLimits, sink: LineSink): void {
  const bytes = typed.length;
  const text = typed.take();
  if (isTooLong(bytes, limits)) sink.lineTooLong(bytes);
  else sink.line(text);
}

export function isTooLong(bytes: number, { maxLineBytes }: LineLimits): boolean {
  return maxLineBytes > 0 && bytes > maxLineBytes;
}
