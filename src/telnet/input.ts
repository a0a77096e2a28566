import { type EditorSink, LineEditor } from "./line-editor.ts";
import { AO, AYT, BREAK, IP, SUSP, TelnetDecoder, type Verb } from "./decoder.ts";
import { TelnetOptions } from "./options.ts";
import { finishLine, isTooLong, type LineLimits, type LineSink, TypedLine } from "./typed-line.ts";

const LF = 0x0a;
const CR = 0x0d;
const NUL = 0x00;

/** Bytes to lines. A line ends with LF, CR LF, CR NUL (RFC 854) or a lone CR, however its bytes are split. */
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

/** The longest sub-negotiation that is passed over. The longest a real client sends unasked is some 40 bytes. */
const MAX_SUBNEGOTIATION_BYTES = 512;
const CTRL_D = 0x04;
/**
 * GNU telnet looks at a byte without its highest bit, takes these four for ^C, ^O, ^Z and ^\\, and sends the command
 * instead: "у" and "я" in UTF-8 arrive as an interrupt and an abort within a character. No person sends one there.
 */
const EATEN_BYTES = new Map([
  [IP, Buffer.of(0x83)],
  [AO, Buffer.of(0x8f)],
  [SUSP, Buffer.of(0x9a)],
  [BREAK, Buffer.of(0x9c)],
]);

export interface InputSink extends EditorSink {
  /** Bytes to send to the peer before anything else, as a latin1 string: answers to telnet negotiation. */
  answer(bytes: string): void;
  /** A telnet command came. Returns false when nothing more is to be read. */
  telnetCommand(): boolean;
  /** The peer asks whether anybody is there (RFC 854, AYT). */
  areYouThere(): void;
  subnegotiationTooLong(): void;
}

/**
 * Everything a peer sends, from bytes to lines, at a cost in proportion to its length. It sends nothing by itself, and
 * nothing telnet to a peer that sent nothing telnet.
 */
export class TelnetInput {
  readonly #limits: LineLimits;
  readonly #sink: InputSink;
  readonly #decoder = new TelnetDecoder(MAX_SUBNEGOTIATION_BYTES);
  /** Shared by line mode and character mode. */
  readonly #typed: TypedLine;
  readonly #lines: LineDecoder;
  /** Only for a peer that asked for character mode: most connections never need one. */
  #editor: LineEditor | null = null;
  /** Only for a peer that sent a telnet command. */
  #options: TelnetOptions | null = null;

  constructor(limits: LineLimits, sink: InputSink) {
    this.#limits = limits;
    this.#sink = sink;
    this.#typed = new TypedLine(limits);
    this.#lines = new LineDecoder(limits, this.#typed);
  }

  push(chunk: Buffer): void {
    this.#decoder.push(chunk, this);
  }

  /** The peer has finished sending: what it sent without a line end is its last line. */
  end(): void {
    if (this.#typed.length > 0) finishLine(this.#typed, this.#limits, this.#sink);
  }

  /** Forgets the line that was begun. */
  dropLine(): void {
    this.#typed.clear();
  }

  /** Everything that comes from now on is passed over. */
  stop(): void {
    this.#decoder.stop();
    this.#typed.clear();
  }

  data(chunk: Buffer, start: number, end: number): void {
    if (this.#options?.isEchoing) {
      this.#editor ??= new LineEditor(this.#limits, this.#typed);
      return this.#editor.push(chunk, start, end, this.#sink);
    }
    // From a terminal in line mode ^D comes by itself, with no line end, and means what it means in a shell.
    if (end - start === 1 && chunk[start] === CTRL_D && this.#sink.controlKey()) this.#sink.interrupt();
    this.#lines.push(chunk, start, end, this.#sink);
  }

  askMark(): string {
    return (this.#options ??= new TelnetOptions()).askMark();
  }

  negotiation(verb: Verb, option: number): void {
    if (!this.#sink.telnetCommand()) return;
    const answer = (this.#options ??= new TelnetOptions()).answer(verb, option);
    if (answer !== "") this.#sink.answer(answer);
  }

  command(code: number): void {
    const eaten = EATEN_BYTES.get(code);
    if (eaten && !this.#options?.isEchoing && this.#typed.isInsideCharacter) return this.data(eaten, 0, 1);
    if (!this.#sink.telnetCommand()) return;
    if (code === AYT) this.#sink.areYouThere();
    else if (code === IP || code === BREAK || code === SUSP) {
      this.#typed.clear();
      this.#sink.interrupt();
    }
  }

  subnegotiationTooLong(): void {
    this.#sink.subnegotiationTooLong();
  }
}
