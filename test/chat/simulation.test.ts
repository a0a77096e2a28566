import t from "tap";
import { simulate } from "../../bench/faults/simulation/simulation.ts";
import { fixedSeed as seed } from "../support/property.ts";

/** `bench/faults/simulate.ts` lives thousands of others. */
const SEEDS = 60;

t.test("clusters keep their promises under any faults", async (t) => {
  t.comment(`lives from CHATD_TEST_SEED=${seed}; one of them again: node bench/faults/simulate.ts --seed N --trace`);
  for (let its = seed; its < seed + SEEDS; its++) {
    const { anomalies } = await simulate({ seed: its });
    t.same(anomalies, [], `seed ${its}`);
  }
});

t.test("the same seed leads to the same life", async (t) => {
  const traces: string[][] = [[], []];
  for (const trace of traces) await simulate({ seed, trace: (text) => void trace.push(text) });
  t.ok((traces[0]?.length ?? 0) > 100);
  t.same(traces[0], traces[1]);
});
