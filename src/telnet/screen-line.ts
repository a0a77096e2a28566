import { NEWLINE } from "../formats/text/text-format.ts";
import { type Place, placeBehind, rowStarts, START } from "./layout.ts";

/** Where the terminal does not tell its size (RFC 1073; 0 is unknown). */
const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;
const MAX_COLUMNS = 1000;
/** ECMA-48, 8.3.39 (ED): from the cursor to the end of the screen. */
const ERASE_BELOW = "\u001b[J";
const ERASE_ONE = "\b \b";
const ERASE_SCREEN = "\u001b[H\u001b[2J";

/** A line as it is to be shown: with the prompt before it, and the length of the part before the cursor. */
export interface View {
  readonly text: string;
  readonly cursor: number;
}

const NOTHING: View = { text: "", cursor: 0 };
const ASCII = /^[ -~]*$/;

/**
 * The line at the bottom of a terminal: what of it is shown, and the text that brings the terminal up to date. While
 * something is shown, everything else has to be written between `erase` and `show`. Of a line that would fill the window the
 * part around the cursor is shown: what has left the screen above can be erased by nobody.
 */
export class ScreenLine {
  /** Whether text that comes takes the line away, and it is shown again below. Screen readers would read it again. */
  isRedrawn = true;
  #columns = DEFAULT_COLUMNS;
  #rows = DEFAULT_ROWS;
  #shown: View = NOTHING;
  /** Where the cursor is. */
  #place = START;
  /** How far above the cursor the line begins, where the width has changed since it was shown. */
  #rowsAfterResize: number | null = null;
  /** The begin of the line that stands above other text, where it is not redrawn. */
  #above = "";

  /** @param shown what the terminal shows already */
  constructor(shown: View = NOTHING) {
    this.#show(shown);
  }

  get shown(): View {
    return this.#shown;
  }

  /**
   * Some terminals break their lines anew for another width, and some do not. The row where the line begins is taken for
   * the nearer one, so that nothing else is erased; at worst a part of the line stays above.
   * @param columns as NAWS tells them, and the rows
   */
  resize(columns: number, rows: number): void {
    this.#rows = rows > 1 ? rows : DEFAULT_ROWS;
    const width = columns > 1 ? Math.min(columns, MAX_COLUMNS) : DEFAULT_COLUMNS;
    if (width === this.#columns) return;
    const before = this.#rowsAfterResize ?? this.#place.row;
    this.#columns = width;
    this.#show(this.#shown);
    if (this.#shown.text !== "") this.#rowsAfterResize = Math.min(before, this.#place.row);
  }

  /** Whether the next `erase` is of a guess. */
  get isResized(): boolean {
    return this.#rowsAfterResize !== null;
  }

  /** Returns what makes room for other text: it takes the line away, or ends the row. */
  erase(): string {
    const { text } = this.#shown;
    if (text === "" || this.isRedrawn) return this.#startAgain();
    this.#show(NOTHING);
    this.#above += text;
    return NEWLINE;
  }

  /** Returns what takes everything off the terminal. */
  eraseScreen(): string {
    this.#show(NOTHING);
    this.#above = "";
    return ERASE_SCREEN;
  }

  /** Returns what makes of the line that is shown the one that is wanted. */
  show(line: View): string {
    return this.#draw(this.#fitting(this.#below(line)));
  }

  /** Shows the whole line and ends it, with what comes next on a row of its own. Returns the text for that. */
  finish(text: string): string {
    const shown = this.#draw(this.#below({ text, cursor: text.length }));
    this.#show(NOTHING);
    this.#above = "";
    return shown + NEWLINE;
  }

  #draw(wanted: View): string {
    const shown = this.#shown;
    const isSameWidth = this.#rowsAfterResize === null;
    if (isSameWidth && shown.text === wanted.text) return this.#moveTo(wanted.cursor);
    if (isSameWidth && isAtEnd(shown) && isAtEnd(wanted)) {
      if (wanted.text.startsWith(shown.text)) return this.#add(wanted, this.#place);
      const removed = shown.text.length - wanted.text.length;
      const isInRow = removed > 0 && removed <= this.#place.column;
      if (isInRow && ASCII.test(shown.text.slice(-removed)) && shown.text.startsWith(wanted.text)) {
        this.#show(wanted, this.#place);
        return ERASE_ONE.repeat(removed);
      }
    }
    return this.#startAgain() + this.#add({ ...wanted, cursor: wanted.text.length }) + this.#moveTo(wanted.cursor);
  }

  /** What of a line is to be shown below other text. */
  #below({ text, cursor }: View): View {
    let above = 0;
    while (above < this.#above.length && text[above] === this.#above[above]) above += 1;
    // Two characters may have the first half of a surrogate pair in common.
    if (!text.slice(0, above).isWellFormed()) above -= 1;
    this.#above = text.slice(0, above);
    return { text: text.slice(above), cursor: Math.max(cursor - above, 0) };
  }

  /** What of a line the window has room for: the rows up to the cursor, or the first ones. */
  #fitting({ text, cursor }: View): View {
    // What is not redrawn is not erased. A code unit has two columns at most, and a row may lack one.
    const isFitting = 2 * text.length < (this.#columns - 1) * (this.#rows - 1);
    if (isFitting || !this.isRedrawn) return { text, cursor };
    const starts = rowStarts(text, this.#columns);
    // What is erased from the first row on, some terminals (tmux) put into their history.
    const mostRows = this.#rows - 1;
    if (starts.length <= mostRows) return { text, cursor };
    // Behind a part that is cut off the terminal begins another row.
    const rows = Math.max(mostRows - 1, 1);
    const cursorRow = starts.findLastIndex((start) => start <= cursor);
    const first = Math.max(cursorRow - rows + 1, 0);
    const start = starts[first] ?? 0;
    return { text: text.slice(start, starts[first + rows]), cursor: cursor - start };
  }

  #startAgain(): string {
    const { text } = this.#shown;
    const row = this.#rowsAfterResize ?? this.#place.row;
    this.#show(NOTHING);
    this.#rowsAfterResize = null;
    return text === "" ? "" : `${up(row)}\r${ERASE_BELOW}`;
  }

  /** A terminal stays in its last column until the next character comes: with this one the cursor is where it will be. */
  #add(wanted: View, from = START): string {
    const added = wanted.text.slice(this.#shown.text.length);
    this.#show(wanted, from);
    return added !== "" && this.#place.column === 0 ? `${added} \r` : added;
  }

  /** What stands before the cursor is written again: so it does not matter how wide the terminal takes characters for. */
  #moveTo(cursor: number): string {
    const { text, cursor: before } = this.#shown;
    if (cursor === before) return "";
    const { row } = this.#place;
    this.#show({ text, cursor });
    return `${up(row - this.#place.row)}\r${text.slice(this.#place.rowStart, cursor)}`;
  }

  /** @param from a place that is the same in what was shown before: only what is behind its row is laid out */
  #show(shown: View, from: Place = START): void {
    this.#shown = shown;
    this.#place = placeBehind(shown.text, shown.cursor, this.#columns, from);
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
