import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { frame, opcodes } from "../../formats/frames/frame.ts";
import { Outbox, type OutboxEvents } from "../../net/outbox.ts";
import type { OutboxPool } from "../../net/outbox-pool.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import { type Chunk, toOwnChunk } from "../../ports/outlet.ts";
import type { Heartbeat, HeartbeatPeer } from "./heartbeat.ts";
import type { ReadingSocket } from "./reading-socket.ts";

/**
 * What the close frame says (RFC 6455, 7.4). With 4000 to 4499 the peer may come back, with 4500 to 4999 it is of no use.
 */
export const closeCodes = {
  shutdown: 4000,
  "too-slow": 4001,
  "no-answer": 4002,
  "read-failed": 4003,
  banned: 4502,
  "too-many-frames": 4504,
} as const;

export type WebSocketEnd = keyof typeof closeCodes;

/** Maximum number of frames of a peer between two pings of ours: 400 a second. */
const MAX_FRAMES = 10_000;
/** Time for a peer to answer a close frame and close its side, after which it is cut off. */
const CLOSE_MS = 5000;

/** What connections share. */
export interface WebSocketParts {
  readonly clock: Clock;
  readonly pool: OutboxPool;
  readonly heartbeat: Heartbeat;
}

/** What a connection is for. Whoever owns it sets these once. */
export interface WebSocketOwner {
  /** Called when events were dropped, because the peer is too slow for them. Returns whether it goes on without them. */
  skipped(count: number): boolean;
  /** Called once, when nothing more is delivered. */
  ended(): void;
}

const open = new WeakMap<Duplex, WebSocketConnection>();

/** Returns the WebSocket that a socket of the HTTP server has become; undefined: it has not. */
export function webSocketOn(socket: Duplex): WebSocketConnection | undefined {
  return open.get(socket);
}

/** A WebSocket: `ws` reads it, and an outbox writes it, so that it is as bounded as any other connection. */
export class WebSocketConnection implements OutboxEvents, HeartbeatPeer {
  readonly #parts: WebSocketParts;
  readonly #socket: Socket;
  readonly #outbox: Outbox;
  readonly #owner: WebSocketOwner;
  /** What the peer's last ping had in it, until it is answered. */
  #ping: Buffer | null = null;
  #isHeard = true;
  #frames = 0;
  #isOpen = true;
  /** Whether the peer has sent its last frame. */
  #hasPeerEnded = false;
  #deadline: Timer | null = null;
  #waiting: (() => void)[] = [];

  constructor(socket: Socket, reader: ReadingSocket, parts: WebSocketParts, owner: WebSocketOwner) {
    this.#socket = socket;
    this.#parts = parts;
    this.#owner = owner;
    this.#outbox = new Outbox(socket, parts.pool, this);
    reader.onEnd = (code) => this.#peerEnded(code);
    reader.on("message", () => this.#heard());
    reader.on("pong", () => this.#heard());
    reader.on("ping", (data: Buffer) => this.#pinged(data));
    // It is told by `onEnd`, too.
    reader.on("error", () => {});
    // `ws` ends the socket when its peer does.
    socket.once("end", () => this.#closed());
    socket.once("close", () => this.#closed());
    parts.heartbeat.add(this);
    open.set(socket, this);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get waitingBytes(): number {
    return this.#outbox.waitingBytes;
  }

  /** @param chunk whole frames */
  deliver(chunk: Chunk): void {
    if (this.#isOpen) this.#outbox.push(chunk);
  }

  /** Resolves when the peer has taken all that was delivered, or the connection ends; at the earliest when this turn is over. */
  whenDrained(): Promise<void> {
    const { clock } = this.#parts;
    return new Promise((resolve) => {
      const look = (): void => {
        if (!this.#isOpen || this.#outbox.waitingBytes === 0) resolve();
        else if (this.#outbox.waitingMs > 0) this.#waiting.push(look);
        // It is written in this turn, or in one of the next.
        else clock.soon(look);
      };
      clock.soon(look);
    });
  }

  /** Says why, and closes when that is written and the peer has answered. */
  closeBecause(reason: WebSocketEnd): void {
    this.#close(closeCodes[reason]);
  }

  /** Closes at once: what is not written by now is lost. */
  cutOff(): void {
    this.#outbox.flush();
    this.#socket.destroy();
  }

  beat(ping: Chunk): void {
    const isStalled = this.#outbox.waitingMs > 0;
    const hasAnswered = this.#isHeard;
    this.#isHeard = false;
    this.#frames = 0;
    // The outbox bounds how long a peer may take nothing.
    if (isStalled) this.#isHeard = true;
    else if (hasAnswered) this.deliver(ping);
    else this.closeBecause("no-answer");
  }

  drained(): void {
    for (const look of this.#waiting.splice(0)) look();
  }

  tooSlow(): void {
    this.closeBecause("too-slow");
  }

  skipped(lines: number): void {
    if (!this.#owner.skipped(lines)) this.closeBecause("too-slow");
  }

  /** Frames have events and nothing else: the peer sees by their numbers that some are missing. */
  noticeOfSkipped(): Chunk {
    return toOwnChunk("");
  }

  #heard(): void {
    this.#isHeard = true;
    this.#frames += 1;
    if (this.#frames > MAX_FRAMES) this.closeBecause("too-many-frames");
  }

  /** Only the last of several pings need be answered (RFC 6455, 5.5.3): while nothing can be written, one waits. */
  #pinged(data: Buffer): void {
    this.#heard();
    const isAnswering = this.#ping !== null;
    this.#ping = Buffer.from(data);
    if (isAnswering) return;
    void this.whenDrained().then(() => {
      const payload = this.#ping ?? Buffer.alloc(0);
      this.#ping = null;
      this.deliver(toOwnChunk(frame(opcodes.pong, payload), false));
    });
  }

  #peerEnded(code: number | null): void {
    this.#hasPeerEnded = true;
    this.#close(code);
    this.#outbox.end();
  }

  #close(code: number | null): void {
    if (!this.#isOpen) return;
    const payload = Buffer.alloc(code === null ? 0 : 2);
    if (code !== null) payload.writeUInt16BE(code);
    this.#outbox.push(toOwnChunk(frame(opcodes.close, payload), false));
    this.#end();
    this.#deadline = this.#parts.clock.after(CLOSE_MS, () => this.cutOff());
    if (this.#hasPeerEnded) this.#outbox.end();
  }

  /** Nothing more is delivered. */
  #end(): void {
    this.#isOpen = false;
    this.#parts.heartbeat.remove(this);
    this.#owner.ended();
    for (const look of this.#waiting.splice(0)) look();
  }

  #closed(): void {
    if (this.#isOpen) this.#end();
    this.#deadline?.cancel();
    this.#outbox.close();
  }
}
