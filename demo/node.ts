import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const LAUNCHER = fileURLToPath(new URL("../bin/chatd", import.meta.url));
/** Long enough to see that it is gone. */
const REST_MS = 5000;

/** One daemon of the demo, which starts again when somebody kills it. */
export class DemoNode {
  readonly number: number;
  port = 0;
  readonly #database: string;
  readonly #say: (text: string) => void;
  readonly #folder = mkdtempSync(join(tmpdir(), "chatd-demo-"));
  #child: ChildProcess | null = null;
  #isStopped = false;

  constructor(number: number, database: string, say: (text: string) => void) {
    this.number = number;
    this.#database = database;
    this.#say = say;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Resolves when it listens; rejects with what it said where it cannot. */
  async start(): Promise<void> {
    const place = ["--host", "127.0.0.1", "--port", String(this.port), "--ops-port", "off", "--http-port", "off"];
    const store = ["--data-dir", this.#folder, "--database", this.#database];
    const own = ["--log-file", join(this.#folder, "log"), "--drain", "0"];
    // ^C goes to the demo alone, which ends one after the other.
    const child = spawn(LAUNCHER, ["serve", ...place, ...store, ...own], {
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    let said = "";
    child.stderr.on("data", (bytes: Buffer) => (said += bytes.toString()));
    const ended = once(child, "exit").then(() => null);
    for (let output = ""; this.port === 0 || !output.includes("listening");) {
      const bytes = await Promise.race([once(child.stdout, "data"), ended]);
      if (!bytes) throw new Error(`daemon ${this.number} does not start: ${said}`);
      output += String(bytes[0]);
      this.port = Number(/port (\d+)/.exec(output)?.[1] ?? this.port);
    }
    child.once("exit", () => void this.#startAgain());
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #startAgain(): Promise<void> {
    if (this.#isStopped) return;
    this.#say(`Daemon ${this.number} is gone. Its people's names are free in about ten seconds.`);
    await sleep(REST_MS);
    if (this.#isStopped) return;
    await this.start();
    this.#say(`Daemon ${this.number} is back, as process ${this.pid}.`);
  }
}
