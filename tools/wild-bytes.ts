import fc from "fast-check";

/** Pieces that mean something to one of the parts that read what a peer sends. */
export const PIECES = [
  "\r\n",
  "\n",
  "\r",
  "\r\0",
  "\0",
  "\t",
  " ",
  "/",
  "//",
  "/me waves",
  "one",
  "я",
  "€",
  "😀",
  "\u0003",
  "\u0004",
  "\b",
  "\u0015",
  "\u0017",
  "\u007f",
  "\u001b[A",
  "\u001b",
  "\u001b]0;title\u0007",
  "\u0085",
  "\u009b",
  "\u061c",
  "\u200b",
  "\u200d",
  "\u2028",
  "\u202e",
  "\u2066",
  "\ufeff",
  "        ",
  "\u3000",
  "\u00ad",
  "\u0301",
  "\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
  "\ufe0f",
  "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
  "🏴",
  "\u{e0067}",
  "\u{e007f}",
  "\u001b[",
  "\u001bO",
  "1;5",
].map((text) => Buffer.from(text));

/** Telnet commands, whole and broken: ECHO and SGA on and off, a timing mark, NAWS, AYT, interrupt. */
/** Of telnet, whole and cut off. */
export const COMMANDS = [
  "fffd01",
  "fffd03",
  "fffe01",
  "fffc01",
  "fffb03",
  "fffd06",
  "fffb1f",
  "fffa1f010a0018fff0",
  "fffa1f00ffff0018fff0",
  "fffa",
  "fff0",
  "fff1",
  "fff4",
  "fff6",
  "ff",
  "ffff",
].map((hex) => Buffer.from(hex, "hex"));

/** Any bytes, made so that what matters comes up often. */
export const wildBytes: fc.Arbitrary<Buffer> = fc
  .array(
    fc.oneof(
      { arbitrary: fc.constantFrom(...PIECES), weight: 4 },
      { arbitrary: fc.constantFrom(...COMMANDS), weight: 2 },
      { arbitrary: fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)), weight: 2 },
    ),
    { maxLength: 30 },
  )
  .map((parts) => Buffer.concat(parts));

/** Any text, also what is not well-formed, made so that control characters come up often. */
export const wildText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...PIECES).map((bytes) => bytes.toString()),
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      fc.integer({ min: 0, max: 0x9f }).map((unit) => String.fromCharCode(unit)),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(""));

/** Places to cut at: as likely many as few. */
export const cuts: fc.Arbitrary<number[]> = fc.array(fc.nat({ max: 120 }), { maxLength: 60 });
