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
  const part = text.slice(from.rowStart, end);
  if (ASCII.test(part)) {
    const column = part.length % columns;
    return { row: from.row + Math.floor(part.length / columns), column, rowStart: end - column };
  }
  let { row, rowStart } = from;
  let [column, at] = [0, rowStart];
  forEachGrapheme(part, (length, width) => {
    // What does not fit into a row begins the next one.
    if (column + width > columns) [row, column, rowStart] = [row + 1, 0, at];
    column += width;
    at += length;
    if (column === columns) [row, column, rowStart] = [row + 1, 0, at];
  });
  return { row, column, rowStart };
}
