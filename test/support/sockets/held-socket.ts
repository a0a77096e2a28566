import type { Socket } from "node:net";
import { Writable } from "node:stream";

type Done = () => void;

/**
 * Where an outbox writes, with a peer that takes things when the test says so. At first it takes all at once. It holds the
 * buffers of a write as a socket does: by reference, and no copy.
 */
export class HeldSocket extends Writable {
  readonly #writes: (readonly Buffer[])[] = [];
  #isHeld = false;
  #outstanding: Done | null = null;

  /** As the outbox knows it: of a socket, it uses what a stream has. */
  get socket(): Socket {
    return this as unknown as Socket;
  }

  /** What each write brought, as text; empty ones left out. */
  get writes(): readonly string[] {
    return this.#writes.map((buffers) => Buffer.concat(buffers).toString());
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
    this.#take([chunk], done);
  }

  override _writev(chunks: readonly { chunk: Buffer }[], done: Done): void {
    this.#take(
      chunks.map(({ chunk }) => chunk),
      done,
    );
  }

  #take(buffers: readonly Buffer[], done: Done): void {
    const isEmpty = buffers.every(({ length }) => length === 0);
    if (!isEmpty) this.#writes.push(buffers);
    if (this.#isHeld && !isEmpty) this.#outstanding = done;
    else done();
  }
}
