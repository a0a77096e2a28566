import { Refusal } from "./refusals.ts";
import { cleanText, isVisible } from "./text.ts";

/** Maximum size of a message's text, in bytes of UTF-8. */
export const MAX_BODY_BYTES = 16 * 1024;
/** Maximum number of its lines: each of them takes a row of every terminal in the room. */
export const MAX_BODY_LINES = 200;

/**
 * Returns a message's text as chatd keeps it: each line cleaned and without blanks at its end, LF between lines, and no
 * empty lines at the end; empty if there is nothing to see. Idempotent. Throws the refusal `message-too-long`.
 */
export function cleanBody(text: string): string {
  const lines = text.split(/\r\n|\r|\n/).map(cleanLine);
  const body = lines.slice(0, lines.findLastIndex((line) => line !== "") + 1);
  const clean = body.join("\n");
  if (body.length > MAX_BODY_LINES || Buffer.byteLength(clean) > MAX_BODY_BYTES) throw new Refusal("message-too-long");
  return clean;
}

/** Estimated size of an entry in memory besides its text, and of what stands before each line on a terminal, in bytes. */
const LINE_BYTES = 64;
/** Maximum of `entryBytes`. */
export const MAX_ENTRY_BYTES = MAX_BODY_BYTES + LINE_BYTES * MAX_BODY_LINES;

/** Estimated size of an entry with this text, in bytes: a text of many short lines takes much more than it has itself. */
export function entryBytes(body: string): number {
  let lines = 1;
  for (let at = body.indexOf("\n"); at !== -1; at = body.indexOf("\n", at + 1)) lines += 1;
  return Buffer.byteLength(body) + LINE_BYTES * lines;
}

/** A line as it is kept when it is typed on telnet. */
function cleanLine(line: string): string {
  const clean = cleanText(line).trimEnd();
  return isVisible(clean) ? clean : "";
}
