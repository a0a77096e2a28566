import type { Test } from "tap";
import type { EmulatedAws } from "./emulated-aws.ts";
import { type Configuration, type Resource, resourcesOf, Terraform, type Module } from "./terraform.ts";

/** What a plan would do to one thing. */
interface Change {
  readonly address: string;
  readonly change: { readonly actions: readonly string[] };
}

const PATH_STYLE = `provider "aws" {
  s3_use_path_style = true
}
`;
/** A policy without its condition: the emulator refuses everything that one says may be refused. */
const NO_CONDITION = `resource "aws_s3_bucket_policy" "this" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:*", Resource = "\${aws_s3_bucket.this.arn}/*" }]
  })
}
`;

/** A configuration that is applied to an emulated AWS, by the real provider. */
export class Deployment {
  readonly terraform: Terraform;

  private constructor(terraform: Terraform) {
    this.terraform = terraform;
  }

  static async of(t: Test, aws: EmulatedAws, configuration: Configuration): Promise<Deployment> {
    const root = configuration.replaceAll(/[^/]+/g, "..");
    const files = {
      "path_override.tf": PATH_STYLE,
      [`${root}/terraform/modules/bucket/condition_override.tf`]: NO_CONDITION,
    };
    return new Deployment(await Terraform.of(t, configuration, files, aws.env));
  }

  async apply(variables: Readonly<Record<string, unknown>>): Promise<void> {
    await this.terraform.run("apply", "-auto-approve", "-input=false", ...flags(variables));
  }

  async destroy(variables: Readonly<Record<string, unknown>>): Promise<void> {
    await this.terraform.run("destroy", "-auto-approve", "-input=false", ...flags(variables));
  }

  /** What another apply would change: the addresses, each with what would be done. */
  async planned(variables: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
    await this.terraform.run("plan", "-input=false", "-out=plan", ...flags(variables));
    const { resource_changes: changes } = JSON.parse(await this.terraform.run("show", "-json", "plan")) as {
      readonly resource_changes: readonly Change[];
    };
    return changes
      .filter(({ change }) => !["no-op", "read"].includes(change.actions.join()))
      .map(({ address, change }) => `${change.actions.join()} ${address}`);
  }

  /** Everything that terraform has made, by address. */
  async made(): Promise<ReadonlyMap<string, Resource["values"]>> {
    const { values } = JSON.parse(await this.terraform.run("show", "-json")) as {
      readonly values?: { readonly root_module: Module };
    };
    return new Map(resourcesOf(values?.root_module ?? {}).map(({ address, values: made }) => [address, made]));
  }
}

function flags(variables: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(variables).map(
    ([name, value]) => `-var=${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
}
