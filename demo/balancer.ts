import { once } from "node:events";
import { connect, type Server, type Socket } from "node:net";

/** Where a connection may go. */
export interface Target {
  readonly port: number;
}

/** Leads each connection to the next target that takes it, and knows nothing of what goes through. */
export class Balancer {
  readonly #targets: readonly Target[];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #next = 0;

  constructor(targets: readonly Target[], server: Server) {
    this.#targets = targets;
    this.#server = server.on("connection", (client) => this.#lead(client, this.#targets.length));
  }

  /** Listens on the port (0: a free one) of this machine, and returns it. */
  async listen(port: number): Promise<number> {
    this.#server.listen(port, "127.0.0.1");
    await once(this.#server, "listening");
    const address = this.#server.address();
    return typeof address === "object" && address ? address.port : port;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #lead(client: Socket, triesLeft: number): void {
    const target = this.#targets[this.#next % this.#targets.length];
    this.#next += 1;
    if (!target || triesLeft === 0) {
      client.destroy();
      return;
    }
    const server = connect({ port: target.port, host: "127.0.0.1", noDelay: true });
    const tryNext = (): void => this.#lead(client, triesLeft - 1);
    server.once("error", tryNext);
    server.once("connect", () => {
      server.off("error", tryNext);
      this.#join(client, server);
    });
  }

  #join(client: Socket, server: Socket): void {
    client.setNoDelay(true);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      from.on("error", () => {});
      from.once("close", () => {
        this.#sockets.delete(from);
        to.destroySoon();
      });
      from.pipe(to);
    }
  }
}
