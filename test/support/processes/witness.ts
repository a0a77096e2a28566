import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Test } from "tap";

const LF = 0x0a;
/** `[t3]: 00017 xxx`: who, and which of his lines. */
const TALK = /^\[t(\d+)\]: (\d{5}) /;
/** As much of a line as is looked at. */
const HEAD_BYTES = 200;

export interface WitnessOptions {
  /** Asked before each read: so many bytes are taken from the kernel; 0 = nothing, until `readOn`. */
  readonly appetite?: () => number;
}

/** Somebody in a room where a lot is said: remembers who said which line, in order, and no more, so that hundreds fit. */
export class Witness {
  readonly socket: Socket;
  /** Lines of talkers, as talker × 100,000 + number. */
  readonly seen: number[] = [];
  /** Lines that came from nobody in the room. */
  readonly notices: string[] = [];
  isEnded = false;
  #head = "";
  #isHeadFull = false;

  constructor(port: number, { appetite = () => 65536 }: WitnessOptions = {}) {
    const large = Buffer.alloc(65536);
    this.socket = connect({
      port,
      host: "127.0.0.1",
      onread: {
        buffer: () => large.subarray(0, Math.max(appetite(), 1)),
        callback: (length, buffer) => {
          this.#take(buffer, length);
          return appetite() > 1;
        },
      },
    });
    this.socket.on("error", () => {});
    this.socket.on("close", () => (this.isEnded = true));
  }

  /** Connects and logs in; the connection is gone when the test ends. */
  static async login(t: Test, port: number, name: string, options?: WitnessOptions): Promise<Witness> {
    const witness = new Witness(port, options);
    t.teardown(() => witness.socket.destroy());
    await once(witness.socket, "connect");
    witness.socket.write(`${name}\r\n`);
    return witness;
  }

  /** Reads once more, as much as its appetite is. */
  readOn(): void {
    this.socket.resume();
  }

  #take(bytes: Uint8Array, length: number): void {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, length);
    for (let from = 0; from < length;) {
      const end = chunk.indexOf(LF, from);
      const to = end === -1 ? length : end;
      if (!this.#isHeadFull) this.#head += chunk.toString("latin1", from, Math.min(to, from + HEAD_BYTES));
      this.#isHeadFull = this.#head.length >= HEAD_BYTES;
      if (end !== -1) this.#line();
      from = to + 1;
    }
  }

  #line(): void {
    const talk = TALK.exec(this.#head);
    if (talk) this.seen.push(Number(talk[1]) * 100_000 + Number(talk[2]));
    else this.notices.push(this.#head.trimEnd());
    this.#head = "";
    this.#isHeadFull = false;
  }
}

/** The line that a talker says as his `number`th, about 2 KB long. */
export function talk(number: number): string {
  return `${String(number).padStart(5, "0")} ${"x".repeat(1900)}`;
}
