import { cleanText } from "../domain/text.ts";
import type { Completion } from "../commands/completions.ts";
import { EditLine } from "./edit-line.ts";
import { type Key, KeyDecoder, type KeySink } from "./keys.ts";
import { LineHistory } from "./line-history.ts";
import { finishLine, type LineLimits, type LineSink } from "./typed-line.ts";

/** The terminal on which the line is edited. */
export interface EditorDisplay {
  /** The line, or the place of the cursor in it, is another one. */
  edited(): void;
  /** The line was ended, and is to stay on the terminal. */
  entered(text: string): void;
  /** The terminal is to be cleared, and the line shown again. */
  redraw(): void;
  /** Returns what the text before the cursor may become; `shown`: each as it is listed. */
  completions(before: string): readonly Completion[];
  /** Shows what the line may become, as it is not known which. */
  list(completions: readonly Completion[]): void;
}

export interface EditorSink extends LineSink {
  /** A key came that is no part of a line. Returns false when nothing more is to be read. */
  controlKey(): boolean;
  /** Whether completions may be looked for now; otherwise Tab is a blank. */
  mayComplete(): boolean;
  /** Whether lines are offered again by Up; the answers to the login prompt are not. */
  readonly isLoggedIn: boolean;
  /** ^C, or ^D on an empty line: the person wants out of something. The line that was being typed is dropped. */
  interrupt(): void;
}

const PLAIN = /^[ -~]*$/;
const TAB = 0x09;

/** Makes lines of keys (character mode), with the keys of GNU readline. */
export class LineEditor {
  readonly line: EditLine;
  readonly #limits: LineLimits;
  readonly #display: EditorDisplay;
  readonly #keys = new KeyDecoder();
  readonly #history = new LineHistory();
  /** What Tab made of the line last. */
  #ambiguous: string | null = null;
  #isPasted = false;
  #isOver = false;

  constructor(limits: LineLimits, display: EditorDisplay) {
    this.#limits = limits;
    this.#display = display;
    this.line = new EditLine(limits);
  }

  push(chunk: Buffer, start: number, end: number, sink: EditorSink): void {
    if (this.#isOver) return;
    this.#isPasted = hasTextBehindTab(chunk, start, end);
    const keys: KeySink = {
      text: (text) => !(this.#isOver = !this.#type(cleanKeys(text), sink)),
      key: (key) => !(this.#isOver = !this.#press(key, sink)),
    };
    this.#keys.push(chunk, start, end, keys);
  }

  /** Drops the line, which stays on the terminal. */
  drop(): void {
    this.#display.entered(this.line.take());
    this.#history.leave();
  }

  #type(text: string, sink: EditorSink): boolean {
    if (text === "") return true;
    if (this.line.length + Buffer.byteLength(text) >= this.#limits.maxRunBytes) {
      this.line.clear();
      sink.lineEndless();
      return false;
    }
    this.line.insert(text);
    this.#display.edited();
    return true;
  }

  #press(key: Key, sink: EditorSink): boolean {
    const isLine = key === "enter" && this.line.length > 0;
    if (!isLine && key !== "tab" && !sink.controlKey()) return false;
    switch (key) {
      case "enter":
        this.#enter(sink);
        return true;
      case "tab":
        return this.#complete(sink);
      case "interrupt":
        this.#interrupt(sink);
        return true;
      case "delete-or-interrupt":
        if (this.line.length === 0) this.#interrupt(sink);
        else this.#edit("delete");
        return true;
      case "redraw":
        this.#display.redraw();
        return true;
      case "other":
        return true;
      case "up":
      case "down":
        if (sink.isLoggedIn) this.#edit(key);
        return true;
      default:
        this.#edit(key);
        return true;
    }
  }

  #edit(key: keyof typeof EDITS): void {
    EDITS[key](this.line, this.#history);
    this.#display.edited();
  }

  #enter(sink: EditorSink): void {
    const { text } = this.line;
    this.#display.entered(text);
    if (sink.isLoggedIn) this.#history.add(text);
    finishLine(this.line, this.#limits, sink);
  }

  #interrupt(sink: EditorSink): void {
    this.drop();
    sink.interrupt();
  }

  /** Adds what all completions begin with; where that is nothing, the second Tab lists them. No completion: a blank. */
  #complete(sink: EditorSink): boolean {
    const { before } = this.line;
    const completions = !this.#isPasted && sink.mayComplete() ? this.#display.completions(before) : [];
    const [only] = completions;
    if (!only) return this.#type(" ", sink);
    const common = completions.length === 1 ? `${only.before} ` : commonStart(completions.map((one) => one.before));
    if (common.length > before.length) {
      this.line.eraseAllBack();
      this.line.insert(common);
      this.#display.edited();
    } else if (this.#ambiguous === before) this.#display.list(completions);
    this.#ambiguous = this.line.before;
    return true;
  }
}

/** Whether something follows a Tab in what came together: that was pasted. Nobody types on without looking at what Tab did. */
function hasTextBehindTab(chunk: Buffer, start: number, end: number): boolean {
  let at = chunk.indexOf(TAB, start);
  if (at === -1) return false;
  while (at < end && chunk[at] === TAB) at += 1;
  return at < end;
}

/** Cleans each character alone, so that it does not matter how keys are split over packets. */
function cleanKeys(keys: string): string {
  if (PLAIN.test(keys)) return keys;
  let clean = "";
  for (const key of keys) clean += cleanText(key);
  return clean;
}

type Edit = (line: EditLine, history: LineHistory) => void;

const EDITS = {
  backspace: (line) => line.eraseBack(),
  delete: (line) => line.eraseAhead(),
  left: (line) => line.moveBack(),
  right: (line) => line.moveAhead(),
  "word-left": (line) => line.moveWordBack(),
  "word-right": (line) => line.moveWordAhead(),
  home: (line) => line.moveToStart(),
  end: (line) => line.moveToEnd(),
  "erase-line": (line) => line.eraseAllBack(),
  "erase-to-end": (line) => line.eraseAllAhead(),
  "erase-word": (line) => line.eraseWordBack(),
  "erase-word-ahead": (line) => line.eraseWordAhead(),
  up: (line, history) => put(line, history.older(line.text)),
  down: (line, history) => put(line, history.newer()),
} as const satisfies Readonly<Partial<Record<Key, Edit>>>;

function put(line: EditLine, text: string | null): void {
  if (text !== null) line.replace(text);
}

/** The longest begin of all texts, whatever their case; in that of the first one. */
function commonStart(texts: readonly string[]): string {
  const [first = "", ...others] = texts;
  let length = first.length;
  for (const other of others) {
    let same = 0;
    while (same < length && first.charAt(same).toLowerCase() === other.charAt(same).toLowerCase()) same += 1;
    length = same;
  }
  return first.slice(0, length);
}
