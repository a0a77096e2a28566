import { createServer, type Server, type Socket } from "node:net";
import { type Admitted, type Gate, receive } from "./arrival.ts";
import type { OpenConnection, Protocol } from "./protocol.ts";
import type { Tls } from "./tls.ts";

/** Where to listen, and whether TLS is spoken there. */
export interface Place {
  /** Addresses to listen on; null: all of this machine's, of both families. */
  readonly hosts: readonly string[] | null;
  /** 0: a free one. */
  readonly port: number;
  /** Listening sockets that were handed on, as file descriptors. With any, `hosts` and `port` have no effect. */
  readonly fds: readonly number[];
  /** Null: no TLS. */
  readonly tls: Tls | null;
}

/** Queue of new connections; net.core.somaxconn limits it. With a short one, people who come together wait seconds. */
const BACKLOG = 65535;
/** Minimum time of a drain, and the part of it that is left for the last connection to write. */
const GRACE_MS = 1000;

/** Accepts the connections of one protocol, on any number of ports, and closes them when the server goes. */
export class Listener {
  readonly #protocol: Protocol;
  readonly #gate: Gate;
  readonly #keepaliveMs: number;
  readonly #servers: Server[] = [];
  readonly #connections = new Set<OpenConnection>();
  /** Sockets that are not connections yet: their PROXY header or TLS handshake is not complete. */
  readonly #arriving = new Set<Socket>();
  #whenEmpty: (() => void) | null = null;

  /** @param keepaliveMs time without a byte from the peer after which the kernel asks it whether it is there; 0 = never */
  constructor(protocol: Protocol, gate: Gate, keepaliveMs: number) {
    this.#protocol = protocol;
    this.#gate = gate;
    this.#keepaliveMs = keepaliveMs;
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Listens on every address. Resolves with the port. Rejects with the system's error: port in use, no permission. */
  async listen({ hosts, port, fds, tls }: Place): Promise<number> {
    let bound = port;
    if (fds.length > 0) for (const fd of fds) bound = await this.#listenOn({ fd }, bound, tls);
    else if (hosts === null) bound = await this.#listenOnAll(port, tls);
    else for (const host of hosts) bound = await this.#listenOn({ host, port: bound }, bound, tls);
    return bound;
  }

  /** Stops accepting. The kernel refuses newcomers, or keeps them for the next process if systemd owns the socket. */
  stopAccepting(): void {
    for (const server of this.#servers.splice(0)) server.close();
  }

  /** Closes the connections of peers who are banned by now. Returns their number. */
  closeBanned(): number {
    return [...this.#connections].filter((connection) => connection.closeIfBanned()).length;
  }

  /**
   * Tells everybody why, and closes all connections over `overMs`. Resolves when the last one is gone: who is still
   * there after `overMs`, or after `GRACE_MS` if that is longer, is cut off.
   */
  async closeAll(overMs: number, why: string): Promise<void> {
    for (const socket of this.#arriving) socket.destroy();
    const all = [...this.#connections];
    const stepMs = Math.max(overMs - GRACE_MS, 0) / Math.max(all.length, 1);
    for (const connection of all) connection.goingAway(why);
    all.forEach((connection, i) => {
      this.#gate.clock.after(Math.floor(i * stepMs), () => connection.drain());
    });
    this.#gate.clock.after(Math.max(overMs, GRACE_MS), () => this.cutOffAll());
    await new Promise<void>((resolve) => {
      if (this.#connections.size === 0) resolve();
      else this.#whenEmpty = resolve;
    });
  }

  /** Closes all connections at once: what is not written by now is lost. */
  cutOffAll(): void {
    for (const socket of this.#arriving) socket.destroy();
    for (const connection of this.#connections) connection.cutOff();
  }

  async #listenOnAll(port: number, tls: Tls | null): Promise<number> {
    try {
      return await this.#listenOn({ host: "::", port }, port, tls);
    } catch (error) {
      // A kernel without IPv6.
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "EAFNOSUPPORT" && code !== "EADDRNOTAVAIL") throw error;
      return this.#listenOn({ host: "0.0.0.0", port }, port, tls);
    }
  }

  #listenOn(place: { host: string; port: number } | { fd: number }, port: number, tls: Tls | null): Promise<number> {
    const server = createServer(
      {
        allowHalfOpen: true,
        // An outbox makes one write per turn, which must not wait until the peer has acknowledged the one before.
        noDelay: true,
        keepAlive: this.#keepaliveMs > 0,
        keepAliveInitialDelay: this.#keepaliveMs,
      },
      (socket) => this.#accept(socket, tls),
    );
    this.#servers.push(server);
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen({ ...place, backlog: BACKLOG }, () => {
        server.on("error", (error) => this.#gate.telemetry.failed("accept connections", error));
        const address = server.address();
        resolve(typeof address === "object" && address ? address.port : port);
      });
    });
  }

  #accept(socket: Socket, tls: Tls | null): void {
    this.#gate.telemetry.opened();
    const arrival = receive(socket, { gate: this.#gate, protocol: this.#protocol, tls });
    if (!(arrival instanceof Promise)) return this.#enter(arrival);
    this.#arriving.add(socket);
    arrival
      .then((admitted) => this.#enter(admitted))
      .catch((error: unknown) => {
        socket.destroy();
        this.#gate.telemetry.failed("receive a connection", error);
      })
      .finally(() => this.#arriving.delete(socket));
  }

  #enter(admitted: Admitted | null): void {
    if (!admitted) return;
    const { socket, address, mustLeave } = admitted;
    const { admission } = this.#gate;
    // A socket that was closed meanwhile has had its `close` event already.
    if (socket.destroyed) return mustLeave ? admission.leave(address) : undefined;
    const connection = this.#protocol.connect(socket, address);
    this.#connections.add(connection);
    // One listener does everything: each one costs memory on every connection.
    socket.on("close", () => {
      if (mustLeave) admission.leave(address);
      connection.closed();
      this.#connections.delete(connection);
      if (this.#connections.size === 0) this.#whenEmpty?.();
    });
  }
}
