import type { Chance } from "../../../test/support/sockets/hostile.ts";
import type { Fate } from "./database.ts";
import type { Timeline } from "./timeline.ts";

/** What a connection to the database is for. */
export const PURPOSES = ["append", "rooms", "history", "lease", "presence", "listen", "notify"] as const;
export type Purpose = (typeof PURPOSES)[number];

/** What a fault does to a statement, or (`isLogin`) to the making of a connection; null: nothing. */
export type Cloud = (node: number, purpose: Purpose, isLogin: boolean) => Partial<Fate> | null;

/** What happens on the way between nodes and database, as the faults of the moment make it. */
export class Weather {
  readonly #timeline: Timeline;
  readonly #chance: Chance;
  readonly #clouds = new Set<Cloud>();
  readonly #networkMs: number;

  /** @param networkMs what one way between a node and the database takes, about */
  constructor(timeline: Timeline, chance: Chance, networkMs: number) {
    this.#networkMs = networkMs;
    this.#timeline = timeline;
    this.#chance = chance;
  }

  /** From now on for so long. */
  add(cloud: Cloud, forMs: number): void {
    this.#clouds.add(cloud);
    this.#timeline.after(forMs, () => this.#clouds.delete(cloud));
  }

  fateOf(node: number, purpose: Purpose, isLogin = false): Fate {
    const fate = {
      requestMs: this.shortMs(),
      answerMs: this.shortMs(),
      answer: "comes",
      isRun: true,
      refusal: null,
    } as const;
    for (const cloud of this.#clouds) {
      const change = cloud(node, purpose, isLogin);
      if (change) return { ...fate, ...change };
    }
    return fate;
  }

  /** What one way takes where nothing is wrong. */
  shortMs(): number {
    return (this.#networkMs * (this.#chance.below(1000) + 100)) / 1000;
  }
}
