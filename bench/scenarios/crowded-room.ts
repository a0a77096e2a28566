import { compiled } from "../native/compile.ts";
import { loadFanOut } from "./fan-out.ts";
import type { Scenario } from "./scenario.ts";

const PAIR_EVERY_MS = 20;
/** Lines come in batches of 20 that take a fifth of a second: a few seconds would hold too few for a p99. */
const SECONDS = 30;

export const crowdedRoom: Scenario = {
  name: "crowded-room",
  about:
    "A room of 15,000 people with 20 lines in flight, which keeps the server busy, and a room of two beside it, where one says a " +
    `line ${PAIR_EVERY_MS} ms after the last one came: how long those two wait, and how long the crowd does. Windows of ${SECONDS} s.`,
  headline: "p99Ms",
  columns: [
    { metric: "pairP50Ms", label: "the two: p50", format: "ms", better: "lower" },
    { metric: "pairP99Ms", label: "the two: p99", format: "ms", better: "lower" },
    { metric: "p50Ms", label: "the crowd: p50", format: "ms" },
    { metric: "p99Ms", label: "the crowd: p99", format: "ms", better: "lower" },
    { metric: "deliveriesPerCpuSecond", label: "deliveries per CPU-second", format: "count", better: "higher" },
    { metric: "writesPerLine", label: "writes per line", format: "count" },
    { metric: "serverCpu", label: "server CPU", format: "share" },
    { metric: "loadCpu", label: "load CPU", format: "share" },
    { metric: "othersCpu", label: "others' CPU", format: "share" },
  ],
  peers: ["limit", "chatd", "chatd-memory"],
  references: ["limit"],
  rows: [
    {
      key: "crowded-room",
      title: "two beside 15,000",
      lobby: false,
      manyAddresses: true,
      missing: () => (compiled("load") === null ? "a C compiler" : null),
      load: (server, { seconds, quick }) => {
        const people = quick ? 1000 : 15_000;
        const effort = { seconds: quick ? seconds : Math.max(seconds, SECONDS), quick };
        return loadFanOut(server, effort, { rooms: 1, people, inFlight: 20, pairEveryMs: PAIR_EVERY_MS });
      },
    },
  ],
};
