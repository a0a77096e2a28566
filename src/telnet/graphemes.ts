import stringWidth from "string-width";

/** What a person sees as one character: a letter with its accents, a family of emoji (UAX #29). */
const segmenter = new Intl.Segmenter("und", { granularity: "grapheme" });
/** Maximum length of a grapheme, in UTF-16 code units: a longer heap of accents is taken apart. */
const MAX_GRAPHEME = 64;

/** The first grapheme of a text; empty where the text is. */
export function firstGrapheme(text: string): string {
  const [first] = segmenter.segment(wellCut(text, 0, MAX_GRAPHEME));
  return first?.segment ?? "";
}

/** The last grapheme of a text; empty where the text is. */
export function lastGrapheme(text: string): string {
  const last = text.length - 1;
  // Nearly every key.
  if (isAscii(text.charCodeAt(last))) return text.slice(last);
  const tail = wellCut(text, text.length - MAX_GRAPHEME, text.length);
  return segmenter.segment(tail).containing(tail.length - 1)?.segment ?? "";
}

export function graphemesOf(text: string): Iterable<{ readonly segment: string }> {
  return segmenter.segment(text);
}

/** Number of columns that a text takes on a terminal: East Asian characters and emoji take two, accents none. */
export function columnsOf(text: string): number {
  return stringWidth(text);
}

/** `text[from, to)`, and never half of a surrogate pair at its begin. */
function wellCut(text: string, from: number, to: number): string {
  const start = Math.max(from, 0);
  const isInside = start > 0 && isLowSurrogate(text.charCodeAt(start));
  return text.slice(isInside ? start + 1 : start, to);
}

function isAscii(code: number): boolean {
  return code < 0x80;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
