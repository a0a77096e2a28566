import { cleanText, isVisible } from "../domain/text.ts";

export type Input =
  | { readonly type: "empty" }
  | { readonly type: "text"; readonly text: string }
  /** `name` is lower-cased and without its slash; `rest` is what follows, trimmed at both ends. */
  | { readonly type: "command"; readonly name: string; readonly rest: string };

const EMPTY: Input = { type: "empty" };

/**
 * What a person meant by one line: nothing, where nothing of it is visible; a command; or something to say (`//x` says
 * `/x`). Cleans before it looks.
 */
export function parseLine(line: string): Input {
  const text = cleanText(line).trimEnd();
  if (!isVisible(text)) return EMPTY;
  if (!text.startsWith("/")) return { type: "text", text };
  if (text.startsWith("//")) return { type: "text", text: text.slice(1) };
  const space = text.indexOf(" ");
  if (space === -1) return { type: "command", name: text.slice(1).toLowerCase(), rest: "" };
  return { type: "command", name: text.slice(1, space).toLowerCase(), rest: text.slice(space + 1).trim() };
}
