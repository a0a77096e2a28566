/**
 * What may never reach a terminal: C0 (with TAB, which becomes a space before), DEL, C1, and the invisible characters
 * that turn or hide text (bidi controls, zero-width space, word joiner, byte order mark). U+200C, U+200D and variation
 * selectors stay: scripts and emoji need them.
 */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/;
const ALL_FORBIDDEN = new RegExp(FORBIDDEN.source, "g");

/**
 * Text as chatd keeps and shows it: well-formed Unicode with no control character, no line end and nothing invisible
 * that could change how the rest is shown. Used on every input, and again on every output. Cleaning twice changes nothing.
 */
export function cleanText(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  if (!FORBIDDEN.test(wellFormed)) return wellFormed;
  return wellFormed.replaceAll("\t", " ").replace(ALL_FORBIDDEN, "");
}
