import { setTimeout as sleep } from "node:timers/promises";
import type { Chance } from "../../../test/support/sockets/hostile.ts";
import type { ChatdNode } from "./chatd-node.ts";
import type { FullQueue } from "./full-queue.ts";
import type { RunDatabase } from "./run-database.ts";
import type { Standby } from "./standby.ts";

/** What a fault can reach. */
export interface Site {
  readonly nodes: readonly ChatdNode[];
  readonly database: RunDatabase;
  readonly leaseMs: number;
  /** Null where the nemesis asked for none. */
  readonly standby: Standby | null;
  readonly fullQueue: FullQueue | null;
  /** Where something the size of a small disk is mounted and holds the database; null: on the machine's disk. */
  readonly disk: string | null;
  /** Cuts the connections of some people. */
  readonly hangUp: (chance: Chance) => void;
  /** How far the wall clock of each node is off, in milliseconds, is written to these files. */
  readonly clockFiles: readonly string[];
}

const HEAL_PATIENCE_MS = 40_000;
const HEAL_AGAIN_MS = 100;

export type Heal = () => Promise<void> | void;

/** A kind of fault, which strikes again and again during a run. */
export interface Nemesis {
  readonly name: string;
  /** What happens, for the table. */
  readonly what: string;
  /** How long it lasts each time, from the least to the most. */
  readonly lastsMs: readonly [number, number];
  /** Quiet before each time. */
  readonly restMs: readonly [number, number];
  /** Strikes at most so many times; no limit where nothing is said. */
  readonly times?: number;
  /** The database may be one of a moment ago afterwards: what was stored since then is gone. */
  readonly goesBack?: boolean;
  /** Afterwards connections may wait for bytes that never come, as long as they may. */
  readonly losesBytes?: boolean;
  /** Nobody else should use the PostgreSQL server after it. */
  readonly spoilsServer?: boolean;
  readonly needs?: readonly ("standby" | "disk" | "clock" | "pg_dump" | "full-queue" | "audit")[];
  /** More arguments for each node. */
  readonly args?: readonly string[];
  /** Begins; what it returns takes it back. Rejects where it could not begin. */
  strike(site: Site, chance: Chance): Promise<Heal> | Heal;
}

/** What a run does with its nemeses. */
export interface Loose {
  readonly chance: Chance;
  /** Nothing strikes after it. */
  readonly signal: AbortSignal;
  /** The whole run is given up. */
  readonly stop: AbortSignal;
  /** Others strike at the same time: what one of them has broken may keep this one from beginning. */
  readonly isOneOfMany: boolean;
  /** Called each time that it has begun. */
  readonly struck: () => void;
}

/** Lets a nemesis strike, heal and rest until the signal; all is healed when it returns. Returns how often it struck. */
export async function letLoose(nemesis: Nemesis, site: Site, loose: Loose): Promise<number> {
  const { chance, signal, stop, isOneOfMany, struck } = loose;
  let times = 0;
  while (times < (nemesis.times ?? Infinity)) {
    await rest(between(chance, nemesis.restMs), signal);
    if (signal.aborted) break;
    const lastsMs = between(chance, nemesis.lastsMs);
    let heal: Heal;
    try {
      heal = await nemesis.strike(site, chance);
    } catch (error) {
      if (isOneOfMany) continue;
      throw error;
    }
    times += 1;
    struck();
    await rest(lastsMs, signal);
    await insist(heal, stop);
  }
  return times;
}

/** Tries again while another fault is in the way; once where the run is given up. */
export async function insist(heal: Heal, stop: AbortSignal): Promise<void> {
  const endMs = performance.now() + HEAL_PATIENCE_MS;
  for (;;) {
    try {
      await heal();
      return;
    } catch (error) {
      if (performance.now() > endMs || stop.aborted) throw error;
      await sleep(HEAL_AGAIN_MS);
    }
  }
}

/** From the least to the most. */
export function between(chance: Chance, [least, most]: readonly [number, number]): number {
  return least + chance.below(Math.max(1, most - least));
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
