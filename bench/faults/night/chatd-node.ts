import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, readFileSync, rmSync, type WriteStream } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AdminClient } from "../../../src/cli/admin/client.ts";
import type { UserView } from "../../../src/http/admin/views.ts";
import { Sample } from "../../../tools/metrics-sample.ts";
import { rssBytes } from "../../measure/proc.ts";
import type { FaultProxy } from "./proxy.ts";

/** Nobody is too fast and nobody comes too often; and a ban does not hold for all, who come from one address. */
const NO_LIMITS = [
  "flood-burst",
  "flood-burst-per-address",
  "bytes-per-hour-per-address",
  "max-connections-per-address",
  "max-new-per-minute",
  "rooms-created-per-user",
  "rooms-created-per-address",
]
  .flatMap((name) => [`--${name}`, "0"])
  .concat("--trusted-proxy", "127.0.0.1");
const PLACE = [
  "--host",
  "127.0.0.1",
  "--ops-port",
  "0",
  "--http-port",
  "off",
  "--login-tries",
  "0",
  "--login-timeout",
  "0s",
  "--grace",
  "0",
];
const START_PATIENCE_MS = 30_000;
const START_AGAIN_MS = 200;
const TELL_PATIENCE_MS = 5000;

export interface NodeOptions {
  /** The program that is started as `chatd`. */
  readonly launcher: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Afterwards it is not started again. */
  readonly stop: AbortSignal;
}

/** How one start of a node ended; `isAsked`: by a signal of ours; `wasUp`: it had begun to listen. */
export interface Death {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly isAsked: boolean;
  readonly wasUp: boolean;
  /** It did not end in time after our signal, and was killed. */
  readonly isLate: boolean;
}

/** A node of the cluster: chatd in a process of its own, started on the same port after each death. */
export class ChatdNode {
  readonly number: number;
  readonly proxy: FaultProxy;
  readonly folder = mkdtempSync(join(tmpdir(), "chatd-night-"));
  readonly deaths: Death[] = [];
  readonly #options: NodeOptions;
  readonly #log: WriteStream;
  #child: ChildProcess | null = null;
  #port = 0;
  #opsPort = 0;
  #isUp = false;
  #isAskedToDie = false;
  #isLate = false;

  constructor(number: number, proxy: FaultProxy, options: NodeOptions) {
    this.number = number;
    this.proxy = proxy;
    this.#options = options;
    this.#log = createWriteStream(this.logFile);
  }

  get logFile(): string {
    return join(this.folder, `node-${this.number}.log`);
  }

  get port(): number {
    return this.#port;
  }

  /** Starts it, and returns when it listens; does nothing where it runs. Rejects when it ends before. */
  async start(): Promise<void> {
    if (this.#child) return;
    const { launcher, args, env } = this.#options;
    const place = [...PLACE, "--port", String(this.#port), "--data-dir", this.folder];
    const child = spawn(launcher, ["serve", ...place, ...NO_LIMITS, "--log-format", "json", ...args], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#child = child;
    this.#isAskedToDie = false;
    this.#isLate = false;
    child.once("exit", (code, signal) => {
      this.deaths.push({ code, signal, isAsked: this.#isAskedToDie, wasUp: this.#isUp, isLate: this.#isLate });
      this.#isUp = false;
      this.#child = null;
    });
    child.stderr.on("data", (chunk: Buffer) => this.#log.write(chunk));
    await this.#listening(child);
  }

  /** Starts it again and again until it listens: a node that is started while its database is away ends by itself. */
  async startAnyhow(): Promise<void> {
    const endMs = performance.now() + START_PATIENCE_MS;
    for (;;) {
      try {
        return await this.start();
      } catch (error) {
        if (performance.now() > endMs || this.#options.stop.aborted) throw error;
        await sleep(START_AGAIN_MS);
      }
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Sends a signal that ends it, and kills it where it does not end in time; returns when it has ended. */
  async end(signal: "SIGTERM" | "SIGKILL", withinMs: number): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#isAskedToDie = true;
    const exited = once(child, "exit");
    child.kill(signal);
    child.kill("SIGCONT");
    const late = setTimeout(() => {
      this.#isLate = true;
      child.kill("SIGKILL");
    }, withinMs);
    await exited;
    clearTimeout(late);
  }

  async metrics(): Promise<Sample> {
    const answer = await fetch(`http://127.0.0.1:${this.#opsPort}/metrics`, {
      signal: AbortSignal.timeout(TELL_PATIENCE_MS),
    });
    return new Sample(await answer.text());
  }

  /** Everybody online, as this node knows it. */
  async users(): Promise<UserView[]> {
    const users = await new AdminClient(join(this.folder, "admin.sock")).get<UserView[]>("/users");
    return users.filter(({ awayUntil }) => awayUntil === null);
  }

  memoryBytes(): number {
    return this.#child?.pid === undefined ? 0 : rssBytes(this.#child.pid);
  }

  /** What it logged, an object a line. */
  logged(): readonly Readonly<Record<string, unknown>>[] {
    return readFileSync(this.logFile, "utf8")
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Returns when the log is whole. */
  async close(): Promise<void> {
    await this.end("SIGKILL", START_PATIENCE_MS);
    await new Promise((resolve) => this.#log.end(resolve));
    this.proxy.close();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #listening(child: ChildProcess): Promise<void> {
    return new Promise((resolve, reject) => {
      let said = "";
      child.stderr?.on("data", (chunk: Buffer) => {
        if (this.#isUp) return;
        said += chunk.toString();
        const started = /"port":(\d+),.*"opsPort":(\d+)/.exec(said);
        if (!started) return;
        this.#port = Number(started[1]);
        this.#opsPort = Number(started[2]);
        this.#isUp = true;
        resolve();
      });
      child.once("exit", (code) => reject(new Error(`chatd ended with ${code}: ${said}`)));
    });
  }
}
