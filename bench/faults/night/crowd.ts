import { setTimeout as sleep } from "node:timers/promises";
import { Chance } from "../../../test/support/sockets/hostile.ts";
import type { Transcript } from "../history.ts";
import { Player, type Surroundings } from "../player.ts";
import type { ChatdNode } from "./chatd-node.ts";
import { TcpLine } from "./tcp-line.ts";

const THINK_MS = 150;
const AWAY_MS = 300;
/** So many people fight for one name, and there is such a name for so many people. */
const RIVALS = 3;
const RIVAL_NAME = "vic";
const PEOPLE_PER_RIVALRY = 6;
/** One of so many connections is lost. */
const LOST_OF = 3;
const LOOK_AGAIN_MS = 20;

/** The people of one run, each with a connection to some node. */
export class Crowd {
  readonly transcripts: Transcript[] = [];
  readonly #players: readonly Player[];
  readonly #lines = new Set<TcpLine>();
  #isOver = false;

  constructor(nodes: readonly ChatdNode[], people: number, seed: number) {
    const world: Surroundings = {
      nodes: nodes.length,
      connect: (node) => this.#connect(nodes[node]?.port ?? 0),
      after: (ms, task) =>
        void setTimeout(() => {
          if (!this.#isOver) task();
        }, ms),
      nowMs,
      begin: (name, node) => this.#begin(name, node),
    };
    const rivalries = Math.floor(people / PEOPLE_PER_RIVALRY);
    const names = Array.from({ length: people }, (_, i) =>
      i < rivalries * RIVALS ? `${RIVAL_NAME}${i % rivalries}` : `p${i}`,
    );
    this.#players = names.map(
      (name, i) =>
        new Player(name, world, new Chance(seed * 1009 + i), {
          thinkMs: THINK_MS,
          awayMs: AWAY_MS,
          others: [...new Set(names)],
          isRival: i < rivalries * RIVALS,
        }),
    );
  }

  begin(): void {
    for (const player of this.#players) player.begin();
  }

  /** Nobody does anything more; returns who is not in and answered in time, a sentence each. */
  async hush(withinMs: number): Promise<string[]> {
    for (const player of this.#players) player.hush();
    return this.#settled(withinMs);
  }

  /** Everybody who is in says one line; returns who was not answered in time, a sentence each. */
  async probe(withinMs: number): Promise<string[]> {
    for (const player of this.#players) if (player.isIn) player.probe();
    return this.#settled(withinMs);
  }

  /** Some connections are lost. */
  hangUp(chance: Chance): void {
    for (const line of this.#lines) if (chance.below(LOST_OF) === 0) line.end();
  }

  /** Nothing is written down any more, and everybody stays. */
  mute(): void {
    this.#isOver = true;
    for (const line of this.#lines) line.mute();
  }

  end(): void {
    this.mute();
    for (const line of this.#lines) line.end();
  }

  #connect(port: number): TcpLine {
    const line = new TcpLine(port);
    this.#lines.add(line);
    line.onClose = () => this.#lines.delete(line);
    return line;
  }

  #begin(name: string, node: number): Transcript {
    const transcript = { id: this.transcripts.length + 1, name, node, moments: [] };
    this.transcripts.push(transcript);
    return transcript;
  }

  async #settled(withinMs: number): Promise<string[]> {
    const endMs = performance.now() + withinMs;
    for (;;) {
      const open = this.#players.filter((player) => !player.isSettled);
      if (open.length === 0) return [];
      if (performance.now() > endMs) return open.map((player) => stateOf(player, withinMs));
      await sleep(LOOK_AGAIN_MS);
    }
  }
}

/** Whether several people fight for this name. */
export function isRival(name: string): boolean {
  return name.startsWith(RIVAL_NAME);
}

function stateOf({ name, isIn, transcript }: Player, waitedMs: number): string {
  const what = isIn ? "has no answer" : "is not in";
  return `${name} (transcript ${transcript?.id}, node ${transcript?.node}) ${what} after ${waitedMs} ms of quiet`;
}

/** Milliseconds since 1970 that never go back. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
