import type { BottomLine } from "../net/outbox.ts";
import { type Chunk, toOwnChunk } from "../ports/outlet.ts";
import { NEWLINE } from "../formats/text/text-format.ts";
import type { EditLine } from "./edit-line.ts";
import { ScreenLine, type View } from "./screen-line.ts";

/** What goes around text, kept while the line is the same. */
interface Frame {
  readonly view: View;
  readonly before: Chunk;
  readonly after: Chunk;
}

/** The line that somebody edits, at the bottom of their terminal: text that comes goes above it. */
export class TerminalLine implements BottomLine {
  readonly #line: EditLine;
  readonly #prompt: () => string;
  readonly #screen: ScreenLine;
  #frame: Frame | null = null;

  /**
   * @param prompt returns what stands before the line
   * @param shown what the terminal shows already
   */
  constructor(line: EditLine, prompt: () => string, shown: string) {
    this.#line = line;
    this.#prompt = prompt;
    this.#screen = new ScreenLine({ text: shown, cursor: shown.length });
  }

  /** @param columns as NAWS (RFC 1073) tells them, and the rows */
  resize(columns: number, rows: number): void {
    this.#frame = null;
    this.#screen.resize(columns, rows);
  }

  /** As `ScreenLine.isRedrawn`. */
  set isRedrawn(isRedrawn: boolean) {
    this.#frame = null;
    this.#screen.isRedrawn = isRedrawn;
  }

  wrap(chunks: readonly Chunk[]): readonly Chunk[] {
    const view = this.#wanted;
    if (!chunks.some(({ isText }) => isText)) {
      const update = this.#screen.show(view);
      if (update === "") return chunks;
      this.#frame = null;
      return [...chunks, toOwnChunk(update, false)];
    }
    if (this.#frame && isSame(this.#frame.view, view)) return [this.#frame.before, ...chunks, this.#frame.after];
    const mayKeep = this.#screen.isRedrawn && !this.#screen.isResized && isSame(this.#screen.shown, view);
    const before = toOwnChunk(outsideSlab(this.#screen.erase()), false);
    const after = toOwnChunk(outsideSlab(this.#screen.show(view)), false);
    this.#frame = mayKeep ? { view, before, after } : null;
    return [before, ...chunks, after].filter(({ bytes }) => bytes.length > 0);
  }

  /** Returns what leaves a line that was entered on the terminal. @param isLast whether nothing else waits to be written */
  entered(text: string, isLast: boolean): Chunk {
    const line = this.#prompt() + text;
    const isWhole = this.#screen.isRedrawn || !isLast;
    return isWhole ? toOwnChunk(line + NEWLINE) : toOwnChunk(this.#screen.finish(line), false);
  }

  /** Returns what leaves to the terminal the line that is being typed; a prompt alone is taken off it. */
  end(): Chunk {
    return toOwnChunk(this.#line.text === "" ? this.#screen.show({ text: "", cursor: 0 }) : "", false);
  }

  /** Returns what takes everything else off the terminal. */
  clear(): Chunk {
    this.#frame = null;
    return toOwnChunk(this.#screen.eraseScreen(), false);
  }

  get #wanted(): View {
    const prompt = this.#prompt();
    return { text: prompt + this.#line.text, cursor: prompt.length + this.#line.before.length };
  }
}

/** Small Buffers share a slab with others: what is kept for long must not hold the whole slab. */
function outsideSlab(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}

function isSame(one: View, other: View): boolean {
  return one.text === other.text && one.cursor === other.cursor;
}
