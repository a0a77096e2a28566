import { LineDecoder, type LineLimits } from "./line-decoder.ts";
import { type EditorSink, LineEditor } from "./line-editor.ts";
import { AO, AYT, BREAK, IP, SUSP, TelnetDecoder, type Verb } from "./telnet-decoder.ts";
import { TelnetOptions } from "./telnet-options.ts";

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
  /** A telnet command came: it is no nc. */
  speaksTelnet(): void;
  /** The peer asks whether anybody is there (RFC 854, AYT). */
  areYouThere(): void;
  subnegotiationTooLong(): void;
}

/**
 * Everything a peer sends, from bytes to lines: telnet commands out, options answered, lines put together, and edited
 * too when the peer's terminal is in character mode. It sends nothing by itself, and nothing telnet to a peer that
 * sent nothing telnet.
 */
export class TelnetInput {
  readonly #limits: LineLimits;
  readonly #sink: InputSink;
  readonly #decoder = new TelnetDecoder(MAX_SUBNEGOTIATION_BYTES);
  /** Only for a peer that sent a telnet command: most connections never need one. */
  #options: TelnetOptions | null = null;
  #lines: LineDecoder | LineEditor;
  /** To be said when the packet is done: ^C comes as IP and DO TIMING-MARK, and GNU telnet drops what it gets before the mark is answered: so that goes first. */
  #isInterrupted = false;

  constructor(limits: LineLimits, sink: InputSink) {
    this.#limits = limits;
    this.#sink = sink;
    this.#lines = new LineDecoder(limits);
  }

  push(chunk: Buffer): void {
    this.#decoder.push(chunk, this);
    if (!this.#isInterrupted) return;
    this.#isInterrupted = false;
    this.#sink.interrupt();
  }

  /** The peer has finished sending. */
  end(): void {
    this.#lines.end(this.#sink);
  }

  data(chunk: Buffer, start: number, end: number): void {
    // From a terminal in line mode ^D comes by itself, with no line end, and means what it means in a shell.
    if (end - start === 1 && chunk[start] === CTRL_D && this.#lines instanceof LineDecoder) this.#isInterrupted = true;
    this.#lines.push(chunk, start, end, this.#sink);
  }

  /** The bytes that ask a peer which has spoken telnet for a sign of life, as a latin1 string. */
  askMark(): string {
    return (this.#options ??= new TelnetOptions()).askMark();
  }

  negotiation(verb: Verb, option: number): void {
    this.#sink.speaksTelnet();
    this.#options ??= new TelnetOptions();
    const wasEchoing = this.#options.isEchoing;
    const answer = this.#options.answer(verb, option);
    if (answer !== "") this.#sink.answer(answer);
    if (this.#options.isEchoing === wasEchoing) return;
    if (wasEchoing) {
      const typed = this.#lines.take();
      this.#lines = new LineDecoder(this.#limits);
      this.#lines.push(typed, 0, typed.length, this.#sink);
    } else {
      this.#lines = new LineEditor(this.#limits, this.#lines.take());
    }
  }

  command(code: number): void {
    const eaten = EATEN_BYTES.get(code);
    if (eaten && this.#lines instanceof LineDecoder && this.#lines.isInsideCharacter) this.data(eaten, 0, 1);
    else if (code === AYT) this.#sink.areYouThere();
    else if (code === IP || code === BREAK || code === SUSP) {
      this.#lines.take();
      this.#isInterrupted = true;
    }
  }

  subnegotiationTooLong(): void {
    this.#sink.subnegotiationTooLong();
  }
}
