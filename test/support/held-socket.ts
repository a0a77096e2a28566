import type { Socket } from "node:net";
import { Writable } from "node:stream";

type Done = () => void;

/** Where an outbox writes, with a peer that takes things when the test says so. At first it takes all at once. */
export class HeldSocket extends Writable {
  /** What each write brought, as text; empty ones left out. */
  readonly writes: string[] = [];
  #isHeld = false;
  #outstanding: Done | null = null;

  /** As the outbox knows it: of a socket, it uses what a stream has. */
  get socket(): Socket {
    return this as unknown as Socket;
  }

  get text(): string {
    return this.writes.join("");
  }

  /** From now on the peer takes nothing. */
  hold(): void {
    this.#isHeld = true;
  }

  /** The peer takes the outstanding write, and nothing that comes after it. */
  takeOne(): void {
    const done = this.#outstanding;
    this.#outstanding = null;
    done?.();
  }

  /** The peer takes what there is, and all that comes. */
  takeAll(): void {
    this.#isHeld = false;
    this.takeOne();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#take(chunk, done);
  }

  override _writev(chunks: readonly { chunk: Buffer }[], done: Done): void {
    this.#take(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  #take(bytes: Buffer, done: Done): void {
    if (bytes.length > 0) this.writes.push(bytes.toString());
    if (this.#isHeld && bytes.length > 0) this.#outstanding = done;
    else done();
  }
}
