/** Keys that do something; all others that are no text are passed over. */
export type Key =
  | "enter"
  | "backspace"
  | "delete"
  | "left"
  | "right"
  | "word-left"
  | "word-right"
  | "home"
  | "end"
  | "up"
  | "down"
  | "erase-line"
  | "erase-to-end"
  | "erase-word"
  | "erase-word-ahead"
  | "tab"
  | "redraw"
  | "interrupt"
  | "delete-or-interrupt"
  /** It does nothing, and is no text. */
  | "other";

export interface KeySink {
  /** Text came, without control characters. Returns false when nothing more is to be read. */
  text(text: string): boolean;
  /** Returns false when nothing more is to be read. */
  key(key: Key): boolean;
}

const ESCAPE = "\u001b";
const BELL = "\u0007";
const DELETE = "\u007f";
/** The longest of a sequence's parameters that mean something, such as `1;5`. */
const MAX_PARAMETERS = 8;

/** As GNU readline has them. */
const CONTROLS: ReadonlyMap<string, Key> = new Map<string, Key>([
  ["\r", "enter"],
  ["\n", "enter"],
  ["\b", "backspace"],
  ["\t", "tab"],
  [DELETE, "backspace"],
  ["\u0001", "home"],
  ["\u0002", "left"],
  ["\u0003", "interrupt"],
  ["\u0004", "delete-or-interrupt"],
  ["\u0005", "end"],
  ["\u0006", "right"],
  ["\u000b", "erase-to-end"],
  ["\u000c", "redraw"],
  ["\u000e", "down"],
  ["\u0010", "up"],
  ["\u0015", "erase-line"],
  ["\u0017", "erase-word"],
]);

/** ESC and one character: Alt and a key. */
const WITH_ALT: ReadonlyMap<string, Key> = new Map<string, Key>([
  ["b", "word-left"],
  ["f", "word-right"],
  ["d", "erase-word-ahead"],
  [DELETE, "erase-word"],
  ["\b", "erase-word"],
]);

/** The last byte of ESC [ … or ESC O …: a cursor key (ECMA-48, 8.3; xterm's control sequences, "PC-Style Function Keys"). */
const FINALS: ReadonlyMap<string, Key> = new Map<string, Key>([
  ["A", "up"],
  ["B", "down"],
  ["C", "right"],
  ["D", "left"],
  ["F", "end"],
  ["H", "home"],
]);

/** The number of ESC [ … ~: a key of the block above the cursor keys. */
const NUMBERED: ReadonlyMap<string, Key> = new Map<string, Key>([
  ["1", "home"],
  ["3", "delete"],
  ["4", "end"],
  ["7", "home"],
  ["8", "end"],
]);

/** What rxvt ends a key with that is pressed together with Shift: ESC [ 3 $. */
const RXVT_SHIFT = "$";

/** With Ctrl (5) or Alt (3), left and right go by words. */
const BY_WORDS = /;[35]$/;

/** The longest string that is passed over: ESC ] … is pasted with titles and links, and not typed. */
const MAX_STRING = 256;

/**
 * What of an escape sequence has come: ESC; ESC [, with parameters; ESC O; ESC [ [, which one more key ends (F1 of a Linux
 * console); or ESC ], the begin of a string, which BEL or ESC \ ends (ECMA-48, 5.6).
 */
type Escape = "none" | "started" | "sequence" | "single" | "console-key" | "string";

const BEGINNINGS: ReadonlyMap<string, Escape> = new Map<string, Escape>([
  ["[", "sequence"],
  ["O", "single"],
  ["]", "string"],
]);

/** What a terminal in character mode sends, as text and keys. Escape sequences are taken whole, however they are split. */
export class KeyDecoder {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  /** The decoder may hold the first bytes of a character. */
  #isInsideCharacter = false;
  #afterCr = false;
  #escape: Escape = "none";
  #parameters = "";
  #stringLength = 0;

  push(chunk: Buffer, start: number, end: number, sink: KeySink): void {
    let text = "";
    for (const character of this.#decode(chunk, start, end)) {
      const pressed = this.#press(character);
      if (pressed === "text") text += character;
      else if (pressed !== null) {
        if (text !== "" && !sink.text(text)) return;
        text = "";
        if (!sink.key(pressed)) return;
      }
    }
    if (text !== "") sink.text(text);
  }

  /** Keys come one by one, most of them ASCII: a call of the decoder for each would cost more than all the rest. */
  #decode(chunk: Buffer, start: number, end: number): string {
    if (!this.#isInsideCharacter && isAscii(chunk, start, end)) return chunk.toString("latin1", start, end);
    this.#isInsideCharacter = (chunk[end - 1] ?? 0) >= 0x80;
    return this.#decoder.decode(chunk.subarray(start, end), { stream: true });
  }

  /** Null: it is a part of something. */
  #press(character: string): Key | "text" | null {
    const afterCr = this.#afterCr;
    this.#afterCr = character === "\r";
    if (afterCr && (character === "\n" || character === "\0")) return null;
    const escape = this.#escape;
    const isAltBackspace = escape === "started" && character === "\b";
    if (isAltBackspace || (escape !== "none" && character >= " ")) return this.#goOn(escape, character);
    // A control character, such as Enter, ends whatever was begun.
    this.#escape = character === ESCAPE ? "started" : "none";
    if (character === ESCAPE || (escape === "string" && character === BELL)) return null;
    if (character >= " " && character !== DELETE) return "text";
    return CONTROLS.get(character) ?? "other";
  }

  #goOn(escape: Escape, character: string): Key | null {
    switch (escape) {
      case "started":
        return this.#begin(character);
      case "sequence":
        return this.#sequence(character);
      case "single":
        // A modifier may stand before the last byte, as in ESC O 5 P of older terminals.
        if (isDigit(character)) return null;
        this.#escape = "none";
        return FINALS.get(character) ?? null;
      case "console-key":
        this.#escape = "none";
        return null;
      case "string":
        this.#stringLength += 1;
        if (this.#stringLength === MAX_STRING) this.#escape = "none";
        return null;
      case "none":
        return null;
    }
  }

  #begin(character: string): Key | null {
    this.#parameters = "";
    this.#stringLength = 0;
    this.#escape = BEGINNINGS.get(character) ?? "none";
    return this.#escape === "none" ? (WITH_ALT.get(character) ?? null) : null;
  }

  #sequence(character: string): Key | null {
    const parameters = this.#parameters;
    if (character === "[" && parameters === "") this.#escape = "console-key";
    else if ((character >= "@" && character <= "~") || character === RXVT_SHIFT) {
      this.#escape = "none";
      return character === "~" ? (NUMBERED.get(parameters) ?? null) : withModifier(FINALS.get(character), parameters);
    } else if (parameters.length < MAX_PARAMETERS) this.#parameters += character;
    return null;
  }
}

function withModifier(key: Key | undefined, parameters: string): Key | null {
  if (key === "left" && BY_WORDS.test(parameters)) return "word-left";
  if (key === "right" && BY_WORDS.test(parameters)) return "word-right";
  return key ?? null;
}

function isDigit(character: string): boolean {
  return character >= "0" && character <= "9";
}

function isAscii(chunk: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if ((chunk[at] ?? 0) >= 0x80) return false;
  return true;
}
