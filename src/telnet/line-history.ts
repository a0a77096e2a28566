const MAX_LINES = 50;
/** Maximum length of all lines together, in UTF-16 code units. */
const MAX_LENGTH = 8192;

/** The last lines that somebody typed, to go back to. */
export class LineHistory {
  /** The oldest first. */
  #lines: string[] = [];
  #length = 0;
  /** Number of lines back from the newest; 0: the line that is being typed, which `#begun` keeps meanwhile. */
  #back = 0;
  #begun = "";

  /** Goes back to the end. */
  leave(): void {
    this.#back = 0;
  }

  /** Notes a line that was entered; goes back to the end. */
  add(line: string): void {
    this.leave();
    if (line.trim() === "" || line === this.#lines.at(-1)) return;
    // A part of a longer text would hold all of it.
    this.#lines.push(Buffer.from(line).toString());
    this.#length += line.length;
    while (this.#lines.length > MAX_LINES || (this.#length > MAX_LENGTH && this.#lines.length > 1)) {
      this.#length -= this.#lines.shift()?.length ?? 0;
    }
  }

  /** Returns the line before the one that is shown; null: there is none. @param shown the line as it is now */
  older(shown: string): string | null {
    if (this.#back >= this.#lines.length) return null;
    if (this.#back === 0) this.#begun = shown;
    this.#back += 1;
    return this.#lines.at(-this.#back) ?? null;
  }

  /** Returns the line after the one that is shown, at last the one that was begun; null: there is none. */
  newer(): string | null {
    if (this.#back === 0) return null;
    this.#back -= 1;
    return this.#back === 0 ? this.#begun : (this.#lines.at(-this.#back) ?? null);
  }
}
