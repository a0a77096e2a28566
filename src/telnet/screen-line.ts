import { NEWLINE } from "../formats/text/text-format.ts";
import { columnsOf, graphemesOf } from "./graphemes.ts";

/** Where the terminal does not tell its width (RFC 1073; 0 is unknown). */
const DEFAULT_COLUMNS = 80;
/** ECMA-48, 8.3.39 (ED): from the cursor to the end of the screen. */
const ERASE_BELOW = "\u001b[J";
const ERASE_ONE = "\b \b";
const ERASE_SCREEN = "\u001b[H\u001b[2J";

/** A line as it is to be shown: with the prompt before it, and the length of the part before the cursor. */
export interface View {
  readonly text: string;
  readonly cursor: number;
}

/** A place on the terminal, counted from where the line begins. */
interface Place {
  readonly row: number;
  readonly column: number;
  /** Length of the text above the row. */
  readonly rowStart: number;
}

const NOTHING: View = { text: "", cursor: 0 };
const ASCII = /^[ -~]*$/;

/**
 * The line at the bottom of a terminal: what of it is shown, and the text that brings the terminal up to date. While
 * something is shown, everything else has to be written between `erase` and `show`.
 */
export class ScreenLine {
  /** Whether text that comes takes the line away, and it is shown again below. Screen readers would read it again. */
  isRedrawn = true;
  #columns = DEFAULT_COLUMNS;
  #shown: View;
  /** How far above the cursor the line begins, where the width has changed since it was shown. */
  #rowsAfterResize: number | null = null;
  /** The begin of the line that stands above other text, where it is not redrawn. */
  #above = "";

  /** @param shown what the terminal shows already */
  constructor(shown: View = NOTHING) {
    this.#shown = shown;
  }

  get shown(): View {
    return this.#shown;
  }

  /**
   * Some terminals break their lines anew for another width, and some do not. The row where the line begins is taken for
   * the nearer one, so that nothing else is erased; at worst a part of the line stays above.
   * @param columns as NAWS tells them
   */
  resize(columns: number): void {
    const before = this.#rowOfCursor();
    this.#columns = columns > 1 ? columns : DEFAULT_COLUMNS;
    if (this.#shown.text !== "") this.#rowsAfterResize = Math.min(before, this.#rowOfCursor());
  }

  /** Returns what makes room for other text: it takes the line away, or ends the row. */
  erase(): string {
    const { text } = this.#shown;
    if (text === "" || this.isRedrawn) return this.#startAgain();
    this.#shown = NOTHING;
    this.#above += text;
    return NEWLINE;
  }

  /** Returns what takes everything off the terminal. */
  eraseScreen(): string {
    this.#shown = NOTHING;
    this.#above = "";
    return ERASE_SCREEN;
  }

  /** Returns what makes of the line that is shown the one that is wanted. */
  show(line: View): string {
    const wanted = this.#below(line);
    const shown = this.#shown;
    const isSameWidth = this.#rowsAfterResize === null;
    if (isSameWidth && shown.text === wanted.text) return this.#moveTo(wanted.cursor);
    if (isSameWidth && isAtEnd(shown) && isAtEnd(wanted)) {
      if (wanted.text.startsWith(shown.text)) return this.#add(wanted);
      const removed = shown.text.slice(wanted.text.length);
      if (shown.text.startsWith(wanted.text) && ASCII.test(removed) && this.#rowOf(wanted) === this.#rowOf(shown)) {
        this.#shown = wanted;
        return ERASE_ONE.repeat(removed.length);
      }
    }
    return this.#startAgain() + this.#add({ ...wanted, cursor: wanted.text.length }) + this.#moveTo(wanted.cursor);
  }

  /** Shows the whole line and ends it, with what comes next on a row of its own. Returns the text for that. */
  finish(text: string): string {
    const shown = this.show({ text, cursor: text.length });
    this.#shown = NOTHING;
    this.#above = "";
    return shown + NEWLINE;
  }

  /** What of a line is to be shown below other text. */
  #below({ text, cursor }: View): View {
    while (!text.startsWith(this.#above)) this.#above = this.#above.slice(0, -1);
    const above = this.#above.length;
    return { text: text.slice(above), cursor: Math.max(cursor - above, 0) };
  }

  #startAgain(): string {
    const { text } = this.#shown;
    const row = this.#rowsAfterResize ?? this.#rowOfCursor();
    this.#shown = NOTHING;
    this.#rowsAfterResize = null;
    return text === "" ? "" : `${up(row)}\r${ERASE_BELOW}`;
  }

  #rowOfCursor(): number {
    return this.#placeOf(this.#shown.text.slice(0, this.#shown.cursor)).row;
  }

  /** A terminal stays in its last column until the next character comes: with this one the cursor is where it will be. */
  #add(wanted: View): string {
    const added = wanted.text.slice(this.#shown.text.length);
    this.#shown = wanted;
    return wanted.text !== "" && this.#placeOf(wanted.text).column === 0 ? `${added} \r` : added;
  }

  /** What stands before the cursor is written again: so it does not matter how wide the terminal takes characters for. */
  #moveTo(cursor: number): string {
    const { text, cursor: before } = this.#shown;
    if (cursor === before) return "";
    this.#shown = { text, cursor };
    const [from, to] = [this.#placeOf(text.slice(0, before)), this.#placeOf(text.slice(0, cursor))];
    return `${up(from.row - to.row)}\r${text.slice(to.rowStart, cursor)}`;
  }

  #rowOf({ text }: View): number {
    return this.#placeOf(text).row;
  }

  /** Where the cursor is behind a text. */
  #placeOf(text: string): Place {
    const columns = this.#columns;
    if (ASCII.test(text)) {
      const column = text.length % columns;
      return { row: Math.floor(text.length / columns), column, rowStart: text.length - column };
    }
    let [row, column, rowStart, at] = [0, 0, 0, 0];
    for (const { segment } of graphemesOf(text)) {
      const width = columnsOf(segment);
      // What does not fit into a row begins the next one.
      if (column + width > columns) [row, column, rowStart] = [row + 1, 0, at];
      column += width;
      at += segment.length;
      if (column === columns) [row, column, rowStart] = [row + 1, 0, at];
    }
    return { row, column, rowStart };
  }
}

function isAtEnd({ text, cursor }: View): boolean {
  return cursor === text.length;
}

/** @param rows below 0: down */
function up(rows: number): string {
  if (rows === 0) return "";
  return rows > 0 ? `\u001b[${rows}A` : `\u001b[${-rows}B`;
}
