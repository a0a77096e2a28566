import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import xterm from "@xterm/headless";

export interface PaneSize {
  readonly columns: number;
  readonly rows: number;
}

/** What has not come after this will not. */
const PATIENCE_MS = 30_000;
const CURSOR = "█";

/** A shell on a pseudo-terminal of its own, and what its screen shows. */
export class Pane implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #terminal: xterm.Terminal;
  readonly #changes = new EventEmitter();
  readonly #rows: number;
  /** Number of characters of `text` that were waited for. */
  #seen = 0;

  /** @param env beside the environment of this process */
  constructor({ columns, rows }: PaneSize, folder: string, env: NodeJS.ProcessEnv) {
    this.#rows = rows;
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    const shell = `stty rows ${rows} cols ${columns}; exec bash --noprofile --norc`;
    this.#child = spawn("script", ["-qfec", shell, "/dev/null"], {
      cwd: folder,
      env: { ...process.env, SHELL: "/bin/sh", TERM: "xterm", LC_ALL: "C.UTF-8", HISTFILE: "", PS1: "$ ", ...env },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#child.stdout?.on("data", (bytes: Buffer) => {
      this.#terminal.write(bytes, () => this.#changes.emit("change"));
    });
  }

  /** All lines that were ever shown, without blanks at their ends; rows that a long one takes are one line. */
  get lines(): readonly string[] {
    const { active } = this.#terminal.buffer;
    const lines: string[] = [];
    for (let row = 0; row < active.length; row++) {
      const line = active.getLine(row);
      const text = line?.translateToString(active.getLine(row + 1)?.isWrapped !== true) ?? "";
      if (line?.isWrapped) lines.push((lines.pop() ?? "") + text);
      else lines.push(text);
    }
    while (lines.at(-1) === "") lines.pop();
    return lines;
  }

  /** Whether something stands before the cursor: its row is the last of `lines`. */
  get isInRow(): boolean {
    return this.#terminal.buffer.active.cursorX > 0;
  }

  /** The rows of the screen, with the cursor. */
  get screen(): readonly string[] {
    const { active } = this.#terminal.buffer;
    return Array.from({ length: this.#rows }, (_, row) => {
      const text = active.getLine(active.baseY + row)?.translateToString(true) ?? "";
      return row === active.cursorY ? text.padEnd(active.cursorX) + CURSOR : text;
    });
  }

  /** Waits until this is on the screen, behind what was waited for before. Returns what it is, and its groups. */
  async sees(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.#text.slice(this.#seen));
      if (found) {
        this.#seen += found.index + found[0].length;
        return found;
      }
      await this.#change(String(pattern));
    }
  }

  /** Presses a key that moves the cursor, and waits until it has: the key is on the screen. */
  async press(key: string): Promise<void> {
    const { cursorX } = this.#terminal.buffer.active;
    this.#child.stdin?.write(key);
    while (this.#terminal.buffer.active.cursorX === cursorX) await this.#change(`the key ${key}`);
  }

  /** Presses Enter. What comes of it is to be waited for. */
  enter(): void {
    // Its echo is none of what is waited for next.
    this.#seen = this.#text.length;
    this.#child.stdin?.write("\n");
  }

  /** Waits until nothing has come for so long. */
  async rest(quietMs: number): Promise<void> {
    const isQuiet = AbortSignal.timeout(quietMs);
    try {
      await once(this.#changes, "change", { signal: isQuiet });
    } catch (error) {
      if (isQuiet.aborted) return;
      throw error;
    }
    await this.rest(quietMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill("SIGKILL");
    await once(this.#child, "exit");
  }

  get #text(): string {
    return this.lines.join("\n");
  }

  async #change(what: string): Promise<void> {
    try {
      await once(this.#changes, "change", { signal: AbortSignal.timeout(PATIENCE_MS) });
    } catch (error) {
      throw new Error(`${what} did not come; the screen shows\n${this.#text}`, { cause: error });
    }
  }
}
