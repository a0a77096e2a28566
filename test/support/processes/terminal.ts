import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import type { Test } from "tap";
import { program } from "../../../tools/parts.ts";
import { Screen } from "../screens/screen.ts";
import { until } from "../sockets/until.ts";

/** What makes the pseudo-terminal. */
export const script = program("script");

/** A program in a terminal, and a person in front of it: keys in, and what the screen is given out. */
export class Terminal {
  /** What the person sees. */
  readonly window: Screen;
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  #output = "";
  #seen = 0;

  constructor(child: ChildProcess, window: Screen) {
    this.#child = child;
    this.window = window;
    this.#closed = once(child, "close");
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#output += text;
      void window.write(text);
    });
  }

  /** Everything that went to the screen; a line ends with `\n`, however many carriage returns the terminal makes of it. */
  get screen(): string {
    return this.#output.replaceAll(/\r+\n/g, "\n");
  }

  /**
   * Runs the command; it is killed when the test ends, if it still runs then.
   *
   * @param window the program is told its size; without one it is told none
   */
  static async run(t: Test, command: string, window: Screen | null = null): Promise<Terminal> {
    const size = window ? `stty rows ${window.rows} cols ${window.columns}; ` : "";
    const child = spawn("script", ["-qfec", `tty; ${size}exec ${command}`, "/dev/null"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    t.teardown(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    });
    const terminal = new Terminal(child, window ?? new Screen());
    await terminal.sees(/^\/dev\/\S+\n/);
    return terminal;
  }

  /** Presses keys: `\n` is Enter, `\x03` is ^C. */
  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  /** Waits until this is on the screen, behind what was waited for before, and returns what it is. */
  async sees(what: string | RegExp): Promise<string> {
    const pattern = typeof what === "string" ? new RegExp(RegExp.escape(what)) : what;
    let found: RegExpExecArray | null = null;
    await until(
      () => {
        found = pattern.exec(this.screen.slice(this.#seen));
        return found !== null || this.hasEnded;
      },
      `the screen shows ${String(what)}`,
    );
    if (!found) throw new Error(`${String(what)} did not come; the screen shows ${JSON.stringify(this.screen)}`);
    const { index, 0: text } = found as RegExpExecArray;
    this.#seen += index + text.length;
    return text;
  }

  /** Makes the window another size. */
  resize(rows: number, columns: number): void {
    this.window.resize(columns, rows);
    this.#stty("rows", String(rows), "cols", String(columns));
  }

  /** Waits until the program gets each key as it is pressed, or only whole lines. */
  async takes(what: "keys" | "lines"): Promise<void> {
    await until(() => this.#stty("--all").includes(" -icanon ") === (what === "keys"), `the program takes ${what}`);
  }

  #stty(...args: readonly string[]): string {
    const path = this.screen.slice(0, this.screen.indexOf("\n"));
    return execFileSync("stty", ["-F", path, ...args], { encoding: "utf8" }).replaceAll("\n", " ");
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Resolves when everything is on the screen, with the program's exit code; 128 and more: a signal ended it. */
  async ended(): Promise<number | null> {
    await this.#closed;
    return this.#child.exitCode;
  }
}
