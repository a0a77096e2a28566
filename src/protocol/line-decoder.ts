/** What an unfinished line may grow to, in bytes. */
export interface LineLimits {
  /** A longer line is refused as a whole; 0 = no limit below `maxRunBytes`. */
  readonly maxLineBytes: number;
  /** So many bytes without a line end and the peer is talking no line protocol. */
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

const LF = 0x0a;
const CR = 0x0d;
const NUL = 0x00;
const NOTHING = Buffer.alloc(0);

/**
 * Bytes to lines. A line ends with LF, CR LF, CR NUL (RFC 854, "CR NUL") or a lone CR, however the bytes are split over
 * packets. Holds at most `maxLineBytes` of an unfinished line, and nothing between lines.
 */
export class LineDecoder {
  readonly #limits: LineLimits;
  #held: Buffer = NOTHING;
  /** Bytes of the unfinished line so far, also those that were not kept because there were too many. */
  #length = 0;
  #afterCr = false;
  #endless = false;

  constructor(limits: LineLimits) {
    this.#limits = limits;
  }

  /** Takes `chunk[start, end)`; the chunk may be used again by the caller afterwards. */
  push(chunk: Buffer, start: number, end: number, sink: LineSink): void {
    let from = start;
    for (let i = start; i < end; i++) {
      const byte = chunk[i];
      if (this.#afterCr) {
        this.#afterCr = false;
        if (byte === LF || byte === NUL) {
          from = i + 1;
          continue;
        }
      }
      if (byte !== LF && byte !== CR) continue;
      this.#afterCr = byte === CR;
      this.#complete(chunk, from, i, sink);
      from = i + 1;
    }
    if (from < end) this.#keep(chunk, from, end, sink);
  }

  /** The peer will send no more: what it sent without a line end is its last line. */
  end(sink: LineSink): void {
    if (this.#length > 0) this.#complete(NOTHING, 0, 0, sink);
  }

  /** Whether the unfinished line ends within a UTF-8 sequence: a lead byte that waits for more (RFC 3629, section 3). */
  get isInsideCharacter(): boolean {
    for (let back = 1; back <= 3; back++) {
      const byte = this.#held.at(-back) ?? 0;
      if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2);
      if (byte < 0x80) return false;
    }
    return false;
  }

  /** Forgets the unfinished line and returns it: it was interrupted, or somebody else goes on with it. */
  take(): Buffer {
    const kept = this.#held;
    this.#held = NOTHING;
    this.#length = 0;
    return kept;
  }

  #complete(chunk: Buffer, from: number, to: number, sink: LineSink): void {
    const bytes = this.#length + to - from;
    const held = this.take();
    if (this.#endless) return;
    if (bytes >= this.#limits.maxRunBytes) this.#giveUp(sink);
    else if (this.#limits.maxLineBytes > 0 && bytes > this.#limits.maxLineBytes) sink.lineTooLong(bytes);
    else if (held.length === 0) sink.line(chunk.toString("utf8", from, to));
    else sink.line(Buffer.concat([held, chunk.subarray(from, to)]).toString("utf8"));
  }

  #keep(chunk: Buffer, from: number, to: number, sink: LineSink): void {
    const { maxLineBytes, maxRunBytes } = this.#limits;
    this.#length += to - from;
    if (this.#endless) return;
    if (this.#length >= maxRunBytes) return this.#giveUp(sink);
    // Past the limit the line is lost in any case: only its length still counts.
    if (maxLineBytes > 0 && this.#length > maxLineBytes) this.#held = NOTHING;
    else this.#held = Buffer.concat([this.#held, chunk.subarray(from, to)]);
  }

  #giveUp(sink: LineSink): void {
    this.#endless = true;
    this.#held = NOTHING;
    sink.lineEndless();
  }
}
