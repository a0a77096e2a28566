import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Pane, type PaneSize } from "./pane.ts";

const BIN = fileURLToPath(new URL("../../bin", import.meta.url));
const SERVE = "chatd serve 2>log &";
/** The server writes where people are every five seconds. */
const KEPT_MS = 30_000;
const LOOK_AGAIN_MS = 50;

export interface StageOptions {
  /** Port of the server; 0: a free one. */
  readonly port: number;
  /** Time without any output that ends the wait for what a line leads to; 0: only what is named is waited for. */
  readonly quietMs: number;
}

/** What a pane shows because of a line. */
export type Effect = readonly [Pane, RegExp];

/** Called whenever a key was pressed, or a line has had its effects. */
export type Camera = (shown: "key" | "line") => void;

/** Terminals, and a chatd that one of them runs, in a folder that is gone at the end. */
export class Stage implements AsyncDisposable {
  camera: Camera = () => {};
  readonly #options: StageOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), "chatd-recording-"));
  readonly #panes: Pane[] = [];
  #server = 0;

  constructor(options: StageOptions) {
    this.#options = options;
  }

  /** Opens a terminal with a shell. */
  async open(size: PaneSize): Promise<Pane> {
    const pane = new Pane(size, this.#folder, {
      PATH: `${BIN}:${process.env["PATH"]}`,
      CHATD_PORT: String(this.#options.port),
      CHATD_OPS_PORT: "off",
      CHATD_HTTP_PORT: "off",
    });
    this.#panes.push(pane);
    await pane.sees(/\$/);
    return pane;
  }

  /** Starts the server in a terminal's background. Returns the port that it listens on. */
  async serve(pane: Pane): Promise<string> {
    const [job] = await this.type(pane, SERVE, [pane, /\[1\] (\d+)/]);
    this.#server = Number(job?.[1]);
    const [, port = ""] = await pane.sees(/listening on port (\d+)/);
    await this.type(pane, "", [pane, /\$/]);
    return port;
  }

  /** Waits until the server has written where this many people are: before that a crash loses their places. */
  async untilKept(people: number): Promise<void> {
    const database = new DatabaseSync(join(this.#folder, "data/chatd.db"), { readOnly: true });
    try {
      const count = database.prepare("select count(*) as people from people");
      for (let leftMs = KEPT_MS; count.get()?.["people"] !== people; leftMs -= LOOK_AGAIN_MS) {
        if (leftMs <= 0) throw new Error(`the server did not write where ${people} people are`);
        await sleep(LOOK_AGAIN_MS);
      }
    } finally {
      database.close();
    }
  }

  /** Kills the server with the signal that no process survives. */
  async kill(pane: Pane, ...effects: readonly Effect[]): Promise<void> {
    await this.type(pane, "kill -9 %1; wait", [pane, /Killed.*\n\$/], ...effects);
    this.#server = 0;
  }

  /** Types a line, presses Enter and waits for its effects. Returns what was seen of them. */
  async type(pane: Pane, line: string, ...effects: readonly Effect[]): Promise<readonly RegExpExecArray[]> {
    await this.press(pane, line);
    pane.enter();
    return this.untilSeen(...effects);
  }

  /** Presses keys that move the cursor, and no Enter behind them. */
  async press(pane: Pane, keys: string): Promise<void> {
    for (const key of keys) {
      await pane.press(key);
      this.camera("key");
    }
  }

  /** Waits for the effects of what was typed. Returns what was seen of them. */
  async untilSeen(...effects: readonly Effect[]): Promise<readonly RegExpExecArray[]> {
    const seen: RegExpExecArray[] = [];
    for (const [where, pattern] of effects) seen.push(await where.sees(pattern));
    const { quietMs } = this.#options;
    if (quietMs > 0) await Promise.all(this.#panes.map((one) => one.rest(quietMs)));
    this.camera("line");
    return seen;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // It would outlive its terminal: without one, SIGHUP reads the settings again.
    if (this.#server > 0) process.kill(this.#server, "SIGKILL");
    for (const pane of this.#panes) await pane[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
