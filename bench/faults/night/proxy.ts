import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { type Direction, Link, OPEN, type Passage, type Weather } from "./link.ts";

/** Which connections a fault is about. */
export type Purposes = (purpose: string) => boolean;

export const ALL: Purposes = () => true;

interface Rule {
  readonly purposes: Purposes;
  readonly directions: readonly Direction[];
  readonly passage: () => Passage;
}

export const BOTH: readonly Direction[] = ["up", "down"];

/**
 * Stands between one node and its database as networks and balancers do: bytes are late, held or lost, connections are
 * reset or refused, and the name leads to another server after a failover. Faults add up, and each is taken back by
 * the function that its method returns.
 */
export class FaultProxy implements Weather {
  readonly port: number;
  readonly #server: Server;
  readonly #links = new Set<Link>();
  readonly #rules = new Set<Rule>();
  readonly #halfLogins = new Set<Purposes>();
  readonly #answers: ("cut" | "lose")[] = [];
  #target: number;
  #refusals = 0;

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#target = target;
    const address = server.address();
    this.port = typeof address === "object" && address ? address.port : 0;
    server.on("connection", (client) => this.#accept(client));
  }

  static async start(target: number): Promise<FaultProxy> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new FaultProxy(server, target);
  }

  /** New connections lead there, and those that are open are reset. */
  leadTo(target: number): void {
    this.#target = target;
    this.reset();
  }

  /** What these connections send in these directions fares like that; `passage` is asked for each piece. */
  change(purposes: Purposes, directions: readonly Direction[], passage: () => Passage): () => void {
    const rule = { purposes, directions, passage };
    this.#rules.add(rule);
    return () => {
      this.#rules.delete(rule);
      for (const link of this.#links) link.weatherChanged();
    };
  }

  /** Nothing that is sent from now on arrives, whether anything is sent or not; healing helps new connections only. */
  lose(purposes: Purposes): () => void {
    for (const link of this.#links) if (purposes(link.purpose)) link.lose();
    return this.change(purposes, BOTH, () => "lose");
  }

  /** Connections are lost between their login and the first answer. */
  loseAfterLogin(purposes: Purposes): () => void {
    this.#halfLogins.add(purposes);
    return () => this.#halfLogins.delete(purposes);
  }

  /** The next answers to appends that stored something fare like this. */
  spoilAnswers(...fates: readonly ("cut" | "lose")[]): () => void {
    this.#answers.push(...fates);
    return () => this.#answers.splice(0);
  }

  reset(purposes: Purposes = ALL): void {
    for (const link of this.#links) if (purposes(link.purpose)) link.reset();
  }

  refuse(): () => void {
    this.#refusals += 1;
    return () => (this.#refusals -= 1);
  }

  close(): void {
    this.#server.close();
    this.reset();
  }

  passage(purpose: string, direction: Direction): Passage {
    let delayMs = 0;
    for (const rule of this.#rules) {
      if (!rule.directions.includes(direction) || !rule.purposes(purpose)) continue;
      const passage = rule.passage();
      if (typeof passage === "string") return passage;
      delayMs += passage.delayMs;
    }
    return delayMs === 0 ? OPEN : { delayMs };
  }

  losesAfterLogin(purpose: string): boolean {
    return [...this.#halfLogins].some((purposes) => purposes(purpose));
  }

  answer(): "pass" | "cut" | "lose" {
    return this.#answers.shift() ?? "pass";
  }

  #accept(client: Socket): void {
    if (this.#refusals > 0) {
      client.on("error", () => {}).resetAndDestroy();
      return;
    }
    const link = new Link(client, this.#target, this, () => this.#links.delete(link));
    this.#links.add(link);
  }
}
