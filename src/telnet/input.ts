import { type EditorSink, LineEditor } from "./line-editor.ts";
import { AO, AYT, BREAK, IAC, IP, SUSP, TelnetDecoder, type Verb } from "./decoder.ts";
import { TelnetOptions } from "./options.ts";
import { finishLine, isTooLong, type LineLimits, type LineSink, TypedLine } from "./typed-line.ts";

const LF = 0x0a;
const CR = 0x0d;
const NUL = 0x00;

/** Bytes to lines. A line ends with LF, CR LF, CR NUL (RFC 854) or a lone CR, however its bytes are split. */
export class LineDecoder {
  readonly #limits: LineLimits;
  /** Null until a line comes in pieces: most connections never send one so. */
  #typed: TypedLine | null = null;
  #afterCr = false;
  #isOver = false;

  constructor(limits: LineLimits) {
    this.#limits = limits;
  }

  /** The unfinished line; whoever else adds to it goes on with the same one. */
  begunLine(): TypedLine {
    return (this.#typed ??= new TypedLine(this.#limits));
  }

  /** Bytes of the unfinished line. */
  get length(): number {
    return this.#typed?.length ?? 0;
  }

  /** Forgets the unfinished line. */
  clear(): void {
    this.#typed?.clear();
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
    const bytes = this.length + to - from;
    if (this.length > 0 || bytes >= this.#limits.maxRunBytes) {
      this.#keep(chunk, from, to, sink);
      if (!this.#isOver) finishLine(this.begunLine(), this.#limits, sink);
    } else if (isTooLong(bytes, this.#limits)) sink.lineTooLong(bytes);
    // Nearly every line comes whole.
    else sink.line(chunk.toString("utf8", from, to));
  }

  #keep(chunk: Buffer, from: number, to: number, sink: LineSink): void {
    if (this.#isOver) return;
    this.#isOver = this.length + to - from >= this.#limits.maxRunBytes;
    if (!this.#isOver) return this.begunLine().append(chunk, from, to);
    this.clear();
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
  /** Only for a peer that sent a telnet command. */
  #decoder: TelnetDecoder | null = null;
  /** Its unfinished line is that of character mode, too. */
  readonly #lines: LineDecoder;
  #isStopped = false;
  /** Only for a peer that asked for character mode: most connections never need one. */
  #editor: LineEditor | null = null;
  /** Only for a peer that sent a telnet command. */
  #options: TelnetOptions | null = null;

  constructor(limits: LineLimits, sink: InputSink) {
    this.#limits = limits;
    this.#sink = sink;
    this.#lines = new LineDecoder(limits);
  }

  push(chunk: Buffer): void {
    if (this.#isStopped) return;
    if (!this.#decoder && chunk.includes(IAC)) this.#decoder = new TelnetDecoder(MAX_SUBNEGOTIATION_BYTES);
    if (this.#decoder) this.#decoder.push(chunk, this);
    else if (chunk.length > 0) this.data(chunk, 0, chunk.length);
  }

  /** The peer has finished sending: what it sent without a line end is its last line. */
  end(): void {
    if (this.#lines.length > 0) finishLine(this.#lines.begunLine(), this.#limits, this.#sink);
  }

  /** Forgets the line that was begun. */
  dropLine(): void {
    this.#lines.clear();
  }

  /** Everything that comes from now on is passed over. */
  stop(): void {
    this.#isStopped = true;
    this.#decoder?.stop();
    this.#lines.clear();
  }

  data(chunk: Buffer, start: number, end: number): void {
    if (this.#options?.isEchoing) {
      this.#editor ??= new LineEditor(this.#limits, this.#lines.begunLine());
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
    if (eaten && !this.#options?.isEchoing && this.#lines.begunLine().isInsideCharacter) return this.data(eaten, 0, 1);
    if (!this.#sink.telnetCommand()) return;
    if (code === AYT) this.#sink.areYouThere();
    else if (code === IP || code === BREAK || code === SUSP) {
      this.#lines.clear();
      this.#sink.interrupt();
    }
  }

  subnegotiationTooLong(): void {
    this.#sink.subnegotiationTooLong();
  }
}
