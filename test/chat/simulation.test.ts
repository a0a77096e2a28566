import t from "tap";
import { simulate } from "../../bench/faults/simulation/simulation.ts";
import { seed } from "../support/property.ts";

const SEEDS = 100;
const MAX_SECONDS = 10;

t.test("clusters keep their promises under any faults", async (t) => {
  t.comment(`lives from CHATD_TEST_SEED=${seed}; one of them again: node bench/faults/simulate.ts --seed N --trace`);
  const untilMs = performance.now() + MAX_SECONDS * 1000;
  let lives = 0;
  for (; lives < SEEDS && performance.now() < untilMs; lives++) {
    const { anomalies } = await simulate({ seed: seed + lives });
    t.same(anomalies, [], `seed ${seed + lives}`);
  }
  t.ok(lives > 0, `${lives} lives`);
});

t.test("the same seed leads to the same life", async (t) => {
  const traces: string[][] = [[], []];
  for (const trace of traces) await simulate({ seed, trace: (text) => void trace.push(text) });
  t.ok((traces[0]?.length ?? 0) > 100);
  t.same(traces[0], traces[1]);
});
