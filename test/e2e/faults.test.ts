import t from "tap";
import { choose } from "../../bench/faults/night/nemeses/index.ts";
import { keep } from "../../bench/faults/night/report.ts";
import { nameOf, runOnce } from "../../bench/faults/night/run.ts";
import { OWN_LAUNCHER, Servers } from "../../bench/faults/night/stage.ts";
import { withParts } from "../../tools/parts.ts";
import { postgresPart } from "../support/processes/postgres.ts";
import { fixedSeed as seed } from "../support/property.ts";

/** A few seconds each: `npm run faults` has the nights. */
const ROUNDS = ["combo", "half-login+lagging-standby"];
const SECONDS = 6;

await withParts(t, [postgresPart], "a cluster under faults keeps what chatd promises", async (t) => {
  const servers = new Servers();
  t.teardown(() => servers.remove());
  t.comment(`random numbers from CHATD_TEST_SEED=${seed}`);
  for (const round of ROUNDS) {
    const nemeses = choose(round, seed);
    await t.test(nameOf(nemeses), async (t) => {
      const cluster = { nodes: 3, people: 10, seconds: SECONDS, leaseMs: 2000, launcher: OWN_LAUNCHER, args: [] };
      const options = { nemeses, seed, isEncrypted: false, ...cluster };
      await runOnce(servers, options, new AbortController().signal, (outcome) => {
        t.ok(outcome.said > 0, `${outcome.said} lines were said`);
        t.ok(outcome.strikes > 0, `faults struck ${outcome.strikes} times`);
        t.same(outcome.anomalies, [], "all that is promised held");
        if (outcome.anomalies.length > 0) t.comment(`kept in ${keep(outcome, `CHATD_TEST_SEED=${seed}`)}`);
      });
    });
  }
});
