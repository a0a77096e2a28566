import t from "tap";
import { FAULT_NAMES } from "../../bench/faults/simulation/nemesis.ts";
import { simulate } from "../../bench/faults/simulation/simulation.ts";
import { fixedSeed as seed } from "../support/property.ts";

/** `bench/faults/simulate.ts` lives thousands of others. */
const SEEDS = 60;

t.test("clusters keep their promises under any faults", async (t) => {
  t.comment(`lives from CHATD_TEST_SEED=${seed}; one of them again: node bench/faults/simulate.ts --seed N --trace`);
  const struck = new Set<string>();
  for (let its = seed; its < seed + SEEDS; its++) {
    const { anomalies, faults } = await simulate({ seed: its });
    t.same(anomalies, [], `seed ${its}`);
    for (const fault of faults) struck.add(fault.split(" ")[0] ?? "");
  }
  t.same(
    FAULT_NAMES.filter((name) => !struck.has(name)),
    [],
    "there is none that did not strike",
  );
});

t.test("the same seed leads to the same life", async (t) => {
  const traces: string[][] = [[], []];
  for (const trace of traces) await simulate({ seed, trace: (text) => void trace.push(text) });
  t.ok((traces[0]?.length ?? 0) > 100);
  t.same(traces[0], traces[1]);
});
