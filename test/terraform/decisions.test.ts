import t from "tap";
import { withParts } from "../../tools/parts.ts";
import { type Configuration, CONFIGURATIONS, Terraform, terraformPart } from "../support/machines/terraform.ts";

/** Hundreds of plans. */
const MOST_MS = 15 * 60_000;
t.setTimeout(MOST_MS);

await withParts(t, [terraformPart], "terraform finds nothing wrong with any configuration", async (t) => {
  for (const configuration of CONFIGURATIONS) {
    const terraform = await Terraform.of(t, configuration);
    t.equal(await terraform.run("fmt", "-check", "-recursive"), "", configuration);
    t.match(await terraform.run("validate"), "The configuration is valid", configuration);
  }
});

/** The least that terraform may run, so that none gets lost. */
const RUNS: Partial<Record<Configuration, number>> = {
  terraform: 73,
  "terraform/modules/bucket": 2,
  "terraform/modules/server": 28,
  "terraform/examples/one-server": 38,
};

for (const configuration of CONFIGURATIONS) {
  const least = RUNS[configuration];
  if (least === undefined) continue;
  const name = `the decisions that ${configuration} tests hold, and wrong variables are refused`;
  await withParts(t, [terraformPart], name, async (t) => {
    t.setTimeout(MOST_MS);
    const said = await (await Terraform.of(t, configuration)).run("test");
    const [, passed, failed] = /(\d+) passed, (\d+) failed/.exec(said) ?? [];
    t.equal(failed, "0");
    t.ok(Number(passed) >= least, `${passed} runs`);
  });
}
