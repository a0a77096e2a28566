import t from "tap";
import { withParts } from "../support/parts.ts";
import { terraform, terraformPart } from "../support/terraform.ts";

await withParts(t, [terraformPart], "terraform finds nothing wrong with the deployment", async (t) => {
  t.equal(terraform(["fmt", "-check", "-recursive"]), "");
  t.match(terraform(["validate"]), "The configuration is valid");
});

await withParts(
  t,
  [terraformPart],
  "every decision of the deployment holds, and wrong variables are refused",
  async (t) => {
    // Each is an assertion of its own in terraform/tests.
    const said = terraform(["test"]);
    const [, passed, failed] = /(\d+) passed, (\d+) failed/.exec(said) ?? [];
    t.equal(failed, "0");
    t.ok(Number(passed) >= 45, `${passed} runs`);
  },
);
