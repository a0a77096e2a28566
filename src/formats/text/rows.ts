/** Maximum length of a row in UTF-16 code units: twice `--max-line-bytes` where nobody sets it, so that what people type is one row. */
export const MAX_ROW_LENGTH = 4096;

const segmenter = new Intl.Segmenter("und", { granularity: "grapheme" });

/** Whether a message's text takes one row of its own. Asked of every message. */
export function isOneRow(text: string): boolean {
  return text.length <= MAX_ROW_LENGTH && !text.includes("\n");
}

/** Returns the rows of a text: its lines, where those that are too long go on in further rows. */
export function rowsOf(text: string): string[] {
  return text.split("\n").flatMap(wrap);
}

function wrap(line: string): string[] {
  const rows: string[] = [];
  let rest = line;
  while (rest.length > MAX_ROW_LENGTH) {
    const end = endOfRow(rest);
    rows.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  rows.push(rest);
  return rows;
}

/** Behind the last blank that fits, or else between two of what a person sees as characters, unless one is endless. */
function endOfRow(line: string): number {
  const blank = line.lastIndexOf(" ", MAX_ROW_LENGTH - 1);
  if (blank > 0) return blank + 1;
  const start = segmenter.segment(line.slice(0, 2 * MAX_ROW_LENGTH)).containing(MAX_ROW_LENGTH)?.index ?? 0;
  return start > MAX_ROW_LENGTH / 2 ? start : MAX_ROW_LENGTH;
}
