import { execFileSync } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Test } from "tap";
import { ROOT } from "../../deploy/bundle.ts";
import { aFolder } from "./daemon.ts";
import type { Part } from "./parts.ts";

/** terraform, or what stands for it with a provider that needs no account. */
const PROGRAM = process.env["CHATD_TEST_TERRAFORM"] ?? "";

export const terraformPart: Part = { name: "terraform", isHere: () => PROGRAM !== "" };

const FOLDER = join(ROOT, "terraform");

interface Resource {
  readonly address: string;
  readonly values: Record<string, unknown>;
}

/** Runs it on a folder, and returns what it says. Throws with that when it fails. */
export function terraform(args: readonly string[], folder = FOLDER): string {
  try {
    return execFileSync(PROGRAM, [`-chdir=${folder}`, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1" },
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`terraform ${args.join(" ")}:\n${stdout}\n${stderr}`, { cause: error });
  }
}

/**
 * Applies with these variables, and returns what there is then, by address. AWS is mocked (`terraform/tests/mocks`), so
 * nothing real can come of it, whatever terraform this is.
 */
export function applied(
  t: Test,
  variables: Readonly<Record<string, string | number>>,
): Map<string, Resource["values"]> {
  const copy = aFolder(t);
  for (const folder of ["terraform", "deploy/systemd"])
    cpSync(join(ROOT, folder), join(copy, folder), { recursive: true });
  const assignments = Object.entries(variables).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  const file = "tests/applied.tftest.hcl";
  const run = ['mock_provider "aws" {', 'source = "./tests/mocks"', "}", 'run "apply" {', "variables {"];
  writeFileSync(join(copy, "terraform", file), [...run, ...assignments, "}", "}", ""].join("\n"));
  const said = terraform(["test", `-filter=${file}`, "-verbose", "-json"], join(copy, "terraform"));
  const state = said.split("\n").find((line) => line.includes('"type":"test_state"')) ?? "";
  const { test_state: values } = JSON.parse(state) as {
    readonly test_state: { readonly root_module: { readonly resources: readonly Resource[] } };
  };
  return new Map(values.root_module.resources.map((resource) => [resource.address, resource.values]));
}
