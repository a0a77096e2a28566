import { firstGrapheme, lastGrapheme } from "./graphemes.ts";
import { keptBytes, type LineLimits } from "./typed-line.ts";

/** A line that is edited: its text, and where the cursor is in it. It moves by graphemes, and by words between blanks. */
export class EditLine {
  readonly #limits: LineLimits;
  #before = "";
  #after = "";
  #bytes = 0;
  #isLost = false;

  constructor(limits: LineLimits) {
    this.#limits = limits;
  }

  /** Bytes that were typed, also those that are not kept. */
  get length(): number {
    return this.#bytes;
  }

  get before(): string {
    return this.#before;
  }

  get text(): string {
    return this.#before + this.#after;
  }

  /** Whether more came than is kept: nothing of the line is kept, only its length counts. */
  get isLost(): boolean {
    return this.#isLost;
  }

  insert(text: string): void {
    this.#bytes += Buffer.byteLength(text);
    if (this.#isLost || this.#bytes > keptBytes(this.#limits)) this.lose(this.#bytes);
    else this.#before += text;
  }

  /** The line has so many bytes, and nothing of it is kept. */
  lose(bytes: number): void {
    this.clear();
    this.#isLost = true;
    this.#bytes = bytes;
  }

  /** Puts another text in its place, with the cursor behind it. */
  replace(text: string): void {
    this.clear();
    this.insert(text);
  }

  eraseBack(): void {
    this.#cutBefore(lastGrapheme(this.#before).length);
  }

  eraseAhead(): void {
    this.#cutAfter(firstGrapheme(this.#after).length);
  }

  eraseWordBack(): void {
    this.#cutBefore(wordBefore(this.#before));
  }

  eraseWordAhead(): void {
    this.#cutAfter(wordAfter(this.#after));
  }

  eraseAllBack(): void {
    if (this.#isLost) this.clear();
    else this.#cutBefore(this.#before.length);
  }

  eraseAllAhead(): void {
    this.#cutAfter(this.#after.length);
  }

  moveBack(): void {
    this.#moveBy(-lastGrapheme(this.#before).length);
  }

  moveAhead(): void {
    this.#moveBy(firstGrapheme(this.#after).length);
  }

  moveWordBack(): void {
    this.#moveBy(-wordBefore(this.#before));
  }

  moveWordAhead(): void {
    this.#moveBy(wordAfter(this.#after));
  }

  moveToStart(): void {
    this.#moveBy(-this.#before.length);
  }

  moveToEnd(): void {
    this.#moveBy(this.#after.length);
  }

  /** Ends the line, and keeps nothing. Returns its text; empty where nothing was kept. */
  take(): string {
    const { text } = this;
    this.clear();
    return text;
  }

  clear(): void {
    this.#before = "";
    this.#after = "";
    this.#bytes = 0;
    this.#isLost = false;
  }

  /** @param units UTF-16 code units; below 0: back */
  #moveBy(units: number): void {
    const { text } = this;
    const at = this.#before.length + units;
    this.#before = text.slice(0, at);
    this.#after = text.slice(at);
  }

  #cutBefore(units: number): void {
    const kept = this.#before.length - units;
    this.#bytes -= Buffer.byteLength(this.#before.slice(kept));
    this.#before = this.#before.slice(0, kept);
  }

  #cutAfter(units: number): void {
    this.#bytes -= Buffer.byteLength(this.#after.slice(0, units));
    this.#after = this.#after.slice(units);
  }
}

/** Length of the word that a text ends with, and of the blanks behind it. */
function wordBefore(text: string): number {
  return text.length - (text.trimEnd().lastIndexOf(" ") + 1);
}

/** Length of the word that a text begins with, and of the blanks before it. */
function wordAfter(text: string): number {
  const blanks = text.length - text.trimStart().length;
  const end = text.indexOf(" ", blanks);
  return end === -1 ? text.length : end;
}
