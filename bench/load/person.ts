import { connect } from "node:net";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Step } from "../peers/dialect.ts";

/** What is read is looked at before the next read, so that all connections can share it. */
const readBuffer = Buffer.allocUnsafe(256 * 1024);

/**
 * One connection to the server. It counts what comes and looks at it only while somebody waits for a text or listens,
 * because the load must cost less than the server. A connection that ends takes the load process down with it.
 */
export class Person {
  readonly name: string;
  /** All bytes that came so far. */
  bytes = 0;
  /** Is given all text that comes; null: the text is only counted. */
  listener: ((text: string) => void) | null = null;
  /** Is told how many bytes came. */
  counter: ((bytes: number) => void) | null = null;
  readonly #socket: Socket;

  constructor(name: string, address: { readonly host: string; readonly port: number }) {
    this.name = name;
    const callback = (length: number) => this.#receive(length);
    this.#socket = connect({ ...address, noDelay: true, onread: { buffer: readBuffer, callback } });
    this.#socket.on("close", () => {
      throw new Error(`${name}: the server closed the connection`);
    });
  }

  send(text: string): void {
    this.#socket.write(text, "latin1");
  }

  async converse(steps: readonly Step[]): Promise<void> {
    for (const { send, until } of steps) {
      const heard = this.hear(until);
      if (send !== "") this.send(send);
      await heard;
    }
  }

  /** Resolves with all that has come by then when `until` is in it; rejects after a minute. */
  hear(until: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let heard = "";
      const fail = (): void => reject(new Error(`not heard in ${HEAR_MS} ms: ${until}; but: ${heard.slice(-200)}`));
      const timer = setTimeout(fail, HEAR_MS);
      this.listener = (text) => {
        heard += text;
        if (!heard.includes(until)) return;
        clearTimeout(timer);
        this.listener = null;
        resolve(heard);
      };
    });
  }

  #receive(length: number): boolean {
    this.bytes += length;
    this.counter?.(length);
    this.listener?.(readBuffer.toString("latin1", 0, length));
    return true;
  }
}

/** Maximum time for an answer. */
const HEAR_MS = 60_000;

/** Longer than chatd gathers who comes and goes in a room of 15,000 people before it tells the others. */
export const NOTICES_MS = 3000;

/** Resolves when nothing has come to anybody for `quietMs`; fails after a minute. */
export async function quiet(people: readonly Person[], quietMs: number): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (let before = -1; before !== totalBytes(people); await sleep(quietMs)) {
    if (performance.now() > deadline) throw new Error("the server does not become quiet");
    before = totalBytes(people);
  }
}

export function totalBytes(people: readonly Person[]): number {
  return people.reduce((sum, person) => sum + person.bytes, 0);
}
