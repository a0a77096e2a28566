import type { Dialect } from "../peers/dialect.ts";
import type { Room } from "./room.ts";

const TOKEN_BYTES = "T=00000000".length;
const filler = "x".repeat(60);

/** One line after the other in each room, as people who are in no hurry say them, and how long each takes to the observer. */
export class SteadyTalk {
  #latenciesMs: number[] = [];
  /** When the lines were said that are under way. */
  #saidAtMs = new Map<string, number>();
  #lastNumber = 0;
  readonly #timers: NodeJS.Timeout[] = [];

  /** @param everyMs between two lines of a room; its people take turns */
  constructor(dialect: Dialect, rooms: readonly Room[], everyMs: number) {
    for (const room of rooms) this.#timers.push(this.#talk(dialect, room, everyMs));
  }

  /** Forgets the lines so far, also those that are under way. */
  startWindow(): void {
    this.#latenciesMs = [];
    this.#saidAtMs.clear();
  }

  /** Of each line since the window started: how long until the observer had it, or for how long it has not come, ms. */
  get latenciesMs(): number[] {
    const nowMs = performance.now();
    return [...this.#latenciesMs, ...[...this.#saidAtMs.values()].map((atMs) => nowMs - atMs)];
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  #talk(dialect: Dialect, { name, observer, others }: Room, everyMs: number): NodeJS.Timeout {
    let tail = "";
    observer.listener = (text) => {
      const all = tail + text;
      for (const [token] of all.matchAll(/T=\d{8}/g)) {
        const atMs = this.#saidAtMs.get(token);
        this.#saidAtMs.delete(token);
        if (atMs !== undefined) this.#latenciesMs.push(performance.now() - atMs);
      }
      tail = all.slice(-TOKEN_BYTES + 1);
    };
    let lines = 0;
    return setInterval(() => {
      const token = `T=${String((this.#lastNumber += 1)).padStart(8, "0")}`;
      this.#saidAtMs.set(token, performance.now());
      others[(lines += 1) % others.length]?.send(dialect.say(name, `${token} ${filler}`));
    }, everyMs);
  }
}
