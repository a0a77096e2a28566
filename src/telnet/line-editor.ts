import { finishLine, type LineLimits, type LineSink } from "./typed-line.ts";
import { cleanText } from "../domain/text.ts";
import type { TypedLine } from "./typed-line.ts";

export interface EditorSink extends LineSink {
  /** What the peer's terminal has to show for the keys it sent. Holds no control character but CR, LF and backspace. */
  echo(text: string): void;
  /** A key came that edits or interrupts, and is no part of a line. Returns false when nothing more is to be read. */
  controlKey(): boolean;
  /** ^C, or ^D on an empty line: the person wants out of something. The line that was being typed is dropped. */
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

/** What of an escape sequence has come: ESC; ESC [ or ESC O; ESC [ [, which one more key ends (F1 of a Linux console). */
type Escape = "none" | "started" | "sequence" | "console-key";

/** Makes lines of keys (character mode). Backspace, ^W (word) and ^U (line) edit; escape sequences are passed over. */
export class LineEditor {
  readonly #limits: LineLimits;
  readonly #typed: TypedLine;
  readonly #decoder = new TextDecoder();
  /** The decoder may hold the first bytes of a character. */
  #isInsideCharacter = false;
  #afterCr = false;
  #escape: Escape = "none";
  #isOver = false;

  /** @param typed the unfinished line, which may have been begun in line mode; the terminal has shown that part itself */
  constructor(limits: LineLimits, typed: TypedLine) {
    this.#limits = limits;
    this.#typed = typed;
  }

  push(chunk: Buffer, start: number, end: number, sink: EditorSink): void {
    for (const key of this.#decode(chunk, start, end)) {
      if (this.#isOver) return;
      this.#press(key, sink);
    }
  }

  /** Keys come one by one, most of them ASCII: a call of the decoder for each would cost more than all the rest. */
  #decode(chunk: Buffer, start: number, end: number): string {
    if (!this.#isInsideCharacter && isAscii(chunk, start, end)) return chunk.toString("latin1", start, end);
    this.#isInsideCharacter = (chunk[end - 1] ?? 0) >= 0x80;
    return this.#decoder.decode(chunk.subarray(start, end), { stream: true });
  }

  #press(key: string, sink: EditorSink): void {
    const afterCr = this.#afterCr;
    this.#afterCr = false;
    if (afterCr && (key === "\n" || key === "\0")) return;
    if (this.#passOverEscape(key)) return;
    if (key === "\r" || key === "\n") {
      this.#afterCr = key === "\r";
      sink.echo("\r\n");
      finishLine(this.#typed, this.#limits, sink);
    } else if (key === "\t") this.#type(" ", sink);
    else if (key >= " " && key !== DELETE) this.#type(key, sink);
    else this.#edit(key, sink);
  }

  #edit(key: string, sink: EditorSink): void {
    this.#isOver = !sink.controlKey();
    if (this.#isOver) return;
    switch (key) {
      case BACKSPACE:
      case DELETE:
        return erase(this.#typed.eraseCharacter(), sink);
      case CTRL_U:
        return erase(this.#typed.eraseAll(), sink);
      case CTRL_W:
        return erase(this.#typed.eraseWord(), sink);
      case CTRL_C:
        this.#typed.clear();
        sink.echo("\r\n");
        return sink.interrupt();
      case CTRL_D:
        if (this.#typed.length === 0) sink.interrupt();
    }
  }

  /** ESC [ … final byte (ECMA-48, 5.4), and ESC with one character. A control character, such as Enter, ends either. */
  #passOverEscape(key: string): boolean {
    if (key < " ") this.#escape = "none";
    if (key === ESCAPE) this.#escape = "started";
    else if (this.#escape === "started") this.#escape = key === "[" || key === "O" ? "sequence" : "none";
    else if (this.#escape === "sequence")
      this.#escape = key === "[" ? "console-key" : isFinal(key) ? "none" : "sequence";
    else if (this.#escape === "console-key") this.#escape = "none";
    else return false;
    return true;
  }

  #type(key: string, sink: EditorSink): void {
    const shown = key <= "~" ? key : cleanText(key);
    if (shown === "") return;
    this.#isOver = this.#typed.length + Buffer.byteLength(shown) >= this.#limits.maxRunBytes;
    if (this.#isOver) {
      this.#typed.clear();
      return sink.lineEndless();
    }
    this.#typed.appendText(shown);
    sink.echo(shown);
  }
}

function isAscii(chunk: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if ((chunk[at] ?? 0) >= 0x80) return false;
  return true;
}

function isFinal(key: string): boolean {
  return key >= "@" && key <= "~";
}

function erase(characters: number, sink: EditorSink): void {
  if (characters > 0) sink.echo(ERASE_ONE.repeat(characters));
}
