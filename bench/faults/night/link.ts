import { connect, type Socket } from "node:net";

/** `up`: from the node to the database; `down`: back. */
export type Direction = "up" | "down";

/** What becomes of the bytes of one direction: `lose`: they never arrive, nor does any later one of that connection. */
export type Passage = { readonly delayMs: number } | "hold" | "lose";

export const OPEN: Passage = { delayMs: 0 };
/** A server whose peer is silent gives up after this (its `tcp_user_timeout` and keep-alives). */
const SERVER_PATIENCE_MS = 10_000;
/** The server is ready for the first query: the login is over. */
const LOGIN_IS_OVER = Buffer.from("Z\0\0\0\u0005I", "latin1");
const STORED = Buffer.from("stored");

/** Asked for each piece of bytes. */
export interface Weather {
  passage(purpose: string, direction: Direction): Passage;
  /** Bytes after the login of a new connection are lost. */
  losesAfterLogin(purpose: string): boolean;
  /** What becomes of this answer to an append; it is asked once for each. */
  answer(): "pass" | "cut" | "lose";
}

interface Piece {
  readonly bytes: Buffer;
  readonly dueMs: number;
}

/** One connection between a node and its database, whose bytes may be late or lost. */
export class Link {
  /** `application_name` without its first word; empty until the first packet came. `?`: it cannot be read. */
  purpose = "";
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #weather: Weather;
  readonly #ended: () => void;
  readonly #waiting: Readonly<Record<Direction, Piece[]>> = { up: [], down: [] };
  readonly #timers = new Map<Direction, NodeJS.Timeout>();
  #isLost = false;
  #isLoggedIn = false;

  constructor(client: Socket, port: number, weather: Weather, ended: () => void) {
    this.#client = client;
    this.#server = connect({ port, host: "127.0.0.1" });
    this.#weather = weather;
    this.#ended = ended;
    for (const socket of [this.#client, this.#server]) socket.setNoDelay(true).on("error", () => {});
    this.#client.on("close", () => this.#closed(this.#server));
    this.#server.on("close", () => this.#closed(this.#client));
    this.#client.on("data", (bytes: Buffer) => {
      if (this.purpose === "") this.purpose = purposeIn(bytes);
      this.#take("up", bytes);
    });
    this.#server.on("data", (bytes: Buffer) => this.#answered(bytes));
  }

  /** No byte goes through any more, and nobody is told. */
  lose(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#waiting.up.length = 0;
    this.#waiting.down.length = 0;
    setTimeout(() => this.#server.destroy(), SERVER_PATIENCE_MS).unref();
  }

  reset(): void {
    for (const socket of [this.#client, this.#server]) socket.resetAndDestroy();
  }

  /** Looks again at what waits. */
  weatherChanged(): void {
    for (const direction of ["up", "down"] as const) this.#pass(direction);
  }

  #answered(bytes: Buffer): void {
    if (this.#isLost) return;
    if (this.purpose === "append" && bytes.includes(STORED)) {
      const fate = this.#weather.answer();
      if (fate === "cut") return this.reset();
      if (fate === "lose") return this.lose();
    }
    this.#take("down", bytes);
    if (this.#isLoggedIn || !bytes.includes(LOGIN_IS_OVER)) return;
    this.#isLoggedIn = true;
    if (this.#weather.losesAfterLogin(this.purpose)) this.lose();
  }

  #take(direction: Direction, bytes: Buffer): void {
    if (this.#isLost) return;
    const passage = this.#weather.passage(this.purpose, direction);
    if (passage === "lose") return this.lose();
    const waiting = this.#waiting[direction];
    if (passage !== "hold" && passage.delayMs === 0 && waiting.length === 0) return this.#write(direction, bytes);
    const delayMs = passage === "hold" ? 0 : passage.delayMs;
    waiting.push({ bytes, dueMs: performance.now() + delayMs });
    this.#pass(direction);
  }

  /** In their order, each when it is due. */
  #pass(direction: Direction): void {
    clearTimeout(this.#timers.get(direction));
    const waiting = this.#waiting[direction];
    if (this.#weather.passage(this.purpose, direction) === "hold") return;
    for (let [next] = waiting; next; [next] = waiting) {
      const leftMs = next.dueMs - performance.now();
      if (leftMs > 0) {
        this.#timers.set(
          direction,
          setTimeout(() => this.#pass(direction), leftMs),
        );
        return;
      }
      waiting.shift();
      this.#write(direction, next.bytes);
    }
    if (direction === "up" && this.#client.destroyed && !this.#isLost) this.#server.end();
  }

  #write(direction: Direction, bytes: Buffer): void {
    (direction === "up" ? this.#server : this.#client).write(bytes);
  }

  #closed(other: Socket): void {
    // Where bytes are lost, a goodbye is lost, too; where they are late, it comes after them.
    const isLate = other === this.#server && this.#waiting.up.length > 0;
    if (!this.#isLost && !isLate) other.destroy();
    if (!this.#client.destroyed || !this.#server.destroyed) return;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#ended();
  }
}

function purposeIn(bytes: Buffer): string {
  return /application_name\0chatd ([a-z]+)\0/.exec(bytes.toString("latin1"))?.[1] ?? "?";
}
