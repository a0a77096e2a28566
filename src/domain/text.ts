/**
 * What may never reach a terminal: control characters, line separators, noncharacters, and what is invisible (format
 * characters, default-ignorable code points, U+FFFC, U+1D159). Left out: what scripts and emoji need (U+200C, U+200D,
 * U+FE0E, U+FE0F), and visible format characters (Arabic, Syriac, Kaithi). Other variation selectors can hide text.
 */
const REMOVED = String.raw`[[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2028\u2029\ufffc\u{1d159}]--[\u200c\u200d\ufe0e\ufe0f\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]]`;
/**
 * Characters that show nothing when they are alone: blanks (also U+2800 of braille), marks on other characters,
 * joiners, and the vowels and finals of Hangul that take no column of their own (a syllable has three of them at most).
 */
const INKLESS = String.raw`[\s\u2800\p{M}\u200c\u200d\u1161-\u11ff\ud7b0-\ud7c6\ud7cb-\ud7fb]`;
/** Maximum number of inkless characters in a row: blanks could push what follows to a terminal's next line. */
const MAX_INKLESS = 8;

/** Flag of a part of a country, such as Scotland: a black flag and the code in tag characters (UTS #51, 1.4.6). */
const FLAG = String.raw`\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}`;
/** What arrow and function keys send: a control sequence (ECMA-48, 5.4), `ESC [ [ A` (Linux console), or `ESC O P`. */
const KEY = String.raw`\u001b(?:\[\[?[0-?]*[ -\/]*[@-~]|O[A-DFHP-S])`;

const ALL_REMOVED = new RegExp(`(${FLAG})|${KEY}|${REMOVED}`, "gv");
const REMOVED_ONE_BY_ONE = new RegExp(REMOVED, "gv");
const LONG_RUNS = new RegExp(`(${INKLESS}{${MAX_INKLESS}})${INKLESS}+`, "gv");
const VISIBLE = new RegExp(`[^${INKLESS}${REMOVED}]`, "v");

/** Finds what is not printable ASCII, and too many blanks, which are spelled out: a quantifier takes twice as long. */
const NOT_PLAIN = new RegExp(`[^ -~]|${" ".repeat(MAX_INKLESS + 1)}`);
const ONE_INKLESS = new RegExp(INKLESS, "v");
/** Also halves of surrogate pairs, where the pair may be a mark or is removed. */
const SUSPECT = new RegExp(`[${REMOVED}\\udffe\\udfff\\ud800-\\ud834\\ud836-\\ud83b\\udb40-\\udb43]`, "v");

const KIND = { unknown: 0, plain: 1, inkless: 2, suspect: 3 } as const;
/** Kind of each UTF-16 code unit seen so far: a regular expression with these classes takes ten times as long. */
const kinds = new Uint8Array(0x10000);

/**
 * Returns text as chatd keeps and shows it: well-formed, without control characters, line ends and invisible ones, and
 * with at most eight blanks, marks or joiners in a row. Idempotent; takes time in proportion to the length.
 */
export function cleanText(text: string): string {
  if (!NOT_PLAIN.test(text)) return text;
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  if (!isSuspect(wellFormed)) return wellFormed;
  return wellFormed.replaceAll("\t", " ").replace(ALL_REMOVED, "$1").replace(LONG_RUNS, "$1");
}

/** Whether there is anything to see: blanks, joiners and marks alone show nothing. */
export function isVisible(text: string): boolean {
  return VISIBLE.test(text);
}

/** Returns JSON text with an escape (RFC 8259, 7) for each character that `cleanText` would change: equal JSON, clean text. */
export function cleanJson(json: string): string {
  const isClean = cleanText(json) === json;
  return isClean
    ? json
    : json
        .replace(REMOVED_ONE_BY_ONE, escaped)
        .replace(LONG_RUNS, (run, kept: string) => kept + escaped(run.slice(kept.length)));
}

function escaped(text: string): string {
  return Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, "0")}`).join(
    "",
  );
}

function isSuspect(text: string): boolean {
  let run = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const kind = kinds[unit] || learnKind(unit);
    if (kind === KIND.plain) run = 0;
    else if (kind === KIND.suspect || ++run > MAX_INKLESS) return true;
  }
  return false;
}

function learnKind(unit: number): number {
  const character = String.fromCharCode(unit);
  const kind = SUSPECT.test(character) ? KIND.suspect : ONE_INKLESS.test(character) ? KIND.inkless : KIND.plain;
  kinds[unit] = kind;
  return kind;
}
