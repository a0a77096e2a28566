import { Chance } from "../../../../test/support/sockets/hostile.ts";
import type { Nemesis } from "../nemesis.ts";
import { HISTORY_LOST } from "./history-lost.ts";
import { NETWORK } from "./network.ts";
import { NODES } from "./nodes.ts";
import { QUERIES } from "./queries.ts";
import { SERVER } from "./server.ts";

const NONE: Nemesis = {
  name: "none",
  what: "nothing happens",
  lastsMs: [0, 1],
  restMs: [0, 1],
  times: 0,
  strike: () => () => {},
};

export const NEMESES: readonly Nemesis[] = [NONE, ...NODES, ...SERVER, ...QUERIES, ...NETWORK, ...HISTORY_LOST];

/** Not among those that are put together: they need a server of their own, or leave nothing for the others to do. */
const ALONE = new Set(["none", "postgres-away", "stop-postgres-long", "restore", "failover", "full-queue"]);

/** Those of which some may strike at once. */
const TOGETHER = NEMESES.filter(({ name }) => !ALONE.has(name));
const TOGETHER_COUNT = 3;

/** Two of these would need the same server for themselves. */
function isSpecial({ needs = [] }: Nemesis): boolean {
  return needs.includes("disk") || needs.includes("standby");
}

/**
 * What strikes in one run: the nemesis of this name, those with a `+` between them, or three that depend on the seed
 * alone (`combo`). Throws where there is none of a name.
 */
export function choose(name: string, seed: number): readonly Nemesis[] {
  if (name !== "combo") return name.split("+").map(named);
  const chance = new Chance(seed);
  const chosen = new Set<Nemesis>();
  while (chosen.size < TOGETHER_COUNT) {
    const one = chance.of(TOGETHER);
    if (!isSpecial(one) || ![...chosen].some(isSpecial)) chosen.add(one);
  }
  return [...chosen];
}

function named(name: string): Nemesis {
  const nemesis = NEMESES.find((one) => one.name === name);
  if (!nemesis) throw new Error(`There is no nemesis ${name}. --list shows all.`);
  return nemesis;
}
