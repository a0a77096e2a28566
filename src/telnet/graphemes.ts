import stringWidth from "string-width";

/** What a person sees as one character: a letter with its accents, a family of emoji (UAX #29). */
const segmenter = new Intl.Segmenter("und", { granularity: "grapheme" });
/** Maximum length of a grapheme, in UTF-16 code units: a longer heap of accents is taken apart. */
const MAX_GRAPHEME = 64;
/** Number of graphemes whose columns are known without being looked up: `string-width` takes microseconds. */
const MAX_KNOWN = 10_000;
const known = new Map<string, number>();

/** What may be a part of a larger grapheme, or is no character: accents, joiners, jamo, emoji, halves of pairs. */
const COMBINES =
  /[\p{M}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Emoji_Presentation}\p{Extended_Pictographic}\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]/u;
const COMBINING = 3;
/** Of each UTF-16 code unit seen so far, its columns, where it is a grapheme whatever stands beside it; 0: not seen. */
const columnsOfUnit = new Uint8Array(0x10000);

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

/** Calls `each` with the length of every grapheme, in UTF-16 code units, and the columns that it takes on a terminal. */
export function forEachGrapheme(text: string, each: (length: number, columns: number) => void): void {
  let columns = 0;
  for (let at = 0; at < text.length; at++) {
    const next = unitColumns(text.charCodeAt(at));
    // The one before may be its begin.
    if (next === COMBINING) return segmentFrom(text, Math.max(at - 1, 0), each);
    if (at > 0) each(1, columns);
    columns = next;
  }
  if (text !== "") each(1, columns);
}

function segmentFrom(text: string, from: number, each: (length: number, columns: number) => void): void {
  for (const { segment } of segmenter.segment(text.slice(from))) each(segment.length, graphemeColumns(segment));
}

function graphemeColumns(grapheme: string): number {
  const columns = known.get(grapheme);
  if (columns !== undefined) return columns;
  if (known.size >= MAX_KNOWN) known.clear();
  const counted = stringWidth(grapheme);
  // A heap of accents is no key of a map that stays.
  if (grapheme.length <= MAX_GRAPHEME) known.set(grapheme, counted);
  return counted;
}

function unitColumns(unit: number): number {
  return columnsOfUnit[unit] || learnUnit(unit);
}

function learnUnit(unit: number): number {
  const character = String.fromCharCode(unit);
  const columns = COMBINES.test(character) ? COMBINING : stringWidth(character) || COMBINING;
  columnsOfUnit[unit] = columns;
  return columns;
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
