import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Test } from "tap";
import { aFolder } from "../sockets/daemon.ts";
import { until } from "../sockets/until.ts";

export const LAUNCHER = fileURLToPath(new URL("../../../bin/chatd", import.meta.url));

/** Flags of a server on free ports, which only telnet uses. */
export const FREE_PORTS = ["--port", "0", "--ops-port", "off", "--http-port", "off"];
/** The same, on 127.0.0.1 alone. */
export const HERE = ["--host", "127.0.0.1", ...FREE_PORTS];

/** Nobody is too fast and nobody comes too often: a test that is about that says so. */
const NO_LIMITS = [
  "flood-burst",
  "flood-burst-per-address",
  "bytes-per-hour-per-address",
  "max-connections-per-address",
  "max-new-per-minute",
  "rooms-created-per-address",
].flatMap((name) => [`--${name}`, "0"]);

/** A daemon as people run it: the launcher, in a process of its own. */
export class ChatdProcess {
  readonly child: ChildProcess;
  stdout = "";
  stderr = "";
  /** It has ended, and all it said is here. */
  readonly #closed: Promise<void>;

  constructor(child: ChildProcess) {
    this.child = child;
    this.#closed = new Promise((resolve) => child.once("close", () => resolve()));
    child.stdout?.on("data", (chunk: Buffer) => (this.stdout += chunk.toString()));
    child.stderr?.on("data", (chunk: Buffer) => (this.stderr += chunk.toString()));
  }

  /**
   * Starts `chatd` with these arguments; it is killed when the test ends, if it still runs then.
   *
   * @param within a program with arguments that becomes the command that follows, in surroundings it has made for it
   */
  static start(
    t: Test,
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
    within: readonly string[] = [],
  ): ChatdProcess {
    const [command = LAUNCHER, ...rest] = [...within, LAUNCHER, ...args];
    const child = spawn(command, rest, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    t.teardown(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    });
    return new ChatdProcess(child);
  }

  /** Serves on a free port of 127.0.0.1, with a data directory of its own; returns when it listens. */
  static async serve(
    t: Test,
    args: readonly string[] = [],
    env: NodeJS.ProcessEnv = {},
  ): Promise<ChatdProcess & { readonly port: number }> {
    const place = [...HERE, "--data-dir", aFolder(t)];
    // A name that somebody gave up is free at once.
    place.push("--grace", "0");
    const chatd = ChatdProcess.start(t, ["serve", ...place, ...NO_LIMITS, ...args], env);
    const port = await chatd.listening();
    return Object.assign(chatd, { port });
  }

  /** Resolves with the port when it listens; rejects with what it said when it ends before. */
  listening(): Promise<number> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const match = /^Chat server listening on port (\d+)$/m.exec(this.stdout);
        if (match) resolve(Number(match[1]));
      };
      this.child.stdout?.on("data", look);
      this.child.once("exit", (code) => reject(new Error(`chatd ended with ${code}: ${this.stderr}`)));
      look();
    });
  }

  /** Sends a signal and resolves with the exit code when it has ended. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const exited = this.exited();
    this.child.kill(signal);
    return exited;
  }

  /** Resolves when stderr matches; rejects with what it said when it never does. */
  async logged(pattern: RegExp): Promise<void> {
    const isOver = (): boolean => this.child.exitCode !== null || this.child.signalCode !== null;
    await until(() => pattern.test(this.stderr) || isOver(), `chatd says ${String(pattern)}: ${this.stderr}`);
    if (isOver()) await this.#closed;
    if (!pattern.test(this.stderr)) throw new Error(`chatd never said ${String(pattern)}: ${this.stderr}`);
  }

  /** Resolves with the exit code when it has ended and all it said is here; null: a signal ended it. */
  async exited(): Promise<number | null> {
    await this.#closed;
    return this.child.exitCode;
  }
}
