/** What may reach no terminal, log or page, first and last code point of each range. Written apart from the code it tests. */
const RANGES: readonly (readonly [first: number, last: number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0x061c, 0x061c],
  [0x200b, 0x200b],
  [0x200e, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x2060],
  [0x2066, 0x2069],
  [0xfeff, 0xfeff],
];

export function isControl(codePoint: number): boolean {
  return RANGES.some(([first, last]) => codePoint >= first && codePoint <= last);
}

/**
 * The control characters in bytes that go to a terminal, such as `U+001B`; none where all is well. Bytes that are no
 * UTF-8 count too. Line ends, which are CR LF, are no control characters.
 */
export function controlsIn(output: string | Buffer): string[] {
  const bytes = typeof output === "string" ? Buffer.from(output) : output;
  let text = "";
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return ["bad UTF-8"];
  }
  return Array.from(text.replaceAll("\r\n", ""))
    .map((character) => character.codePointAt(0) ?? 0)
    .filter(isControl)
    .map((codePoint) => `U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}`);
}
