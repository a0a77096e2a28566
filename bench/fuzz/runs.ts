import type { Chance } from "../../test/support/sockets/hostile.ts";
import { DEAF, PACKET_END } from "./door.ts";

/** How long the run of an input is. */
const RUN_BYTES = 64 * 1024;
/** A construct is repeated up to so often before the next of its run. */
const MOST_REPEATS = 2048;

const END = String.fromCharCode(PACKET_END);
/** A name, and turns of the event loop in which it is taken. */
export const LOGIN = `one\r\n${END.repeat(8)}`;

/** IAC DO ECHO, IAC DO SUPPRESS-GO-AHEAD. */
export const CHARACTER_MODE = "\xff\xfd\x01\xff\xfd\x03";

/** Where a peer is when its run begins, as what it sends to get there (latin1). */
const PLACES: Readonly<Record<string, string>> = {
  "before login": "",
  "while its name is taken": "one\r\n",
  "after login": LOGIN,
  "while its lines wait": LOGIN + "hello\r\n".repeat(300) + END,
};
const MODES: Readonly<Record<string, string>> = {
  "line mode": "",
  "character mode": CHARACTER_MODE,
};
const UNFINISHED: Readonly<Record<string, string>> = {
  "nothing begun": "",
  "a line of 2 KiB begun": "x".repeat(2000),
  "words of 30 KiB begun": "x ".repeat(15_000),
  "half a character": "\xf0\x9f",
  "half an escape sequence": "\x1b[",
  "after IAC": "\xff",
  "within a sub-negotiation": "\xff\xfa\x1f",
};
const READERS: Readonly<Record<string, string>> = {
  reads: "",
  "reads nothing": String.fromCharCode(DEAF),
};

/** What a run is made of (latin1). */
const CONSTRUCTS: Readonly<Record<string, string>> = {
  "a letter": "a",
  "a key and backspace": "a\b",
  "a key and DEL": "a\x7f",
  DEL: "\x7f",
  "^C": "\x03",
  "^D": "\x04",
  "^U": "\x15",
  "^W": "\x17",
  "a word and ^W": "x \x17",
  "a word": "x ",
  blanks: "    ",
  "a tab": "\t",
  NUL: "\0",
  CR: "\r",
  "CR NUL": "\r\0",
  LF: "\n",
  "CR LF": "\r\n",
  "a cursor key": "\x1b[A",
  ESC: "\x1b",
  "ESC [": "\x1b[",
  "an 8-bit letter": "\xe9",
  "half a character": "\xf0\x9f",
  "a Cyrillic letter": "\xd1\x8f",
  "an emoji": "\xf0\x9f\x98\x80",
  "a combining mark": "\xcc\x81",
  "a bidi override": "\xe2\x80\xae",
  "a C1 control": "\xc2\x85",
  "IAC NOP between letters": "a\xff\xf1",
  "IAC IAC": "\xff\xff",
  AYT: "\xff\xf6",
  IP: "\xff\xf4",
  BREAK: "\xff\xf3",
  GA: "\xff\xf9",
  "ECHO on and off": "\xff\xfd\x01\xff\xfe\x01",
  "SGA on and off": "\xff\xfd\x03\xff\xfe\x03",
  "DO of no option we have": "\xff\xfd\x2a",
  "WILL of no option we have": "\xff\xfb\x2a",
  "DO TIMING-MARK": "\xff\xfd\x06",
  "WILL TIMING-MARK": "\xff\xfb\x06",
  "a sub-negotiation": "\xff\xfa\x1f\0\x50\0\x18\xff\xf0",
  "a line": "hello\r\n",
  "a line of 2 KiB": `${"x".repeat(2046)}\r\n`,
  "a line too long": `${"x".repeat(2049)}\r\n`,
  "/help": "/help\r\n",
  "/rooms": "/rooms\r\n",
  "/users": "/users\r\n",
  "/history": "/history 100\r\n",
  "/whisper": "/whisper one x\r\n",
  "/topic": "/topic x\r\n",
  "a command nobody knows": "/x\r\n",
};

/** A long run of one construct, of two or of three, from a peer in one of its states. */
export interface LongRun {
  readonly state: string;
  readonly constructs: readonly string[];
  readonly input: Buffer;
}

export function longRun(chance: Chance): LongRun {
  const choices = [PLACES, MODES, READERS, UNFINISHED].map((choice) => chance.of(Object.entries(choice)));
  const parts = Array.from({ length: 1 + chance.below(3) }, () => chance.of(Object.entries(CONSTRUCTS)));
  const unit = parts.map(([, bytes]) => bytes.repeat(1 + chance.below(chance.of([1, 1, 20, MOST_REPEATS])))).join("");
  const beginning = choices.map(([, bytes]) => bytes).join("");
  const run = unit.repeat(Math.ceil(RUN_BYTES / unit.length)).slice(0, RUN_BYTES);
  return {
    state: choices.map(([name]) => name).join(", "),
    constructs: [...new Set(parts.map(([name]) => name))],
    input: Buffer.from(beginning + run, "latin1"),
  };
}
