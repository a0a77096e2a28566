import type { Socket } from "node:net";
import { type Duplex, duplexPair } from "node:stream";
import { Connection } from "../../../src/telnet/connection.ts";
import type { Door } from "../../../src/telnet/door.ts";
import type { HostileStep } from "./hostile.ts";

/** A connection in memory: one side is the server's, the other is in somebody's hands. */
export class Pair {
  readonly connection: Connection;
  readonly #server: Duplex;
  readonly #peer: Duplex;
  readonly #output: Buffer[] = [];
  isClosed = false;
  /** What the server has read. */
  bytesRead = 0;
  /** Called with what comes back, as it comes. */
  onOutput: (chunk: Buffer) => void = () => {};

  constructor(door: Door, address: string) {
    [this.#server, this.#peer] = duplexPair({ allowHalfOpen: true });
    this.#peer.on("data", (chunk: Buffer) => {
      this.#output.push(chunk);
      this.onOutput(chunk);
    });
    for (const side of [this.#server, this.#peer]) side.on("error", () => {});
    this.#server.once("close", () => (this.isClosed = true));
    // Of a socket, a connection uses what a stream has.
    this.connection = new Connection(this.#server as Socket, address, door);
    this.#server.once("close", () => this.connection.closed());
    this.#server.on("data", (chunk: Buffer) => (this.bytesRead += chunk.length));
  }

  do(step: HostileStep): void {
    if (this.#server.destroyed || this.#peer.writableEnded) return;
    if (step === "end") this.#peer.end();
    else if (step === "reset") this.#server.destroy(new Error("reset"));
    else if (step === "deaf") this.#peer.pause();
    else this.#peer.write(step);
  }

  /** Reads again what it was deaf to. */
  listen(): void {
    this.#peer.resume();
  }

  /** Whether the server does not read at the moment. */
  get isPaused(): boolean {
    return this.#server.isPaused();
  }

  /** Everything that came back. */
  get output(): Buffer {
    return Buffer.concat(this.#output);
  }

  cut(): void {
    this.#server.destroy();
    this.#peer.destroy();
  }
}
