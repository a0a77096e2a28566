import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { StringDecoder } from "node:string_decoder";
import type { Test } from "tap";

/** A condition that has not come true after this will not: the test fails and says what it saw. */
const PATIENCE_MS = 30_000;
const PROMPT = "Login:";

type Matcher = string | RegExp | ((line: string) => boolean);

/** A person with nc: lines out, lines in. Waits for conditions, never for time. */
export class Client {
  readonly socket: Socket;
  /** Every line received, without line ends; the login prompt counts as one. */
  readonly lines: string[] = [];
  isEnded = false;
  isClosed = false;
  name = "";
  /** Every byte received, in pieces. */
  #pieces: Buffer[] = [];
  #unread = "";
  readonly #decoder = new StringDecoder("utf8");
  #cursor = 0;
  #barriers = 0;
  #wake: (() => void)[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("end", () => {
      this.isEnded = true;
      this.#notify();
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.isClosed = true;
      this.#notify();
    });
  }

  /** Connects, and is closed when the test ends. */
  static async connect(t: Test, port: number, host = "127.0.0.1"): Promise<Client> {
    const socket = connect({ port, host, allowHalfOpen: true, noDelay: true });
    t.teardown(() => socket.destroy());
    const client = new Client(socket);
    await once(socket, "connect");
    return client;
  }

  /** Connects and logs in; returns when the greeting is complete. */
  static async login(t: Test, port: number, name: string): Promise<Client> {
    const client = await Client.connect(t, port);
    await client.logIn(name);
    return client;
  }

  /** Every byte received. */
  get raw(): Buffer {
    const raw = Buffer.concat(this.#pieces);
    this.#pieces = [raw];
    return raw;
  }

  async logIn(name: string): Promise<void> {
    this.name = name;
    this.send(name);
    await this.expect(`Welcome, ${name}.`);
    await this.expect("Type /help to see available commands.");
    await this.settle();
  }

  send(...lines: string[]): void {
    this.socket.write(lines.map((line) => `${line}\r\n`).join(""));
  }

  /** Waits for the next line that matches, and goes on behind it. Lines before it are passed over. */
  async expect(matcher: Matcher): Promise<string> {
    let next = this.#cursor;
    await this.until(
      () => {
        while (next < this.lines.length && !matches(this.lines[next] ?? "", matcher)) next += 1;
        return next < this.lines.length;
      },
      `a line ${String(matcher)}`,
    );
    this.#cursor = next + 1;
    return this.lines[next] ?? "";
  }

  /** Sends a line and returns every line that comes until all it caused for this client is here. */
  async ask(...lines: string[]): Promise<string[]> {
    await this.settle();
    this.send(...lines);
    return this.settle();
  }

  /** A barrier: returns the lines since the last one, when everything this client sent before has been handled. */
  async settle(): Promise<string[]> {
    const from = this.#cursor;
    const token = `barrier-${++this.#barriers}`;
    this.send(`/whisper ${this.name} ${token}`);
    await this.expect(`<<${this.name}>>: ${token}`);
    return this.lines.slice(from, this.#cursor - 1);
  }

  /** Waits until the condition holds; it is looked at whenever something arrives. */
  async until(condition: () => boolean, what: string): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!condition()) {
      if (this.isClosed || Date.now() > deadline) {
        const seen = this.lines.slice(-20).join("\n  ");
        throw new Error(
          `${this.name || "client"} waited for ${what}${this.isClosed ? ", was closed" : ""}; saw\n  ${seen}`,
        );
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, PATIENCE_MS);
        this.#wake.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** Waits until the server has closed its side. */
  async ended(): Promise<void> {
    await this.until(() => this.isEnded || this.isClosed, "the end");
  }

  close(): void {
    this.socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#pieces.push(chunk);
    this.#unread += this.#decoder.write(chunk);
    for (;;) {
      const end = this.#unread.indexOf("\n");
      if (this.#unread.startsWith(PROMPT)) {
        this.lines.push(PROMPT);
        this.#unread = this.#unread.slice(PROMPT.length);
      } else if (end >= 0) {
        this.lines.push(this.#unread.slice(0, end).replace(/\r$/, ""));
        this.#unread = this.#unread.slice(end + 1);
      } else break;
    }
    this.#notify();
  }

  #notify(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

function matches(line: string, matcher: Matcher): boolean {
  if (typeof matcher === "string") return line === matcher;
  return matcher instanceof RegExp ? matcher.test(line) : matcher(line);
}
