import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { StringDecoder } from "node:string_decoder";
import type { Test } from "tap";
import { until } from "../sockets/until.ts";

/** Asked after each line: the answer says that the line is settled. No store is needed for it. */
const BARRIER = "/settled";
const SETTLED = "Command not known, type /help to see available commands.";
const PROMPT = "Login:";

let voices = 0;

/**
 * Somebody who talks as fast as lines settle, and notes all that is heard. As many lines as it takes, so it keeps no
 * bytes and looks at each line once.
 */
export class Voice {
  readonly name: string;
  /** What others said, as it came. */
  readonly heard: string[] = [];
  /** What is shown of what was said before, with its number. */
  readonly history: string[] = [];
  /** Everything else. */
  readonly told: string[] = [];
  /** Bodies of lines that were settled without a refusal, and of those that were refused. */
  readonly said: string[] = [];
  readonly refused: string[] = [];
  isEnded = false;
  readonly #socket: Socket;
  readonly #decoder = new StringDecoder("utf8");
  #unread = "";
  #saying: string | null = null;
  #isTalking = false;
  #count = 0;
  /** Nobody says what somebody else said before under the name. */
  readonly #nr = (voices += 1);
  #silent: (() => void) | null = null;

  private constructor(socket: Socket, name: string) {
    this.#socket = socket;
    this.name = name;
    socket.on("data", (chunk: Buffer) => this.#receive(this.#decoder.write(chunk)));
    for (const event of ["error", "close", "end"] as const) {
      socket.on(event, () => {
        this.isEnded = true;
        this.#silent?.();
      });
    }
  }

  /** Is before the door; the connection is cut when the test ends. */
  static async connect(t: Test, port: number, name = ""): Promise<Voice> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    t.teardown(() => socket.destroy());
    await once(socket, "connect");
    return new Voice(socket, name);
  }

  /** Logs in; while somebody still has the name, asks again. */
  static async enter(t: Test, port: number, name: string): Promise<Voice> {
    const voice = await Voice.connect(t, port, name);
    voice.send(name);
    let refused = 0;
    await until(() => {
      const times = voice.told.filter((line) => line.startsWith("You're already logged in")).length;
      if (times > refused) voice.send(name);
      refused = times;
      return voice.isEnded || voice.told.some((line) => line.startsWith("Type /help"));
    }, `${name} is in`);
    return voice;
  }

  sendBytes(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  send(...lines: readonly string[]): void {
    this.#socket.write(lines.map((line) => `${line}\r\n`).join(""));
  }

  /** Sends a command and waits until it has been told this. */
  async asks(line: string, expected: string | RegExp): Promise<void> {
    const from = this.told.length;
    this.send(line);
    await this.isTold(expected, from);
  }

  /** Waits until it has been told something, from a place in `told` on. */
  async isTold(expected: string | RegExp, from = 0): Promise<void> {
    const isIt = (one: string): boolean => (typeof expected === "string" ? one === expected : expected.test(one));
    try {
      await until(() => this.told.slice(from).some(isIt), "");
    } catch {
      throw new Error(`${this.name} was not told ${String(expected)}, but: ${this.told.slice(-10).join(" | ")}`);
    }
  }

  /** Waits until a line has come, from the end on. */
  async hears(line: string): Promise<void> {
    try {
      await until(() => this.heard.includes(line, -100), "");
    } catch {
      throw new Error(`${this.name} did not hear ${line}, but last: ${this.heard.slice(-3).join(" | ")}`);
    }
  }

  /** Waits until so many lines more have come. */
  async hearsMore(lines: number): Promise<void> {
    const enough = this.heard.length + lines;
    await until(() => this.heard.length >= enough || this.isEnded, `${this.name} heard ${lines} lines more`);
  }

  /** Begins to say one line after the other: `NAME 7.1`, `NAME 7.2` … */
  talk(): void {
    this.#isTalking = true;
    if (this.#saying === null) this.#next();
  }

  /** Resolves when the last line is settled, or the connection has ended. */
  async silence(): Promise<void> {
    this.#isTalking = false;
    if (this.#saying === null || this.isEnded) return;
    await new Promise<void>((resolve) => (this.#silent = resolve));
  }

  leave(): void {
    this.#socket.destroy();
  }

  #next(): void {
    if (!this.#isTalking || this.isEnded) return this.#silent?.();
    this.#saying = `${this.name} ${this.#nr}.${(this.#count += 1)}`;
    this.send(this.#saying, BARRIER);
  }

  #receive(text: string): void {
    const lines = (this.#unread + text).split("\r\n");
    this.#unread = lines.pop() ?? "";
    for (const line of lines) this.#take(line.startsWith(PROMPT) ? line.slice(PROMPT.length).trim() : line);
  }

  #take(line: string): void {
    if (line === SETTLED) return this.#settled();
    if (/^\[(?!\*\])/.test(line)) this.heard.push(line);
    else if (/^\d+ \d\d:\d\d \[/.test(line)) this.history.push(line);
    else {
      this.told.push(line);
      if (/not stored|cannot be stored|Too many lines/.test(line) && this.#saying !== null) {
        this.refused.push(this.#saying);
        this.#saying = null;
      }
    }
  }

  #settled(): void {
    if (this.#saying !== null) this.said.push(this.#saying);
    this.#saying = null;
    this.#next();
  }
}
