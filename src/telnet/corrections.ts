import { EditLine } from "./edit-line.ts";

/** Keys that a terminal which edits its own lines never sends: BS, DEL, ^U and ^W. */
const CORRECTIONS = new RegExp(`([${["\b", "\u007f", "\u0015", "\u0017"].join("")}])`);

const UNLIMITED = { maxLineBytes: 0, maxRunBytes: Number.POSITIVE_INFINITY };

/**
 * Returns a line as its author means it. Some clients (Windows' telnet) send each key as it is pressed, agree to nothing,
 * and show what they would: a key that erases comes within the line.
 */
export function corrected(typed: string): string {
  if (!CORRECTIONS.test(typed)) return typed;
  const line = new EditLine(UNLIMITED);
  for (const part of typed.split(CORRECTIONS)) {
    if (part === "\b" || part === "\u007f") line.eraseBack();
    else if (part === "\u0015") line.eraseAllBack();
    else if (part === "\u0017") line.eraseWordBack();
    else line.insert(part);
  }
  return line.text;
}
