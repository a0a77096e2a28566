import type { Dialect } from "../peers/dialect.ts";
import type { Room } from "./room.ts";

const TOKEN_BYTES = "T=00000000".length;
const filler = "x".repeat(60);

/** One line after the other in each room, as people who are in no hurry say them, and how long each takes to the observer. */
export class SteadyTalk {
  /** From said until the observer had it, ms. Emptied by whoever measures. */
  latenciesMs: number[] = [];
  readonly #timers: NodeJS.Timeout[] = [];

  /** @param everyMs between two lines of a room; its people take turns */
  constructor(dialect: Dialect, rooms: readonly Room[], everyMs: number) {
    for (const room of rooms) this.#timers.push(this.#talk(dialect, room, everyMs));
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  #talk(dialect: Dialect, { name, observer, others }: Room, everyMs: number): NodeJS.Timeout {
    const saidAt = new Map<string, number>();
    let tail = "";
    observer.listener = (text) => {
      const all = tail + text;
      for (const [token] of all.matchAll(/T=\d{8}/g)) {
        const at = saidAt.get(token);
        saidAt.delete(token);
        if (at !== undefined) this.latenciesMs.push(performance.now() - at);
      }
      tail = all.slice(-TOKEN_BYTES + 1);
    };
    let number = 0;
    return setInterval(() => {
      const token = `T=${String((number += 1)).padStart(8, "0")}`;
      saidAt.set(token, performance.now());
      others[number % others.length]?.send(dialect.say(name, `${token} ${filler}`));
    }, everyMs);
  }
}
