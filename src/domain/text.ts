/**
 * What may never reach a terminal, as a class of a regular expression: control characters, line separators,
 * noncharacters, and what is invisible (Unicode's format characters and default-ignorable code points, U+FFFC and
 * U+1D159). It leaves out what scripts and emoji need (U+200C, U+200D, U+FE0E, U+FE0F) and the format characters of
 * Arabic, Syriac and Kaithi that are visible. Other variation selectors only choose a rarer shape of the character
 * before them, and can hide text: they are removed.
 */
const REMOVED = String.raw`[[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2028\u2029\ufffc\u{1d159}]--[\u200c\u200d\ufe0e\ufe0f\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]]`;
/**
 * Characters that are nothing alone: blanks, U+2800 of braille among them, marks on other characters, joiners, and the
 * vowels and finals of Hangul that take no column of their own (a syllable has three of them at most).
 */
const INKLESS = String.raw`[\s\u2800\p{M}\u200c\u200d\u1161-\u11ff\ud7b0-\ud7c6\ud7cb-\ud7fb]`;
/** The longest run of them. More is no writing, and blanks could push what follows to the beginning of a terminal's line. */
const MAX_INKLESS = 8;

/** A flag of a part of a country, such as Scotland's, is a black flag and its code in tag characters (UTS #51, 1.4.6). */
const FLAG = String.raw`\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}`;
/** What an arrow or function key sends: a control sequence (ECMA-48, 5.4), `ESC [ [ A` (Linux console), or `ESC O P`. */
const KEY = String.raw`\u001b(?:\[\[?[0-?]*[ -\/]*[@-~]|O[A-DFHP-S])`;

const ALL_REMOVED = new RegExp(`(${FLAG})|${KEY}|${REMOVED}`, "gv");
const LONG_RUNS = new RegExp(`(${INKLESS}{${MAX_INKLESS}})${INKLESS}+`, "gv");
const VISIBLE = new RegExp(`[^${INKLESS}${REMOVED}]`, "v");

/** Finds what is not printable ASCII, and too many blanks. They are spelled out because a quantifier takes twice as long. */
const NOT_PLAIN = new RegExp(`[^ -~]|${" ".repeat(MAX_INKLESS + 1)}`);
const ONE_INKLESS = new RegExp(INKLESS, "v");
/** Also halves of surrogate pairs, where the pair may be a mark or is removed. */
const SUSPECT = new RegExp(`[${REMOVED}\\udffe\\udfff\\ud800-\\ud834\\ud836-\\ud83b\\udb40-\\udb43]`, "v");

const KIND = { unknown: 0, plain: 1, inkless: 2, suspect: 3 } as const;
/** The kind of each UTF-16 code unit that came so far. A regular expression with these classes takes ten times as long. */
const kinds = new Uint8Array(0x10000);

/**
 * Text as chatd keeps and shows it: well-formed Unicode with no control character, no line end, nothing invisible that
 * hides or changes how the rest is shown, and at most eight blanks, marks or joiners in a row. Used on every input, and
 * again on every output. Cleaning twice changes nothing. Takes time in proportion to the length.
 */
export function cleanText(text: string): string {
  if (!NOT_PLAIN.test(text)) return text;
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  if (!isSuspect(wellFormed)) return wellFormed;
  return wellFormed.replaceAll("\t", " ").replace(ALL_REMOVED, "$1").replace(LONG_RUNS, "$1");
}

/** Whether there is anything to see: blanks, joiners and marks are nothing when they are alone. */
export function isVisible(text: string): boolean {
  return VISIBLE.test(text);
}

/** Whether there may be something to clean. */
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
