import { forEachGrapheme } from "./graphemes.ts";

/** Where the cursor is behind a part of a text, counted from where the text begins. */
export interface Place {
  readonly row: number;
  readonly column: number;
  /** Length of the text above the row, in UTF-16 code units. */
  readonly rowStart: number;
}

export const START: Place = { row: 0, column: 0, rowStart: 0 };

const ASCII = /^[ -~]*$/;

/**
 * Lays out `text[from.rowStart, end)` on a terminal of so many columns, at a cost in proportion to its length. Returns where
 * the cursor is behind it.
 *
 * @param from a place in the text, or one before it
 */
export function placeBehind(text: string, end: number, columns: number, from: Place = START): Place {
  let { row, rowStart } = from;
  const column = forEachBreak(text.slice(from.rowStart, end), columns, (at) => {
    row += 1;
    rowStart = from.rowStart + at;
  });
  return { row, column, rowStart };
}

/** Returns where in a text each of its rows begins, on a terminal of so many columns. Behind a full row the next one begins. */
export function rowStarts(text: string, columns: number): readonly number[] {
  const starts = [0];
  forEachBreak(text, columns, (at) => starts.push(at));
  return starts;
}

/** Calls `each` with where the second row of a text begins, and all that follow. Returns the columns of the last row. */
function forEachBreak(text: string, columns: number, each: (at: number) => void): number {
  if (ASCII.test(text)) {
    for (let at = columns; at <= text.length; at += columns) each(at);
    return text.length % columns;
  }
  let [column, at] = [0, 0];
  forEachGrapheme(text, (length, width) => {
    // What does not fit into a row begins the next one.
    if (column + width > columns) {
      each(at);
      column = 0;
    }
    column += width;
    at += length;
    if (column !== columns) return;
    each(at);
    column = 0;
  });
  return column;
}
