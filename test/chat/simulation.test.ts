import t from "tap";
import { FAULT_NAMES, type FaultName } from "../../bench/faults/simulation/nemesis.ts";
import { simulate } from "../../bench/faults/simulation/simulation.ts";
import { fixedSeed as seed } from "../support/property.ts";

/** `bench/faults/simulate.ts` lives thousands of others. */
const SEEDS = 60;

t.test("clusters keep their promises under any faults", async (t) => {
  t.comment(`lives from CHATD_TEST_SEED=${seed}; one of them again: node bench/faults/simulate.ts --seed N --trace`);
  const struck = new Set<string>();
  const live = async (chosen: number, faults?: readonly FaultName[]): Promise<void> => {
    const life = await simulate({ seed: chosen, ...(faults && { faults }) });
    t.same(life.anomalies, [], `seed ${chosen}, ${faults?.join(", ") ?? "any faults"}`);
    for (const fault of life.faults) struck.add(fault.split(" ")[0] ?? "");
  };
  for (let next = seed; next < seed + SEEDS; next++) await live(next);
  for (const name of FAULT_NAMES) {
    // Those that chance has left out; there are lives with no fault.
    for (let next = seed; !struck.has(name); next++) await live(next, [name]);
  }
});

t.test("the same seed leads to the same life", async (t) => {
  const traces: string[][] = [[], []];
  for (const trace of traces) await simulate({ seed, trace: (text) => void trace.push(text) });
  t.ok((traces[0]?.length ?? 0) > 100);
  t.same(traces[0], traces[1]);
});
