import type { LineLimits, LineSink } from "./line-decoder.ts";
import { cleanText } from "./text.ts";

export interface EditorSink extends LineSink {
  /** What the peer's terminal has to show for the keys it sent. Holds no control character but CR, LF and backspace. */
  echo(text: string): void;
  /** ^C, or ^D on an empty line: the person wants out of something. */
  interrupt(): void;
}

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const BACKSPACE = "\u0008";
const DELETE = "\u007f";
const CTRL_U = "\u0015";
const CTRL_W = "\u0017";
const ESCAPE = "\u001b";
const ERASE_ONE = "\b \b";

/**
 * Keys to lines, for a terminal in character mode: it sends each key as it is pressed, shows nothing itself, and ends a
 * line with CR NUL or CR LF. Backspace, ^W (word) and ^U (line) edit; cursor keys and other escape sequences are
 * passed over. Does for such a terminal what `LineDecoder` does for all others.
 */
export class LineEditor {
  readonly #limits: LineLimits;
  readonly #decoder = new TextDecoder();
  #line: string[] = [];
  #bytes = 0;
  #afterCr = false;
  #escape: "none" | "started" | "sequence" = "none";
  #endless = false;

  /** @param typed what was typed, and shown by the terminal itself, before it changed to character mode */
  constructor(limits: LineLimits, typed: Buffer) {
    this.#limits = limits;
    this.#line = Array.from(cleanText(typed.toString("utf8")));
    this.#bytes = Buffer.byteLength(this.#line.join(""));
  }

  push(chunk: Buffer, start: number, end: number, sink: EditorSink): void {
    for (const key of this.#decoder.decode(chunk.subarray(start, end), { stream: true })) this.#press(key, sink);
  }

  /** The peer will send no more: what it sent without a line end is its last line. */
  end(sink: EditorSink): void {
    if (this.#bytes > 0) this.#complete(sink);
  }

  /** Forgets the unfinished line and returns it, for a terminal that goes back to line mode. */
  take(): Buffer {
    return Buffer.from(this.#reset());
  }

  #press(key: string, sink: EditorSink): void {
    const afterCr = this.#afterCr;
    this.#afterCr = false;
    if (afterCr && (key === "\n" || key === "\0")) return;
    if (this.#passOverEscape(key)) return;
    switch (key) {
      case "\r":
      case "\n":
        this.#afterCr = key === "\r";
        sink.echo("\r\n");
        this.#complete(sink);
        return;
      case BACKSPACE:
      case DELETE:
        this.#erase(1, sink);
        return;
      case CTRL_U:
        this.#erase(this.#line.length, sink);
        return;
      case CTRL_W:
        this.#erase(this.#line.length - this.#startOfWord(), sink);
        return;
      case CTRL_C:
        this.#reset();
        sink.echo("\r\n");
        sink.interrupt();
        return;
      case CTRL_D:
        if (this.#line.length === 0) sink.interrupt();
        return;
      default:
        this.#type(key, sink);
    }
  }

  /** ESC [ … final byte (ECMA-48, 5.4), and ESC with one character. A control character, such as Enter, ends either. */
  #passOverEscape(key: string): boolean {
    if (key < " ") this.#escape = "none";
    if (key === ESCAPE) this.#escape = "started";
    else if (this.#escape === "started") this.#escape = key === "[" || key === "O" ? "sequence" : "none";
    else if (this.#escape === "sequence") this.#escape = key >= "@" && key <= "~" ? "none" : "sequence";
    else return false;
    return true;
  }

  #startOfWord(): number {
    const end = this.#line.findLastIndex((character) => character !== " ") + 1;
    return this.#line.slice(0, end).lastIndexOf(" ") + 1;
  }

  #type(key: string, sink: EditorSink): void {
    const shown = cleanText(key);
    if (shown === "" || this.#endless) return;
    this.#bytes += Buffer.byteLength(shown);
    if (this.#bytes >= this.#limits.maxRunBytes) {
      this.#endless = true;
      this.#line = [];
      sink.lineEndless();
      return;
    }
    this.#line.push(shown);
    sink.echo(shown);
  }

  #erase(count: number, sink: EditorSink): void {
    const erased = this.#line.splice(Math.max(0, this.#line.length - count));
    this.#bytes -= Buffer.byteLength(erased.join(""));
    if (erased.length > 0) sink.echo(ERASE_ONE.repeat(erased.length));
  }

  #complete(sink: EditorSink): void {
    const bytes = this.#bytes;
    const text = this.#reset();
    if (this.#endless) return;
    if (this.#limits.maxLineBytes > 0 && bytes > this.#limits.maxLineBytes) sink.lineTooLong(bytes);
    else sink.line(text);
  }

  #reset(): string {
    const text = this.#line.join("");
    this.#line = [];
    this.#bytes = 0;
    return text;
  }
}
