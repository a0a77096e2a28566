import { execFileSync } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Test } from "tap";
import { ROOT } from "../../../deploy/bundle.ts";
import { ownArchitecture } from "../../../deploy/executable.ts";
import { aFolder } from "../sockets/daemon.ts";
import { anExecutable } from "./executable.ts";
import type { Machine } from "./machine.ts";
import type { MachineFile } from "./sandbox.ts";
import { applied, type Configuration, type Resource } from "./terraform.ts";

const USER_DATA = "/var/lib/cloud/instance/user-data.txt";
const USER_DATA_MAX_BYTES = 16_384;
/** Types of the kind of this machine. */
const INSTANCE_TYPES = { x64: "t3.micro", arm64: "t4g.micro" };
/** Password of the database, as Secrets Manager has it. */
export const PASSWORD = "not secret";
/** Folder that stands for S3: buckets, keys, and where the bucket is asked for one, versions. */
export const S3 = "/srv/s3";
/** What CloudWatch was told. */
export const METRICS = `${S3}/metrics`;
/** While there is such a file, nothing can be uploaded. */
export const S3_IS_AWAY = "/run/s3-is-away";

/** What instances have of AWS: buckets, a secret, metrics, and a role that is not known everywhere at first. */
const AWS = `#!/bin/bash
[ "$1 $2 $3" != "s3 cp --only-show-errors" ] || set -- s3 cp "\${@:4}"
case "$1 $2" in
  "s3api get-object")
    [ -e /run/role-is-known ] || { touch /run/role-is-known; echo "Unable to locate credentials" >&2; exit 253; }
    exec cp "${S3}/$4/$6/$8" "$9" ;;
  "s3 cp")
    case "$3 $4" in
      "s3://"*" -") exec cat "${S3}/\${3#s3://}" ;;
      *" s3://"*)
        [ ! -e ${S3_IS_AWAY} ] || { echo "Could not connect to the endpoint URL" >&2; exit 1; }
        exec install -D -m 600 "$3" "${S3}/\${4#s3://}" ;;
    esac ;;
  "cloudwatch put-metric-data") echo "\${*:3}" >>${METRICS}; exit ;;
  "secretsmanager get-secret-value") echo '{"username":"chatd","password":"${PASSWORD}"}'; exit ;;
esac
echo "unexpected: aws $*" >&2
exit 252
`;
/** Installs the log agent, which keeps its settings. */
const DNF = `#!/bin/sh
agent=/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl
mkdir -p "$(dirname "$agent")"
printf '#!/bin/sh\\necho "$*" >/run/agent\\n' >"$agent"
chmod 755 "$agent"
`;

/** What terraform builds, and what its instances are made of here. */
export interface RenderedDeployment {
  readonly userData: string;
  readonly files: Readonly<Record<string, MachineFile>>;
  /** An attribute of what was built. */
  readonly text: (address: string, name: string) => string;
}

/** Applies a configuration for the kind of this machine, with chatd as it is now. */
export async function deployed(
  t: Test,
  configuration: Configuration,
  variables: Readonly<Record<string, unknown>>,
): Promise<RenderedDeployment> {
  const artifact = join(aFolder(t), `chatd-linux-${ownArchitecture()}`);
  symlinkSync(await anExecutable(t), artifact);
  const instanceType = INSTANCE_TYPES[ownArchitecture()];
  const built = await applied(t, configuration, {
    region: "eu-central-1",
    artifact,
    instance_type: instanceType,
    ...variables,
  });
  const text: RenderedDeployment["text"] = (address, name) => String(built.get(address)?.[name]);
  const userData = userDataOf(built);
  const bucket = text("module.server.module.artifacts.aws_s3_bucket.this", "id");
  const objects = Array.from(built.entries())
    .filter(([address]) => address.startsWith("module.server.aws_s3_object.artifact["))
    .map(([, { key, version_id: version, source }]): [string, MachineFile] => [
      `${S3}/${bucket}/${String(key)}/${String(version)}`,
      { from: resolve(ROOT, configuration, String(source)) },
    ]);
  const files = {
    [USER_DATA]: { text: userData },
    // There is no journal on such a machine.
    "/etc/systemd/system/chatd.service.d/log.conf": { text: "[Service]\nStandardError=append:/run/chatd.log\n" },
    "/usr/local/bin/aws": { text: AWS, mode: 0o755 },
    "/usr/local/bin/dnf": { text: DNF, mode: 0o755 },
    ...Object.fromEntries(objects),
  };
  return { userData, files, text };
}

/** Base64 in a launch template, and as it is in an instance. */
function userDataOf(built: ReadonlyMap<string, Resource["values"]>): string {
  const encoded = built.get("aws_launch_template.this")?.["user_data"];
  if (typeof encoded === "string") return Buffer.from(encoded, "base64").toString();
  return String(built.get("aws_instance.this")?.["user_data"]);
}

/** Does what cloud-init does once, when a machine boots for the first time. */
export async function initialize(machine: Machine): Promise<void> {
  machine.said = await machine.run("bash", USER_DATA);
}

/** Checks what no machine is needed for. */
export function checkScript(t: Test, { userData }: RenderedDeployment): void {
  const script = join(aFolder(t), "user-data");
  writeFileSync(script, userData);
  execFileSync("shellcheck", [script], { stdio: "inherit" });
  t.notMatch(userData, PASSWORD);
  const bytes = Buffer.byteLength(userData);
  t.ok(bytes <= USER_DATA_MAX_BYTES, `it fits: ${bytes} of ${USER_DATA_MAX_BYTES} bytes`);
}
