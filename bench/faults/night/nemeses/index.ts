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

/** Those of which three may strike at once. */
export const TOGETHER: readonly Nemesis[] = NEMESES.filter(({ name }) => !ALONE.has(name));
