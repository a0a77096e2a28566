import t from "tap";
import { Deployment } from "../support/machines/deployment.ts";
import { awsPart, EmulatedAws } from "../support/machines/emulated-aws.ts";
import { withParts } from "../../tools/parts.ts";

/** The provider waits for minutes where AWS takes minutes, though nothing takes time here. */
const MOST_MS = 25 * 60_000;
t.setTimeout(MOST_MS);
// They wait, and have nothing in common.
t.jobs = 3;

const NAMED = { domain: "chat.example.org", alarm_emails: ["operators@example.org"] };
const FIRST = "modules/server/tests/chatd-linux-arm64";

const REFRESHES = "autoscaling describe-instance-refreshes --auto-scaling-group-name";

interface Rule {
  readonly GroupId: string;
  readonly IsEgress: boolean;
  readonly FromPort: number;
  readonly ToPort: number;
  readonly CidrIpv4?: string;
  readonly ReferencedGroupInfo?: { readonly GroupId: string };
}

const life = withParts(
  t,
  [awsPart],
  "a deployment is made, upgraded, protected, destroyed, and made again",
  async (t) => {
    t.setTimeout(MOST_MS);
    const aws = await EmulatedAws.start(t);
    const zone = await aws.ask<string>(
      "route53 create-hosted-zone --name example.org --caller-reference once",
      "HostedZone.Id",
    );
    const variables = { ...NAMED, zone_id: zone.replace("/hostedzone/", ""), artifact: FIRST };
    const addresses = (): Promise<readonly (readonly string[])[]> =>
      aws.ask(
        `route53 list-resource-record-sets --hosted-zone-id ${zone}`,
        "ResourceRecordSets[?Type=='A'].[Name, AliasTarget.DNSName]",
      );
    const before = await aws.inventory();
    const chat = await Deployment.of(t, aws, "terraform");
    await chat.apply({ ...variables, deletion_protection: true });

    await t.test("traffic goes one way: load balancer, instances, database", async (t) => {
      const groups = await aws.ask<readonly [string, string][]>(
        "ec2 describe-security-groups",
        "SecurityGroups[].[GroupId, GroupName]",
      );
      const rules = await aws.ask<readonly Rule[]>("ec2 describe-security-group-rules", "SecurityGroupRules");
      const nameOf = (id: string): string => (new Map(groups).get(id) ?? "").replace(/-[0-9a-f]{26}$/, "");
      const ways = rules
        .filter(({ GroupId }) => nameOf(GroupId).startsWith("chatd-"))
        .map(({ GroupId, IsEgress, FromPort, ToPort, CidrIpv4, ReferencedGroupInfo }) => {
          const other = ReferencedGroupInfo ? nameOf(ReferencedGroupInfo.GroupId) : CidrIpv4;
          t.equal(FromPort, ToPort);
          return IsEgress ? `${nameOf(GroupId)} to ${other}:${ToPort}` : `${other} into ${nameOf(GroupId)}:${ToPort}`;
        });
      t.same(ways.toSorted(), [
        "0.0.0.0/0 into chatd-load-balancer:8080",
        "0.0.0.0/0 into chatd-load-balancer:992",
        "chatd-instance into chatd-database:5432",
        "chatd-instance to 0.0.0.0/0:443",
        "chatd-instance to chatd-database:5432",
        "chatd-load-balancer into chatd-instance:8079",
        "chatd-load-balancer into chatd-instance:8080",
        "chatd-load-balancer to chatd-instance:8079",
        "chatd-load-balancer to chatd-instance:8080",
      ]);
    });

    await t.test("what an instance may do is what there is", async (t) => {
      const made = await chat.made();
      const text = (address: string, name: string): string => String(made.get(address)?.[name]);
      const { Statement: statements } = JSON.parse(text("module.server.aws_iam_role_policy.this", "policy")) as {
        readonly Statement: readonly { readonly Sid: string; readonly Resource: string }[];
      };
      t.same(Object.fromEntries(statements.map(({ Sid, Resource }) => [Sid, Resource])), {
        Artifacts: `${text("module.server.module.artifacts.aws_s3_bucket.this", "arn")}/*`,
        Logs: `${text("module.server.aws_cloudwatch_log_group.this", "arn")}:*`,
        SessionManager: "*",
        DatabasePassword: await aws.ask("rds describe-db-instances", "DBInstances[0].MasterUserSecret.SecretArn"),
      });
    });

    await t.test("the name leads to the load balancer, which speaks TLS with its certificate", async (t) => {
      const arn = String((await chat.made()).get("aws_lb.this")?.["arn"]);
      const listeners = await aws.ask<readonly (readonly [string, number, number])[]>(
        `elbv2 describe-listeners --load-balancer-arn ${arn}`,
        "Listeners[].[Protocol, Port, length(Certificates || `[]`)]",
      );
      t.same(
        listeners.toSorted(([, a], [, b]) => a - b),
        [
          ["TLS", 992, 1],
          ["TCP", 8080, 0],
        ],
      );
      const records = await addresses();
      t.match(records, [["chat.example.org.", /elb\.amazonaws\.com/]]);
    });

    await t.test("applied again it changes nothing", async (t) => {
      t.same(await chat.planned({ ...variables, deletion_protection: true }), []);
    });

    await t.test("while it is protected, destroy is refused before anything goes", async (t) => {
      const there = await aws.inventory();
      await t.rejects(chat.destroy({ ...variables, deletion_protection: true }), /Nothing was destroyed/);
      t.same(await aws.inventory(), there);
      t.same(
        await chat.planned({ ...variables, deletion_protection: true }),
        [],
        "nor has terraform forgotten anything",
      );
    });

    await t.test(
      "another executable replaces the instances, new ones first, and the old one stays to go back",
      async (t) => {
        chat.terraform.write("next-linux-arm64", "another executable");
        const upgrade = { ...variables, artifact: "next-linux-arm64", deletion_protection: true };
        t.same((await chat.planned(upgrade)).toSorted(), [
          "update aws_autoscaling_group.this",
          "update aws_launch_template.this",
          'update module.server.aws_s3_object.artifact["executable"]',
        ]);
        await chat.apply(upgrade);
        const group = "autoscaling describe-auto-scaling-groups";
        t.equal(await aws.ask(group, "AutoScalingGroups[0].LaunchTemplate.Version"), "2");
        t.match(await aws.ask(`${REFRESHES} chatd`, "InstanceRefreshes[].Preferences"), [
          { MinHealthyPercentage: 100, MaxHealthyPercentage: 150, SkipMatching: true },
        ]);
        const bucket = String((await chat.made()).get("module.server.module.artifacts.aws_s3_bucket.this")?.["id"]);
        t.equal(
          await aws.ask(`s3api list-object-versions --bucket ${bucket} --prefix chatd`, "length(Versions)"),
          2,
          "the version that an older template names is still there",
        );
      },
    );

    await t.test("destroy leaves nothing behind", async (t) => {
      t.setTimeout(MOST_MS);
      await chat.apply({ ...variables, deletion_protection: false });
      await chat.destroy({ ...variables, deletion_protection: false });
      t.same(await aws.inventory(), before);
      t.same(await addresses(), []);
    });

    await t.test("nothing of the first is in the way of another of the same name", async (t) => {
      t.setTimeout(MOST_MS);
      await chat.apply(variables);
      t.same(await chat.planned(variables), []);
    });
  },
);

