import { execFile } from "node:child_process";
import { cpSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import type { Test } from "tap";
import { ROOT } from "../../../deploy/bundle.ts";
import { aFolder } from "../sockets/daemon.ts";
import { type Part, program } from "../../../tools/parts.ts";

/** A folder with hashicorp/aws in it, laid out as terraform's `filesystem_mirror`. */
const MIRROR = process.env["CHATD_TEST_AWS_PROVIDER"] ?? "";
/** Where there is none: terraform with a provider that knows the schema of AWS and makes nothing; it needs no `init`. */
const STAND_IN = process.env["CHATD_TEST_TERRAFORM"] ?? "";

export const isReal = MIRROR !== "" && existsSync(MIRROR) && program("terraform").isHere();
export const terraformPart: Part = { name: "terraform", isHere: () => isReal || STAND_IN !== "" };

/** Everything that can be applied, and what it is made of. */
export const CONFIGURATIONS = [
  "terraform",
  "terraform/modules/server",
  "terraform/modules/alarms",
  "terraform/modules/bucket",
  "terraform/examples/one-server",
] as const;
export type Configuration = (typeof CONFIGURATIONS)[number];

/** Of what a failing terraform said: the end has the error. */
const LAST_LINES = 40;
const run = promisify(execFile);

export interface Resource {
  readonly address: string;
  readonly values: Readonly<Record<string, unknown>>;
}

export interface Module {
  readonly resources?: readonly Resource[];
  readonly child_modules?: readonly Module[];
}

/** A configuration of its own in a folder, which goes when the test ends. */
export class Terraform {
  /** Where the configuration is. */
  readonly folder: string;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.folder = folder;
    this.#env = env;
  }

  /**
   * A copy of all that the configuration reads, with its modules and provider.
   *
   * @param files more of it, by their names
   */
  static async of(
    t: Test,
    configuration: Configuration,
    files: Readonly<Record<string, string>> = {},
    env: NodeJS.ProcessEnv = {},
  ): Promise<Terraform> {
    const copy = aFolder(t);
    const isSource = (path: string): boolean => !path.includes("/.terraform");
    for (const folder of ["terraform", "deploy/systemd"])
      cpSync(join(ROOT, folder), join(copy, folder), { recursive: true, filter: isSource });
    const folder = join(copy, configuration);
    const rc = join(copy, "terraform.rc");
    writeFileSync(rc, `provider_installation {\n  filesystem_mirror {\n    path = "${MIRROR}"\n  }\n}\n`);
    const own = isReal ? { TF_CLI_CONFIG_FILE: rc, CHECKPOINT_DISABLE: "1" } : {};
    const terraform = new Terraform(folder, { ...process.env, NO_COLOR: "1", ...own, ...env });
    for (const [name, text] of Object.entries(files)) terraform.write(name, text);
    await terraform.run(...(isReal ? ["init", "-backend=false", "-input=false"] : ["get"]));
    return terraform;
  }

  /** A file of the configuration. */
  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** Returns what it says. Rejects with that when it fails. */
  async run(...args: readonly string[]): Promise<string> {
    const options = { env: this.#env, maxBuffer: 64 * 1024 * 1024 };
    try {
      const { stdout } = await run(isReal ? "terraform" : STAND_IN, [`-chdir=${this.folder}`, ...args], options);
      return stdout;
    } catch (error) {
      const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
      const said = stripVTControlCharacters(`${stdout}\n${stderr}`).trim().split("\n");
      throw new Error(`terraform ${args.join(" ")}:\n${said.slice(-LAST_LINES).join("\n")}`);
    }
  }
}

/**
 * Applies with these variables, and returns what there is then, by address. AWS is mocked (`terraform/tests/mocks`), so
 * nothing real can come of it, whatever terraform this is.
 */
export async function applied(
  t: Test,
  configuration: Configuration,
  variables: Readonly<Record<string, unknown>>,
): Promise<Map<string, Resource["values"]>> {
  const mocks = join(configuration.replaceAll(/[^/]+/g, ".."), "terraform/tests/mocks");
  const assignments = Object.entries(variables).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  const file = "tests/applied.tftest.hcl";
  const test = ['mock_provider "aws" {', `source = "${mocks}"`, "}", 'run "apply" {', "variables {", ...assignments];
  const terraform = await Terraform.of(t, configuration, { [file]: [...test, "}", "}", ""].join("\n") });
  const said = await terraform.run("test", `-filter=${file}`, "-verbose", "-json");
  const state = said.split("\n").find((line) => line.includes('"type":"test_state"')) ?? "";
  const { test_state: values } = JSON.parse(state) as { readonly test_state: { readonly root_module: Module } };
  return new Map(resourcesOf(values.root_module).map((resource) => [resource.address, resource.values]));
}

export function resourcesOf({ resources = [], child_modules: children = [] }: Module): readonly Resource[] {
  return [...resources, ...children.flatMap(resourcesOf)];
}
