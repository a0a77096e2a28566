import { setTimeout as sleep } from "node:timers/promises";
import { Chance } from "../../../test/support/hostile.ts";
import type { Transcript } from "../history.ts";
import { Player, type Surroundings } from "../player.ts";
import type { ChatdNode } from "./chatd-node.ts";
import { TcpLine } from "./tcp-line.ts";

const THINK_MS = 150;
const AWAY_MS = 300;
/** They fight for one name. */
const RIVALS = 3;
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
    const rivals = Math.min(RIVALS, Math.max(0, people - 2));
    const names = Array.from({ length: people }, (_, i) => (i < rivals ? "vic" : `p${i}`));
    this.#players = names.map(
      (name, i) =>
        new Player(name, world, new Chance(seed * 1009 + i), {
          thinkMs: THINK_MS,
          awayMs: AWAY_MS,
          others: [...new Set(names)],
          isRival: i < rivals,
        }),
    );
  }

  begin(): void {
    for (const player of this.#players) player.begin();
  }

  /** Nobody does anything more; returns whether everybody is in and answered in time. */
  async hush(withinMs: number): Promise<boolean> {
    for (const player of this.#players) player.hush();
    return this.#settled(withinMs);
  }

  /** Everybody says one line; returns whether all were answered in time. */
  async probe(withinMs: number): Promise<boolean> {
    for (const player of this.#players) if (player.isIn) player.probe();
    return this.#settled(withinMs);
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
    return line;
  }

  #begin(name: string, node: number): Transcript {
    const transcript = { id: this.transcripts.length + 1, name, node, moments: [] };
    this.transcripts.push(transcript);
    return transcript;
  }

  async #settled(withinMs: number): Promise<boolean> {
    const endMs = performance.now() + withinMs;
    while (!this.#players.every((player) => player.isSettled)) {
      if (performance.now() > endMs) return false;
      await sleep(LOOK_AGAIN_MS);
    }
    return true;
  }
}

/** Milliseconds since 1970 that never go back. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
