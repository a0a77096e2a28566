import { writeFileSync } from "node:fs";
import type { ChatdNode } from "../chatd-node.ts";
import type { Nemesis } from "../nemesis.ts";

/** Longer than `--drain` and than all that a node does at its end. */
export const END_WITHIN_MS = 15_000;
const CLOCK_STEPS_MS = [-3_600_000, -60_000, -5000, 5000, 60_000, 3_600_000, 86_400_000];
const ROLLING_MS: readonly [number, number] = [500, 1500];

/** Faults of the nodes' own processes. */
export const NODES: readonly Nemesis[] = [
  {
    name: "kill-node",
    what: "kill -9 a node, again after a while",
    lastsMs: [500, 6000],
    restMs: [1000, 4000],
    async strike({ nodes }, chance) {
      const node = chance.of(nodes);
      await kill(node);
      return () => node.startAnyhow();
    },
  },
  {
    name: "kill-starting",
    what: "kill -9 a node again and again, also while it starts",
    lastsMs: [100, 900],
    restMs: [100, 600],
    async strike({ nodes }, chance) {
      const node = nodes[0] ?? chance.of(nodes);
      await kill(node);
      // It is killed again before it has started, or soon after.
      const starting = node.startAnyhow().catch(() => {});
      return async () => {
        if (chance.below(2) === 0) await starting;
        else await kill(node);
        await node.startAnyhow();
      };
    },
  },
  {
    name: "kill-all",
    what: "kill -9 all nodes at once",
    lastsMs: [100, 2000],
    restMs: [3000, 6000],
    times: 2,
    async strike({ nodes }) {
      await Promise.all(nodes.map(kill));
      return async () => {
        await Promise.all(nodes.map((node) => node.startAnyhow()));
      };
    },
  },
  stop("stop-node", "SIGSTOP a node for 0.3–2.3 s", [300, 2300], [1000, 3000]),
  stop("stop-node-long", "SIGSTOP a node for 5–8 s, with a short lease more than that", [5000, 8000], [1000, 3000]),
  stop("stutter", "SIGSTOP nodes for 50–400 ms again and again", [50, 400], [20, 200]),
  {
    name: "rolling",
    what: "SIGTERM one node after the other, each started again",
    lastsMs: ROLLING_MS,
    restMs: ROLLING_MS,
    async strike({ nodes }, chance) {
      const node = chance.of(nodes);
      await node.end("SIGTERM", END_WITHIN_MS);
      return () => node.startAnyhow();
    },
  },
  {
    name: "clock",
    what: "the wall clock of a node steps, by −1 h to +1 d",
    lastsMs: [1000, 4000],
    restMs: [500, 2000],
    needs: ["clock"],
    strike({ clockFiles }, chance) {
      const file = chance.of(clockFiles);
      writeFileSync(file, String(chance.of(CLOCK_STEPS_MS)));
      return () => writeFileSync(file, "0");
    },
  },
];

async function kill(node: ChatdNode): Promise<void> {
  await node.end("SIGKILL", END_WITHIN_MS);
}

function stop(name: string, what: string, lastsMs: Nemesis["lastsMs"], restMs: Nemesis["restMs"]): Nemesis {
  return {
    name,
    what,
    lastsMs,
    restMs,
    strike({ nodes }, chance) {
      const node = chance.of(nodes);
      node.signal("SIGSTOP");
      return () => node.signal("SIGCONT");
    },
  };
}
