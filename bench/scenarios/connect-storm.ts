import { bounded } from "../load/bounded.ts";
import { NOTICES_MS, type Person, quiet } from "../load/person.ts";
import { logIn, onlyNode } from "../load/target.ts";
import type { Server } from "../load/target.ts";
import { percentile } from "../measure/statistics.ts";
import { settledRssBytes } from "../measure/settle.ts";
import { startUsage } from "../measure/usage.ts";
import { sessionCount } from "./session-count.ts";
import type { Effort, Measures, Scenario } from "./scenario.ts";

export const connectStorm: Scenario = {
  name: "connect-storm",
  about:
    "Logins as fast as they are answered, 1,000 at once (ngIRCd: 10, its backlog holds no more), each timed from connect() to its welcome. " +
    "On chatd everybody comes into the lobby; on the IRC daemons nobody joins a channel, and InspIRCd welcomes people once a second. " +
    "Logins per CPU-second count what the server does until everybody is told of those who came. " +
    "Memory is read when it has settled, against the empty daemon before.",
  headline: "loginsPerCpuSecond",
  columns: [
    { metric: "sessions", label: "sessions", format: "count" },
    { metric: "loginsPerSecond", label: "logins/s", format: "count", better: "higher" },
    { metric: "loginsPerCpuSecond", label: "per CPU-second", format: "count", better: "higher" },
    { metric: "p50Ms", label: "p50", format: "ms" },
    { metric: "p99Ms", label: "p99", format: "ms" },
    { metric: "bytesPerSession", label: "memory per session", format: "bytes", better: "lower" },
    { metric: "serverCpu", label: "server CPU", format: "share" },
    { metric: "loadCpu", label: "load CPU", format: "share" },
    { metric: "othersCpu", label: "others' CPU", format: "share" },
  ],
  rows: [{ key: "connect-storm", title: "connect storm", lobby: true, manyAddresses: true, load }],
};

async function load(server: Server, effort: Effort): Promise<Measures> {
  const sessions = sessionCount(effort);
  const emptyBytes = await settledRssBytes(onlyNode(server).pid);
  const latenciesMs: number[] = [];
  const people: Person[] = [];
  const usage = startUsage(server);
  await bounded(sessions, server.connectsAtOnce, async (index) => {
    const start = performance.now();
    people[index] = await logIn(server, index);
    latenciesMs.push(performance.now() - start);
  });
  const used = usage();
  await quiet(people, NOTICES_MS);
  const serverCpu = usage().serverCpu;
  return {
    sessions,
    loginsPerSecond: sessions / used.seconds,
    loginsPerCpuSecond: sessions / serverCpu,
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
    serverCpu: used.serverCpu / used.seconds,
    loadCpu: used.loadCpu / used.seconds,
    othersCpu: used.othersCpu / used.seconds,
    bytesPerSession: ((await settledRssBytes(onlyNode(server).pid)) - emptyBytes) / sessions,
  };
}
