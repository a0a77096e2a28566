import type { TypedLine } from "./typed-line.ts";

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

const LF = 0x0a;
const CR = 0x0d;
const NUL = 0x00;

/**
 * Bytes to lines. A line ends with LF, CR LF, CR NUL (RFC 854, "CR NUL") or a lone CR, however the bytes are split over
 * packets. The unfinished line is kept in a `TypedLine`.
 */
export class LineDecoder {
  readonly #limits: LineLimits;
  readonly #typed: TypedLine;
  #afterCr = false;
  #isOver = false;

  /** @param typed the unfinished line; whoever else adds to it goes on with the same one */
  constructor(limits: LineLimits, typed: TypedLine) {
    this.#limits = limits;
    this.#typed = typed;
  }

  /** Takes `chunk[start, end)`; the chunk may be used again by the caller afterwards. */
  push(chunk: Buffer, start: number, end: number, sink: LineSink): void {
    let from = start;
    for (let i = start; i < end && !this.#isOver; i++) {
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

  #complete(chunk: Buffer, from: number, to: number, sink: LineSink): void {
    const bytes = this.#typed.length + to - from;
    if (this.#typed.length > 0 || bytes >= this.#limits.maxRunBytes) {
      this.#keep(chunk, from, to, sink);
      if (!this.#isOver) finishLine(this.#typed, this.#limits, sink);
    } else if (isTooLong(bytes, this.#limits)) sink.lineTooLong(bytes);
    // Nearly every line comes whole.
    else sink.line(chunk.toString("utf8", from, to));
  }

  #keep(chunk: Buffer, from: number, to: number, sink: LineSink): void {
    if (this.#isOver) return;
    this.#isOver = this.#typed.length + to - from >= this.#limits.maxRunBytes;
    if (!this.#isOver) return this.#typed.append(chunk, from, to);
    this.#typed.clear();
    sink.lineEndless();
  }
}

/** Ends the line that was typed and hands it on, or says that it is too long. */
export function finishLine(typed: TypedLine, limits: LineLimits, sink: LineSink): void {
  const bytes = typed.length;
  const text = typed.take();
  if (isTooLong(bytes, limits)) sink.lineTooLong(bytes);
  else sink.line(text);
}

function isTooLong(bytes: number, { maxLineBytes }: LineLimits): boolean {
  return maxLineBytes > 0 && bytes > maxLineBytes;
}
