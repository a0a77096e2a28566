import type { IncomingMessage } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { WebSocket as Socket } from "ws";
import { cleanText } from "../domain/text.ts";
import { Failure } from "./exit.ts";

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** Null: the events of every account. */
  readonly account: string | null;
  /** An API key, or the account's token; null: none. */
  readonly key: string | null;
}

/** What a line of events goes to. */
export interface LineOutput {
  /** Returns whether it takes more now; otherwise it emits `drain`. */
  write(text: string): boolean;
  once(event: "drain", listener: () => void): unknown;
}

/** Time between two tries: it begins with the first, doubles up to the last, and half of it is random. */
const FIRST_WAIT_MS = 200;
const LAST_WAIT_MS = 5000;
/** A server that sends pings every 25 s and has sent nothing for this long is gone. */
const SILENT_MS = 60_000;
/** Maximum length of what a request says of the events that were seen. */
const MAX_AFTER = 8 * 1024;
/** The server tells by it with which event of each account it begins (`http/tracking/subscribe.ts`). */
const BEGIN_HEADER = "chatd-after";
/** With codes from this on, the server does not want the client back (`http/websocket/connection.ts`). */
const FINAL_CODE = 4500;

/** Statuses after which the same request may be answered. */
const MAY_PASS: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);
/** Maximum length of an answer that is read. */
const MAX_ANSWER = 4096;

const EVENT = /^(?<event>\{"account_id":"(?<account>[\w-]+)",.*),"seq":(?<seq>\d+)\}$/s;
const TOO_MANY = "there are too many accounts to take up their events again after a break. Name one with -a.";

/** Why a connection has ended. */
interface Ending {
  /** Why there is no use in another one; null: there is. */
  readonly failure: string | null;
  readonly why: string;
}

/**
 * Prints events, one JSON object a line, until `signal` aborts. After a break it connects again and goes on behind the last
 * event that it printed. Rejects with a `Failure` if the server refuses for good. @param note tells people what it waits for
 */
export class EventPrinter {
  readonly #options: ListenOptions;
  readonly #output: LineOutput;
  readonly #note: (text: string) => void;
  readonly #signal: AbortSignal;
  /** Number of the last event that was printed of each account, or that was there before; null: the server has told none. */
  #seen: Map<string, number> | null = null;
  #isNumbered = false;
  #waitMs = FIRST_WAIT_MS;
  #isWaiting = false;

  constructor(options: ListenOptions, output: LineOutput, note: (text: string) => void, signal: AbortSignal) {
    this.#options = options;
    this.#output = output;
    this.#note = note;
    this.#signal = signal;
  }

