import { cleanText } from "../domain/text.ts";
import type { EditLine } from "./edit-line.ts";
import { type EditorDisplay, type EditorSink, LineEditor } from "./line-editor.ts";
import { AO, AYT, BREAK, IAC, IP, SUSP, TelnetDecoder, type Verb } from "./decoder.ts";
import { NAWS, TelnetOptions } from "./options.ts";
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

  /** The unfinished line, which a change of mode takes out and puts in. */
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
  /** Where the line is edited, if keys come one by one. */
  readonly display: InputDisplay;
}

/** A terminal whose line is edited here while keys come one by one. */
export interface InputDisplay extends EditorDisplay {
  /** From now on the line is edited here. The terminal shows what was typed of it. */
  begin(line: EditLine): void;
  /** From now on the terminal edits its line. */
  end(): void;
  /** The terminal has so many columns and rows; 0: it does not tell. */
  resize(columns: number, rows: number): void;
  /** What is typed is dropped, and nothing of it shown. */
  isMuted: boolean;
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
  /** Line mode. In character mode the editor has the unfinished line. */
  readonly #lines: LineDecoder;
  #isStopped = false;
  /** Only while keys come one by one. */
  #editor: LineEditor | null = null;
  /** Null while nothing was negotiated. */
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

  /** The peer has finished sending: what it sent without a line end is its last line, but for what somebody was typing. */
  end(): void {
    if (this.#editor) return;
    const line = this.#lines.begunLine();
    if (line.length > 0) finishLine(line, this.#limits, this.#sink);
  }

  /** Forgets the line that was begun. */
  dropLine(): void {
    this.#lines.clear();
    this.#editor?.line.clear();
  }

  get isEditing(): boolean {
    return this.#editor !== null;
  }

  /** Everything that comes from now on is passed over. */
  stop(): void {
    this.#isStopped = true;
    this.#decoder?.stop();
    this.dropLine();
  }

  data(chunk: Buffer, start: number, end: number): void {
    if (this.#editor) return this.#editor.push(chunk, start, end, this.#sink);
    // From a terminal in line mode ^D comes by itself, with no line end, and means what it means in a shell.
    if (end - start === 1 && chunk[start] === CTRL_D && this.#sink.controlKey()) this.#sink.interrupt();
    this.#lines.push(chunk, start, end, this.#sink);
  }

  askMark(): string {
    return this.#negotiated().askMark();
  }

  /** As `TelnetOptions.askForKeys`. */
  askForKeys(): string {
    return this.#negotiated().askForKeys();
  }

  /** As `TelnetOptions.endKeys`. */
  endKeys(): string {
    const bytes = this.#negotiated().endKeys();
    this.#chooseMode();
    return bytes;
  }

  negotiation(verb: Verb, option: number): void {
    if (!this.#sink.telnetCommand()) return;
    const answer = this.#negotiated().answer(verb, option);
    if (answer !== "") this.#sink.answer(answer);
    this.#chooseMode();
  }

  subnegotiation(option: number, content: readonly number[]): void {
    if (!this.#sink.telnetCommand()) return;
    if (option !== NAWS || content.length < 2) return;
    const [wide = 0, width = 0, high = 0, height = 0] = content;
    this.#sink.display.resize(wide * 256 + width, high * 256 + height);
  }

  command(code: number): void {
    const eaten = EATEN_BYTES.get(code);
    if (eaten && !this.#editor && this.#lines.begunLine().isInsideCharacter) return this.data(eaten, 0, 1);
    if (!this.#sink.telnetCommand()) return;
    if (code === AYT) this.#sink.areYouThere();
    else if (code === IP || code === BREAK || code === SUSP) {
      this.#interrupt();
    }
  }

  subnegotiationTooLong(): void {
    this.#sink.subnegotiationTooLong();
  }

  #interrupt(): void {
    this.#editor?.drop();
    this.#lines.clear();
    this.#sink.interrupt();
  }

  /** The line that is being typed goes on in the other mode, as far as that can know it. */
  #chooseMode(): void {
    const { isEchoing } = this.#negotiated();
    if (isEchoing === (this.#editor !== null)) return;
    const { display } = this.#sink;
    const typed = this.#lines.begunLine();
    if (this.#editor) {
      const { line } = this.#editor;
      if (line.isLost) typed.lose(line.length);
      else typed.appendText(line.text);
      this.#editor = null;
      display.end();
    } else {
      this.#editor = new LineEditor(this.#limits, display);
      if (typed.isLost) this.#editor.line.lose(typed.length);
      else this.#editor.line.insert(cleanText(typed.take()));
      typed.clear();
      this.#sink.answer(this.#negotiated().askForTerminal());
      display.begin(this.#editor.line);
    }
  }

  #negotiated(): TelnetOptions {
    return (this.#options ??= new TelnetOptions());
  }
}