const restore = withParts(
  t,
  [awsPart],
  "the chat goes back to a moment: a second database, and then the chat uses it",
  async (t) => {
    t.setTimeout(MOST_MS);
    const aws = await EmulatedAws.start(t);
    const chat = await Deployment.of(t, aws, "terraform");
    const first = { artifact: FIRST, database_final_snapshot: true, deletion_protection: true };
    await chat.apply(first);
    const both = {
      ...first,
      databases: { chatd: {}, "chatd-2": { source: "chatd", at: "2026-11-22T10:00:00Z" } },
      database: "chatd",
    };
    t.same(
      (await chat.planned(both)).toSorted(),
      [
        'create aws_db_instance.this["chatd-2"]',
        'create terraform_data.final_snapshot["chatd-2"]',
        'update aws_cloudwatch_event_rule.this["database"]',
      ],
      "the chat goes on with the first",
    );
    await chat.apply(both);
    // The runbook of terraform/README.md, step by step.
    await aws.ask("rds stop-db-instance --db-instance-identifier chatd");
    const restored = { ...both, database: "chatd-2" };
    t.same(
      (await chat.planned(restored)).filter((change) => !change.startsWith("update ")),
      [],
      "nothing is made or goes when the chat changes over",
    );
    await chat.apply(restored);
    const template = String((await chat.made()).get("aws_launch_template.this")?.["user_data"]);
    t.match(Buffer.from(template, "base64").toString(), /CHATD_DATABASE="postgres:\/\/chatd@chatd-2\.\w/);
    t.equal(await aws.ask(`${REFRESHES} chatd`, "length(InstanceRefreshes)"), 1);

    await aws.ask("rds start-db-instance --db-instance-identifier chatd");
    const unprotected = { ...restored, deletion_protection: false };
    await chat.apply(unprotected);
    const alone = { ...unprotected, databases: { "chatd-2": {} } };
    t.same((await chat.planned(alone)).toSorted(), [
      'delete aws_db_instance.this["chatd"]',
      'delete terraform_data.final_snapshot["chatd"]',
      'update aws_cloudwatch_event_rule.this["database"]',
    ]);
    await chat.apply(alone);
    t.match(await aws.ask("rds describe-db-snapshots --snapshot-type manual", "DBSnapshots[].DBSnapshotIdentifier"), [
      /^chatd-made-\d{14}-final$/,
    ]);
  },
);

const small = withParts(
  t,
  [awsPart],
  "one server is made, replaced, and destroyed; its volume stays until then",
  async (t) => {
    t.setTimeout(MOST_MS);
    const aws = await EmulatedAws.start(t);
    const before = await aws.inventory();
    const chat = await Deployment.of(t, aws, "terraform/examples/one-server");
    // Of a type without credits, which the emulator forgets.
    const variables = {
      artifact: "../../modules/server/tests/chatd-linux-arm64",
      instance_type: "c7g.medium",
      deletion_protection: true,
    };
    await chat.apply(variables);
    t.same(await chat.planned(variables), []);
    const there = await aws.inventory();
    await t.rejects(chat.destroy(variables), /Nothing was destroyed/);
    t.same(await aws.inventory(), there);

    chat.terraform.write("next-linux-arm64", "another executable");
    const upgrade = { ...variables, artifact: "next-linux-arm64", deletion_protection: false };
    const replaced = (await chat.planned(upgrade)).filter((change) => change.includes("delete"));
    t.same(
      replaced.map((change) => change.replace(/^\S+ /, "")).toSorted(),
      ["aws_eip_association.this", "aws_instance.this", "aws_volume_attachment.data"],
      "the volume, the address and the backups stay",
    );
    const volume = (await chat.made()).get("aws_ebs_volume.data")?.["id"];
    await chat.apply(upgrade);
    t.same(await aws.ask("ec2 describe-volumes", "Volumes[?Attachments[?Device=='/dev/sdf']].VolumeId"), [volume]);
    await chat.destroy(upgrade);
    t.same(await aws.inventory(), before);
  },
);

await Promise.all([life, restore, small]);