  async run(): Promise<void> {
    const { WebSocket } = await import("ws");
    const { key } = this.#options;
    const headers = key === null ? {} : { authorization: `Bearer ${key}` };
    while (!this.#signal.aborted) {
      const { failure, why } = await this.#listen(
        new WebSocket(this.#url(), { headers, perMessageDeflate: false, handshakeTimeout: SILENT_MS }),
      );
      if (this.#signal.aborted) return;
      if (failure !== null) throw new Failure([`${this.#place}: ${failure}`]);
      if (!this.#isWaiting) this.#note(`${this.#place}: ${why}. Trying again until it answers.`);
      this.#isWaiting = true;
      const ms = this.#waitMs * (0.5 + Math.random() / 2);
      this.#waitMs = Math.min(this.#waitMs * 2, LAST_WAIT_MS);
      await pause(ms, null, { signal: this.#signal }).catch(() => {});
    }
  }

  get #place(): string {
    const { host, port } = this.#options;
    return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  }

  #url(): string {
    const { account } = this.#options;
    const query = new URLSearchParams({ seq: "1" });
    if (account !== null) query.set("account", account);
    if (this.#seen === null && this.#isNumbered) throw new Failure([TOO_MANY]);
    const after = this.#seen && Array.from(this.#seen, ([handle, seq]) => `${handle}:${seq}`).join(",");
    if (after !== null) query.set("after", after);
    if (after !== null && after.length > MAX_AFTER) throw new Failure([TOO_MANY]);
    return `ws://${this.#place}/websocket?${query.toString()}`;
  }

  /** Prints what comes over one connection. Resolves when it has ended. */
  async #listen(socket: Socket): Promise<Ending> {
    const { promise, resolve } = Promise.withResolvers<Ending>();
    const abort = (): void => socket.terminate();
    let isHeard = true;
    const heard = (): void => {
      isHeard = true;
      this.#waitMs = FIRST_WAIT_MS;
    };
    // The pings of a server that waits for the output are not read.
    const watch = (): void => {
      if (!isHeard && !socket.isPaused) abort();
      isHeard = false;
    };
    let watching: NodeJS.Timeout | undefined;
    socket.on("upgrade", ({ headers }) => {
      if (this.#isWaiting) this.#note(`${this.#place}: connected.`);
      this.#isWaiting = false;
      const begin = headers[BEGIN_HEADER];
      // Any other server may be silent for as long as it likes.
      if (typeof begin !== "string") return;
      this.#beginAt(begin);
      watching = setInterval(watch, SILENT_MS);
    });
    socket.on("message", (data: Buffer) => {
      heard();
      // After `pause`, the rest of what was read still comes.
      if (this.#print(data.toString()) || socket.isPaused) return;
      socket.pause();
      this.#output.once("drain", () => socket.resume());
    });
    socket.on("ping", heard);
    socket.on("unexpected-response", (_request, response) => {
      void refusalIn(response).then(resolve).finally(abort);
    });
    socket.on("error", (error: NodeJS.ErrnoException) => resolve({ failure: null, why: error.code ?? error.message }));
    socket.on("close", (code) => {
      const failure = code >= FINAL_CODE ? `it has closed the connection for good (code ${code}).` : null;
      resolve({ failure, why: "the connection has ended" });
    });
    this.#signal.addEventListener("abort", abort);
    try {
      return await promise;
    } finally {
      this.#signal.removeEventListener("abort", abort);
      clearInterval(watching);
    }
  }

  /** @param begin such as `celtra:12,other:5`: the next event of each is behind that one */
  #beginAt(begin: string): void {
    this.#seen ??= new Map();
    for (const part of begin === "" ? [] : begin.split(",")) {
      const [handle = "", seq = ""] = part.split(":");
      if (!this.#seen.has(handle)) this.#seen.set(handle, Number(seq));
    }
  }

  /** Returns whether more may be printed now. */
  #print(text: string): boolean {
    const { event, account = "", seq } = EVENT.exec(text)?.groups ?? {};
    this.#isNumbered = seq !== undefined;
    if (event === undefined) return this.#output.write(`${text}\n`);
    if (Number(seq) <= (this.#seen?.get(account) ?? 0)) return true;
    const mayGoOn = this.#output.write(`${event}}\n`);
    this.#seen?.set(account, Number(seq));
    return mayGoOn;
  }
}

/** Resolves with what an answer that is no WebSocket says. Never rejects. */
async function refusalIn(response: IncomingMessage): Promise<Ending> {
  const { statusCode = 0 } = response;
  let text = "";
  try {
    for await (const chunk of response) text = `${text}${String(chunk)}`.slice(0, MAX_ANSWER);
  } catch {
    // What came until then has to do.
  }
  const why = `${sentenceIn(text) ?? "there is no WebSocket at /websocket."} (status ${statusCode})`;
  return { failure: MAY_PASS.has(statusCode) ? null : why, why };
}

function sentenceIn(text: string): string | null {
  try {
    // Whatever has answered: it may be no chatd.
    const { error } = (JSON.parse(text) ?? {}) as { readonly error?: unknown };
    return typeof error === "string" ? cleanText(error) : null;
  } catch {
    return null;
  }
}

/** Runs `chatd listen`. Resolves when a signal ends it, or nobody reads what it prints; rejects with a `Failure`. */
export async function listen(options: ListenOptions): Promise<void> {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  process.once("SIGINT", end).once("SIGTERM", end);
  let broken: Error | null = null;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // `chatd listen | head` is over when head is.
    if (error.code !== "EPIPE") broken = error;
    end();
  });
  const note = (text: string): void => void process.stderr.write(`chatd: ${text}\n`);
  await new EventPrinter(options, process.stdout, note, ending.signal).run();
  if (broken) throw broken;
}
