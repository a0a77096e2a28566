import { execFile, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Test } from "tap";
import { type Part, program, runs } from "../../../tools/parts.ts";
import { isReal } from "./terraform.ts";
import { until } from "../sockets/until.ts";

/** The real provider of terraform, and moto, which answers as AWS would: https://docs.getmoto.org. */
export const awsPart: Part = {
  name: "aws",
  isHere: () => isReal && runs("python3", ["-c", "import moto.server"]) && program("aws").isHere(),
};

/** Whatever a deployment makes and Amazon's own account does not have from the start. */
const INVENTORY = [
  ["ec2 describe-instances", "Reservations[].Instances[?State.Name!='terminated'].InstanceId[]"],
  ["ec2 describe-volumes", "Volumes[].VolumeId"],
  ["ec2 describe-addresses", "Addresses[].AllocationId"],
  ["ec2 describe-vpcs", "Vpcs[?!IsDefault].VpcId"],
  ["ec2 describe-vpc-endpoints", "VpcEndpoints[?State!='deleted'].VpcEndpointId"],
  ["ec2 describe-security-groups", "SecurityGroups[?GroupName!='default'].GroupName"],
  ["ec2 describe-launch-templates", "LaunchTemplates[].LaunchTemplateName"],
  ["ec2 describe-flow-logs", "FlowLogs[].FlowLogId"],
  ["elbv2 describe-load-balancers", "LoadBalancers[].LoadBalancerName"],
  ["elbv2 describe-target-groups", "TargetGroups[].TargetGroupName"],
  ["autoscaling describe-auto-scaling-groups", "AutoScalingGroups[].AutoScalingGroupName"],
  ["rds describe-db-instances", "DBInstances[].DBInstanceIdentifier"],
  ["rds describe-db-snapshots", "DBSnapshots[].DBSnapshotIdentifier"],
  ["rds describe-db-parameter-groups", "DBParameterGroups[].DBParameterGroupName"],
  ["rds describe-db-subnet-groups", "DBSubnetGroups[].DBSubnetGroupName"],
  ["s3api list-buckets", "Buckets[].Name"],
  ["iam list-roles", "Roles[].RoleName"],
  ["iam list-instance-profiles", "InstanceProfiles[].InstanceProfileName"],
  ["logs describe-log-groups", "logGroups[].logGroupName"],
  ["cloudwatch describe-alarms", "MetricAlarms[].AlarmName"],
  ["cloudwatch list-dashboards", "DashboardEntries[].DashboardName"],
  ["events list-rules", "Rules[].Name"],
  ["sns list-topics", "Topics[].TopicArn"],
  ["acm list-certificates", "CertificateSummaryList[].DomainName"],
  ["secretsmanager list-secrets", "SecretList[].Name"],
] as const;
const SERVER = fileURLToPath(new URL("./emulated-aws.py", import.meta.url));
const run = promisify(execFile);

/** An AWS of its own, empty at first; gone when the test ends. */
export class EmulatedAws {
  /** What makes the provider and `aws` talk to it. */
  readonly env: NodeJS.ProcessEnv;

  private constructor(url: string) {
    this.env = {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_REGION: "eu-central-1",
      AWS_DEFAULT_REGION: "eu-central-1",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_PAGER: "",
    };
  }

  static async start(t: Test): Promise<EmulatedAws> {
    const moto = spawn("python3", [SERVER], {
      stdio: ["ignore", "ignore", "pipe"],
      // Session Manager's policy is one of Amazon's own.
      env: { ...process.env, MOTO_IAM_LOAD_MANAGED_POLICIES: "true" },
    });
    t.teardown(() => moto.kill("SIGKILL"));
    let said = "";
    moto.stderr.on("data", (bytes: Buffer) => (said += said.includes("Running on") ? "" : bytes.toString()));
    await until(() => /Running on http:\S+\s/.test(said) || moto.exitCode !== null, "moto listens");
    const [, url] = /Running on (http:\S+)\s/.exec(said) ?? [];
    if (url === undefined) throw new Error(`moto does not start:\n${said}`);
    return new EmulatedAws(url);
  }

  /**
   * What `aws` answers.
   *
   * @param command its words, separated by blanks
   * @param query what of the answer (JMESPath)
   */
  async ask<T>(command: string, query = "@"): Promise<T> {
    const { stdout } = await run("aws", [...command.split(" "), "--query", query, "--output", "json"], {
      env: { ...process.env, ...this.env },
      maxBuffer: 64 * 1024 * 1024,
    });
    return JSON.parse(stdout || "null") as T;
  }

  /** Ids and names of all that is there and costs or could be in the way of another deployment. */
  async inventory(): Promise<readonly string[]> {
    const lists = await Promise.all(INVENTORY.map(([command, query]) => this.ask<readonly string[]>(command, query)));
    return lists.flat().toSorted();
  }
}
