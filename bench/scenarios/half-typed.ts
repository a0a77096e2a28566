import { compiled } from "../native/compile.ts";
import { loadFanOut } from "./fan-out.ts";
import type { Scenario } from "./scenario.ts";

export const halfTyped: Scenario = {
  name: "half-typed",
  about:
    "The same as in `fan-out`, at people whose clients send each key and who have a line half typed (`chatd-keys`): each write " +
    "takes that line off the terminal and shows it again below.",
  headline: "deliveriesPerCpuSecond",
  columns: [
    { metric: "deliveriesPerSecond", label: "deliveries/s", format: "count", better: "higher" },
    { metric: "deliveriesPerCpuSecond", label: "per CPU-second", format: "count", better: "higher" },
    { metric: "p50Ms", label: "p50", format: "ms" },
    { metric: "p99Ms", label: "p99", format: "ms" },
    { metric: "writesPerLine", label: "writes per line", format: "ratio" },
    { metric: "bytesPerWrite", label: "bytes per write", format: "count" },
    { metric: "serverCpu", label: "server CPU", format: "share" },
    { metric: "loadCpu", label: "load CPU", format: "share" },
    { metric: "othersCpu", label: "others' CPU", format: "share" },
  ],
  peers: ["chatd", "chatd-keys"],
  references: ["chatd"],
  rows: [
    {
      key: "half-typed",
      title: "1 room × 1,000 people, 20 in flight",
      lobby: false,
      manyAddresses: false,
      missing: () => (compiled("load") === null ? "a C compiler" : null),
      load: (server, effort) => loadFanOut(server, effort, { rooms: 1, people: 1000, inFlight: 20 }),
    },
  ],
};
