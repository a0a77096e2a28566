import { connect, createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";
import type { Test } from "tap";

/** What becomes of one notification. */
export type Fate = "pass" | "drop" | "twice" | "later";

interface Link {
  /** `application_name` of the connection; empty until its first packet came. */
  purpose: string;
  readonly client: Socket;
  readonly server: Socket;
  /** Bytes go nowhere, and nobody is told. */
  isSwallowed: boolean;
}

const HEADER_BYTES = 5;
const LATE_MS = 50;
const NOTIFICATION = "A".charCodeAt(0);

/** Stands between a node and PostgreSQL, and does what networks do. */
export class DatabaseProxy {
  readonly port: number;
  /** How many answers were swallowed. */
  swallowedAnswers = 0;
  /** Decides about each notification that comes to the node. */
  fate: () => Fate = () => "pass";
  readonly #server: Server;
  readonly #links = new Set<Link>();
  #answersToSwallow = 0;
  #isCut: (purpose: string) => boolean = () => false;

  private constructor(server: Server, target: number) {
    this.#server = server;
    const address = server.address();
    this.port = typeof address === "object" && address ? address.port : 0;
    server.on("connection", (client) => this.#link(client, target));
  }

  static async start(t: Test, target: number): Promise<DatabaseProxy> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const proxy = new DatabaseProxy(server, target);
    t.teardown(() => proxy.#close());
    return proxy;
  }

  /** Of these connections no byte goes through any more, and no new one is answered; nobody is told. */
  cut(isCut: (purpose: string) => boolean = () => true): void {
    this.#isCut = isCut;
    for (const link of this.#links) if (isCut(link.purpose)) link.isSwallowed = true;
  }

  /** New connections go through again. What was swallowed stays so: those connections never hear anything again. */
  heal(): void {
    this.#isCut = () => false;
  }

  /** The next so many answers that tell of a stored batch do not arrive, and their connections are cut. */
  swallowAnswers(count: number): void {
    this.#answersToSwallow = count;
  }

  #link(client: Socket, target: number): void {
    const server = connect({ port: target, host: "127.0.0.1" });
    const link: Link = { purpose: "", client, server, isSwallowed: false };
    const notices = new Notifications(
      () => this.fate(),
      (late) => client.write(late),
    );
    this.#links.add(link);
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.on("close", () => {
        if (link.isSwallowed) return;
        client.destroy();
        server.destroy();
        this.#links.delete(link);
      });
    }
    client.on("data", (bytes: Buffer) => {
      if (link.purpose === "") {
        link.purpose = /application_name\0chatd ([a-z]+)\0/.exec(bytes.toString("latin1"))?.[1] ?? "?";
        link.isSwallowed ||= this.#isCut(link.purpose);
      }
      if (!link.isSwallowed) server.write(bytes);
    });
    server.on("data", (bytes: Buffer) => {
      if (link.isSwallowed) return;
      if (link.purpose === "append" && this.#answersToSwallow > 0 && bytes.includes("stored")) {
        this.#answersToSwallow -= 1;
        this.swallowedAnswers += 1;
        client.destroy();
        return;
      }
      client.write(link.purpose === "listen" ? notices.filter(bytes) : bytes);
    });
  }

  #close(): void {
    this.#server.close();
    for (const { client, server } of this.#links) {
      client.destroy();
      server.destroy();
    }
  }
}

/** The messages of one connection from the server, of which notifications may be lost, doubled and late. */
class Notifications {
  readonly #fate: () => Fate;
  #unread = Buffer.alloc(0);
  readonly #write: (message: Buffer) => void;

  constructor(fate: () => Fate, write: (message: Buffer) => void) {
    this.#fate = fate;
    this.#write = write;
  }

  filter(bytes: Buffer): Buffer {
    this.#unread = Buffer.concat([this.#unread, bytes]);
    const out: Buffer[] = [];
    for (;;) {
      if (this.#unread.length < HEADER_BYTES) break;
      const length = 1 + this.#unread.readUInt32BE(1);
      if (this.#unread.length < length) break;
      const message = this.#unread.subarray(0, length);
      this.#unread = this.#unread.subarray(length);
      out.push(...(message[0] === NOTIFICATION ? this.#decide(message) : [message]));
    }
    return Buffer.concat(out);
  }

  #decide(message: Buffer): Buffer[] {
    switch (this.#fate()) {
      case "drop":
        return [];
      case "later":
        // After others that pass, and after what is read because it is missing.
        setTimeout(() => this.#write(message), LATE_MS);
        return [];
      case "twice":
        return [message, message];
      case "pass":
        return [message];
    }
  }
}
