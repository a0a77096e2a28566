import { createServer, type Server, type Socket } from "node:net";
import { Connection, type Door } from "./connection.ts";
import { renderNotice } from "../protocol/render.ts";
import { texts } from "../protocol/texts.ts";

export interface ListenerSettings {
  /** Addresses to listen on; null: all of this machine's, of both families. */
  readonly hosts: readonly string[] | null;
  /** 0: a free one. */
  readonly port: number;
  /** After so long without a byte from the peer, the kernel asks it whether it is there; 0 = never. */
  readonly keepaliveMs: number;
}

/** The kernel cuts this to net.core.somaxconn. With a short queue, people who come together wait for seconds. */
const BACKLOG = 65535;
/** What is left of the time to drain when the last connection is closed: for what it has to be written yet. */
const GRACE_MS = 1000;

/** The telnet door: accepts connections, and closes them when the server goes. */
export class Listener {
  readonly #door: Door;
  readonly #settings: ListenerSettings;
  readonly #servers: Server[] = [];
  readonly #connections = new Set<Connection>();
  #whenEmpty: (() => void) | null = null;

  constructor(door: Door, settings: ListenerSettings) {
    this.#door = door;
    this.#settings = settings;
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Listens on every address, and returns the port. Rejects with the system's error: port in use, no permission … */
  async listen(): Promise<number> {
    let { port } = this.#settings;
    if (this.#settings.hosts === null) return this.#listenOnAll(port);
    for (const host of this.#settings.hosts) port = await this.#listenOn(host, port);
    return port;
  }

  /** New connections are refused by the kernel from now on; those that are open stay. */
  stopAccepting(): void {
    for (const server of this.#servers.splice(0)) server.close();
  }

  /**
   * Tells everybody why, and closes their connections, spread over `overMs`. Resolves when the last one is gone: a peer
   * that has not closed its side by the end of that time, which is never less than the grace, is cut off.
   */
  async closeAll(overMs: number): Promise<void> {
    const all = [...this.#connections];
    const stepMs = Math.max(overMs - GRACE_MS, 0) / Math.max(all.length, 1);
    for (const connection of all) connection.reply(renderNotice(texts.restarting));
    all.forEach((connection, i) => {
      this.#door.chat.clock.after(Math.floor(i * stepMs), () => connection.drain());
    });
    this.#door.chat.clock.after(Math.max(overMs, GRACE_MS), () => {
      for (const connection of this.#connections) connection.cutOff();
    });
    await new Promise<void>((resolve) => {
      if (this.#connections.size === 0) resolve();
      else this.#whenEmpty = resolve;
    });
  }

  async #listenOnAll(port: number): Promise<number> {
    try {
      return await this.#listenOn("::", port);
    } catch (error) {
      // A kernel without IPv6.
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "EAFNOSUPPORT" && code !== "EADDRNOTAVAIL") throw error;
      return this.#listenOn("0.0.0.0", port);
    }
  }

  #listenOn(host: string, port: number): Promise<number> {
    const server = createServer(
      {
        allowHalfOpen: true,
        keepAlive: this.#settings.keepaliveMs > 0,
        keepAliveInitialDelay: this.#settings.keepaliveMs,
      },
      (socket) => this.#accept(socket),
    );
    this.#servers.push(server);
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port, backlog: BACKLOG }, () => {
        const address = server.address();
        resolve(typeof address === "object" && address ? address.port : port);
      });
    });
  }

  #accept(socket: Socket): void {
    const connection = new Connection(socket, this.#door);
    this.#connections.add(connection);
    this.#door.watch.opened();
    socket.once("close", () => {
      this.#connections.delete(connection);
      if (this.#connections.size === 0) this.#whenEmpty?.();
    });
  }
}
