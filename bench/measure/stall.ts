import { Agent, get } from "node:http";

const EVERY_MS = 20;

/**
 * Asks a server every 20 ms whether it is alive, as a load balancer does, and remembers how long an answer took at most:
 * so long did one turn of its event loop take. At most one question is under way.
 */
export class StallProbe {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #url: string;
  readonly #timer: NodeJS.Timeout;
  #askedAtMs: number | null = null;
  #longestMs = 0;

  constructor(opsPort: number) {
    this.#url = `http://127.0.0.1:${opsPort}/healthz`;
    this.#timer = setInterval(() => this.#ask(), EVERY_MS);
  }

  /** The longest time since it was asked for last; a question without an answer counts. */
  takeLongestMs(): number {
    const longestMs = Math.max(this.#longestMs, this.#waitedMs());
    this.#longestMs = 0;
    return longestMs;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#agent.destroy();
  }

  #waitedMs(): number {
    return this.#askedAtMs === null ? 0 : performance.now() - this.#askedAtMs;
  }

  /** A server that does not answer any more fails the measurement, as it does where people talk to it. */
  #ask(): void {
    if (this.#askedAtMs !== null) return;
    this.#askedAtMs = performance.now();
    get(this.#url, { agent: this.#agent }, (response) => {
      response.resume().once("end", () => {
        this.#longestMs = Math.max(this.#longestMs, this.#waitedMs());
        this.#askedAtMs = null;
      });
    });
  }
}
