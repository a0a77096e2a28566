import { forEachGrapheme } from "./graphemes.ts";

/** Keys that a terminal which edits its own lines never sends: BS, DEL, ^U and ^W. */
const CORRECTIONS = new RegExp(`([${["\b", "\u007f", "\u0015", "\u0017"].join("")}])`);

/**
 * Returns a line as its author means it. Some clients (Windows' telnet) send each key as it is pressed, agree to nothing,
 * and show what they would: a key that erases comes within the line.
 */
export function corrected(typed: string): string {
  if (!CORRECTIONS.test(typed)) return typed;
  const kept: string[] = [];
  for (const part of typed.split(CORRECTIONS)) {
    if (part === "\b" || part === "\u007f") kept.pop();
    else if (part === "\u0015") kept.length = 0;
    else if (part === "\u0017") dropWord(kept);
    else addGraphemes(kept, part);
  }
  return kept.join("");
}

function dropWord(kept: string[]): void {
  while (kept.at(-1) === " ") kept.pop();
  while (kept.length > 0 && kept.at(-1) !== " ") kept.pop();
}

function addGraphemes(kept: string[], text: string): void {
  let at = 0;
  forEachGrapheme(text, (length) => {
    kept.push(text.slice(at, at + length));
    at += length;
  });
}
