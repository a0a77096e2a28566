import xterm from "@xterm/headless";
import { until } from "../sockets/until.ts";

/** A terminal of so many columns and rows, as xterm.js shows it. */
export class Screen {
  readonly #terminal: xterm.Terminal;

  constructor(columns = 80, rows = 24) {
    this.#terminal = new xterm.Terminal({
      cols: columns,
      rows,
      allowProposedApi: true,
      scrollback: 10_000,
      reflowCursorLine: true,
    });
  }

  /** Resolves when it is shown. */
  write(bytes: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#terminal.write(bytes, resolve));
  }

  get columns(): number {
    return this.#terminal.cols;
  }

  get rows(): number {
    return this.#terminal.rows;
  }

  resize(columns: number, rows = this.rows): void {
    this.#terminal.resize(columns, rows);
  }

  /** All lines that were ever shown; rows that a long one takes are one line. Without blanks and empty ones at the end. */
  get lines(): string[] {
    const { buffer, cols: columns } = this.#terminal;
    const { active } = buffer;
    const lines: string[] = [];
    for (let row = 0; row < active.length; row++) {
      const line = active.getLine(row);
      const next = active.getLine(row + 1);
      // A wide character that did not fit has left a column of its row empty.
      const end = next?.isWrapped && next.getCell(0)?.getWidth() === 2 && line?.getCell(columns - 1)?.getCode() === 0;
      const text = line?.translateToString(next?.isWrapped !== true, 0, end ? columns - 1 : columns) ?? "";
      if (line?.isWrapped) lines.push((lines.pop() ?? "") + text);
      else lines.push(text);
    }
    const trimmed = lines.map((one) => one.trimEnd());
    while (trimmed.at(-1) === "") trimmed.pop();
    return trimmed;
  }

  /** Waits until a line is so. */
  async shows(line: RegExp): Promise<void> {
    await this.#until(() => this.lines.some((one) => line.test(one)), String(line));
  }

  /** Waits until the last line is so, with the cursor in this column. */
  async endsWith(line: string, column = line.length): Promise<void> {
    await this.#until(() => this.column === column && this.lines.at(-1) === line, line);
  }

  /** Where the cursor is: the number of columns before it, in its row. */
  get column(): number {
    return this.#terminal.buffer.active.cursorX;
  }

  /** The number of rows from the top of all that was ever shown. */
  get row(): number {
    const { baseY, cursorY } = this.#terminal.buffer.active;
    return baseY + cursorY;
  }

  async #until(condition: () => boolean, what: string): Promise<void> {
    await until(condition, what).catch((error: unknown) => {
      throw new Error(`the terminal shows\n${this.lines.slice(-20).join("\n")}`, { cause: error });
    });
  }
}
