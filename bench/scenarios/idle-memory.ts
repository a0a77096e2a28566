import { bounded } from "../load/bounded.ts";
import { logIn, onlyNode } from "../load/target.ts";
import type { Server } from "../load/target.ts";
import { settledRssBytes } from "../measure/settle.ts";
import { sessionCount } from "./session-count.ts";
import type { Effort, Measures, Scenario } from "./scenario.ts";

export const idleMemory: Scenario = {
  name: "idle-memory",
  about:
    "What a session costs that is in no room and says nothing: growth of the resident memory from a third of the sessions to all, " +
    "as a daemon's first sessions also fill what it has allocated before.",
  headline: "bytesPerSession",
  columns: [
    { metric: "sessions", label: "sessions", format: "count" },
    { metric: "emptyBytes", label: "empty daemon", format: "bytes" },
    { metric: "bytesPerSession", label: "memory per session", format: "bytes", better: "lower" },
  ],
  rows: [{ key: "idle-memory", title: "idle sessions", lobby: false, manyAddresses: true, load }],
};

async function load(server: Server, effort: Effort): Promise<Measures> {
  const sessions = sessionCount(effort);
  const emptyBytes = await settledRssBytes(onlyNode(server).pid);
  const first = Math.round(sessions / 3);
  const open = (count: number, from: number): Promise<void> =>
    bounded(count, server.connectsAtOnce, async (index) => {
      await logIn(server, from + index);
    });
  await open(first, 0);
  const firstBytes = await settledRssBytes(onlyNode(server).pid);
  await open(sessions - first, first);
  const bytesPerSession = ((await settledRssBytes(onlyNode(server).pid)) - firstBytes) / (sessions - first);
  return { sessions, emptyBytes, bytesPerSession };
}
