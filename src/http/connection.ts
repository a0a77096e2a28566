import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { parseAddress } from "../domain/address.ts";
import type { ServerBans } from "../chat/server-bans.ts";
import type { OpenConnection } from "../net/protocol.ts";
import { type ClientError, textOfClientError } from "./client-errors.ts";

/**
 * Maximum number of requests that wait for their answers: whoever sends more at once is answered these, and closed. What a peer
 * does not take stays in memory.
 */
const MAX_RUNNING = 8;

const CONNECTIONS = new WeakMap<Socket, HttpConnection>();

/** Returns the connection of a socket that came in through the gate. */
export function connectionOf(socket: Socket): HttpConnection | undefined {
  return CONNECTIONS.get(socket);
}

/** Returns the address of a request's peer: the one that the gate knows, which a proxy may have told. */
export function addressOf(socket: Socket): string {
  return connectionOf(socket)?.address ?? parseAddress(socket.remoteAddress ?? "") ?? "";
}

/** What a connection has become that is not spoken in requests and answers any more, such as a WebSocket. */
export interface Upgraded {
  /** Says why, and closes when that is written. */
  closeBecause(reason: "shutdown" | "banned"): void;
  /** Closes at once: what is not written by now is lost. */
  cutOff(): void;
}

/** A socket on which HTTP is spoken. Node's server reads and writes it; this knows what it is in the middle of. */
export class HttpConnection implements OpenConnection {
  readonly address: string;
  readonly #socket: Socket;
  readonly #bans: ServerBans;
  /** Requests without a whole answer, in the order in which they came (pipelining: RFC 9112, 9.3.2). */
  readonly #running = new Map<ServerResponse, IncomingMessage>();
  #isGoing = false;
  /** What is spoken over the socket since it was upgraded. */
  #upgraded: Upgraded | null = null;

  constructor(socket: Socket, address: string, bans: ServerBans) {
    this.#socket = socket;
    this.address = address;
    this.#bans = bans;
    CONNECTIONS.set(socket, this);
  }

  /** Called for each request. Returns false for one that may not be handled: no answer can follow the last one. */
  begin(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.#running.size >= MAX_RUNNING) this.drain();
    if (this.#isGoing) return false;
    this.#running.set(response, request);
    response.once("close", () => this.#end(response));
    return true;
  }

  /** From here on all that the server wants of the connection goes to what it has become. */
  upgrade(upgraded: Upgraded): void {
    this.#upgraded = upgraded;
  }

  /** Called when the peer broke the protocol, or took too long. What was asked before is still answered. */
  broken(error: ClientError): void {
    const [response, request] = [...this.#running].at(-1) ?? [];
    // A request whose body is broken has no end, so nothing waits for its answer.
    if (response && !request?.complete) this.#running.delete(response);
    if (this.#running.size > 0) return this.drain();
    this.#isGoing = true;
    const text = response?.headersSent ? "" : textOfClientError(error);
    if (this.#socket.writable && text !== "") this.#socket.write(text);
    this.#socket.destroySoon();
  }

  /** What was upgraded goes on until its turn to drain comes. */
  goingAway(): void {
    if (!this.#upgraded) this.drain();
  }

  /** Closes the connection when the requests that came are answered; the last answer says so (RFC 9112, 9.6). */
  drain(): void {
    if (this.#upgraded) return this.#upgraded.closeBecause("shutdown");
    this.#isGoing = true;
    const last = [...this.#running.keys()].at(-1);
    if (!last) this.#socket.destroySoon();
    else if (!last.headersSent) last.setHeader("Connection", "close");
  }

  cutOff(): void {
    if (this.#upgraded) this.#upgraded.cutOff();
    else this.#socket.destroy();
  }

  closeIfBanned(): boolean {
    if (this.#bans.onAddress(this.address) === null) return false;
    if (this.#upgraded) this.#upgraded.closeBecause("banned");
    else this.#socket.destroy();
    return true;
  }

  closed(): void {}

  #end(response: ServerResponse): void {
    this.#running.delete(response);
    if (this.#isGoing && this.#running.size === 0) this.#socket.destroySoon();
  }
}
