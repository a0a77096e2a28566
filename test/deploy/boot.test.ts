import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import t, { type Test } from "tap";
import { Balancer, type Target } from "../../demo/balancer.ts";
import { Postgres } from "../../demo/postgres.ts";
import { certify } from "../support/certificate.ts";
import { checkAgreement, hush, storedMessages } from "../support/cluster.ts";
import { aFolder } from "../support/daemon.ts";
import { anExecutable, executablePart } from "../support/executable.ts";
import { Machine } from "../support/machine.ts";
import { aMetadataService, type Metadata } from "../support/metadata-service.ts";
import { program, withParts } from "../support/parts.ts";
import { postgresPart } from "../support/postgres.ts";
import { type MachineFile, sandboxPart } from "../support/sandbox.ts";
import { applied, terraformPart } from "../support/terraform.ts";
import { until } from "../support/until.ts";
import { Voice } from "../support/voice.ts";

const USER_DATA = "/var/lib/cloud/instance/user-data.txt";
const GOING_AWAY = "[*]: This server is going away, please connect again.";
/** As `terraform/tests/mocks` has it. */
const DATABASE_HOST = "chatd.example.eu-central-1.rds.amazonaws.com";
const PASSWORD = "not secret";

/** What the instances have of AWS: a bucket, a secret, and a role that is not known everywhere at first. */
const AWS = `#!/bin/sh
case "$1 $2" in
  "s3api get-object")
    [ -e /run/role-is-known ] || { touch /run/role-is-known; echo "Unable to locate credentials" >&2; exit 253; }
    exec cp "/srv/s3/$4/$6/$8" "$9" ;;
  "secretsmanager get-secret-value") echo '{"username":"chatd","password":"${PASSWORD}"}' ;;
  *) echo "unexpected: aws $*" >&2; exit 252 ;;
esac
`;
/** Installs the log agent, which keeps its settings. */
const DNF = `#!/bin/sh
agent=/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl
mkdir -p "$(dirname "$agent")"
printf '#!/bin/sh\\necho "$*" >/run/agent\\n' >"$agent"
chmod 755 "$agent"
`;

/** What terraform built, and what it runs on here. */
interface Deployment {
  readonly userData: string;
  readonly files: Readonly<Record<string, MachineFile>>;
  readonly postgres: Postgres;
}

async function deploy(t: Test): Promise<Deployment> {
  const database = certify(aFolder(t), "database", `DNS:${DATABASE_HOST}`);
  const executable = await anExecutable(t);
  const built = applied(t, { artifact: executable, database_ca_bundle: database.cert, drain: 3 });
  const text = (address: string, name: string): string => String(built.get(address)?.[name]);
  t.equal(text("aws_db_instance.this", "endpoint"), `${DATABASE_HOST}:5432`);
  const userData = Buffer.from(text("aws_launch_template.this", "user_data"), "base64").toString();
  const postgres = await Postgres.start(database);
  t.teardown(() => postgres.remove());
  await postgres.query("postgres", "create database chatd");
  const bucket = `/srv/s3/${text("aws_s3_bucket.artifacts", "id")}`;
  const object = (id: string): string => {
    const address = `aws_s3_object.artifact["${id}"]`;
    return `${bucket}/${text(address, "key")}/${text(address, "version_id")}`;
  };
  return {
    userData,
    postgres,
    files: {
      [USER_DATA]: { text: userData },
      [object("executable")]: { from: executable },
      [object("database_ca")]: { from: database.cert },
      "/etc/hosts": { text: `127.0.0.1 localhost\n127.0.0.1 ${DATABASE_HOST}\n` },
      // There is no journal on such a machine.
      "/etc/systemd/system/chatd.service.d/log.conf": { text: "[Service]\nStandardError=append:/run/chatd.log\n" },
      "/usr/local/bin/aws": { text: AWS, mode: 0o755 },
      "/usr/local/bin/dnf": { text: DNF, mode: 0o755 },
    },
  };
}

/** An instance that the group has started. */
interface Instance extends Target {
  readonly machine: Machine;
  readonly metadata: Metadata;
  readonly isReady: () => Promise<boolean>;
}

/** @param isEarly it is there before the database can be reached */
async function launch(t: Test, { files, postgres }: Deployment, isEarly = false): Promise<Instance> {
  const machine = await Machine.boot(t, files);
  const metadata = await aMetadataService(t);
  await machine.run("ip", "address", "add", "169.254.169.254/32", "dev", "lo");
  await machine.offer("169.254.169.254", 80, metadata.port);
  if (!isEarly) await machine.offer("127.0.0.1", 5432, postgres.port);
  // As cloud-init does, once.
  machine.said = await machine.run("bash", USER_DATA);
  const runs = !machine.said.includes("chatd does not run yet");
  if (runs === isEarly) throw new Error(await machine.run("cat", "/run/chatd.log"));
  if (isEarly) await machine.offer("127.0.0.1", 5432, postgres.port);
  const opsPort = await machine.reach(9090);
  const isReady = (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${opsPort}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(isReady, "it is ready");
  return { machine, metadata, port: await machine.reach(8080), isReady };
}

const parts = [terraformPart, sandboxPart, executablePart, postgresPart, program("openssl"), program("shellcheck")];

await withParts(
  t,
  parts,
  "what terraform builds starts by itself, is one chat, and loses nothing in an upgrade",
  async (t) => {
    const deployment = await deploy(t);
    const whole = t;
    const targets: Instance[] = [];
    const balancer = new Balancer(targets, createServer());
    const port = await balancer.listen(0);
    t.teardown(() => balancer.close());

    await t.test("the script that instances start with is sound, and knows no secret", async (t) => {
      const script = join(aFolder(t), "user-data");
      writeFileSync(script, deployment.userData);
      execFileSync("shellcheck", [script], { stdio: "inherit" });
      t.notMatch(deployment.userData, PASSWORD);
      t.ok(Buffer.byteLength(deployment.userData) <= 16_384, "it fits");
    });

    await t.test("an instance takes people a moment after it has booted", async (t) => {
      const began = performance.now();
      const first = await launch(whole, deployment);
      targets.push(first);
      const one = await Voice.enter(t, port, "one");
      t.comment(`boot to first login: ${((performance.now() - began) / 1000).toFixed(1)} s`);
      one.leave();
      t.ok(await first.isReady());
      t.match(first.machine.said, "try 1 failed", "the role was not known at first");
      const { machine } = first;
      t.equal(
        (await machine.run("systemctl", "is-enabled", "chatd.service", "chatd.socket")).trim(),
        "enabled\nenabled",
      );
      t.match(await machine.run("systemctl", "show", "-p", "TimeoutStopUSec", "chatd"), "TimeoutStopUSec=18s");
      t.match(await machine.run("cat", "/var/log/chatd/chatd.log"), '"name":"one"');
      t.match(await machine.run("cat", "/run/agent"), "fetch-config -m ec2 -s -c file:");
      t.notMatch(await machine.run("cat", "/etc/chatd/chatd.env"), PASSWORD);
    });

    await t.test("an executable that is not the one that was uploaded is not run", async (t) => {
      const files = Object.entries(deployment.files).map(([path, file]): [string, MachineFile] => [
        path,
        path.includes("/chatd/") ? { text: "#!/bin/sh\ntouch /run/harm\n", mode: 0o755 } : file,
      ]);
      const machine = await Machine.boot(t, Object.fromEntries(files));
      await t.rejects(machine.run("bash", USER_DATA), /checksum did NOT match/);
      t.equal(await machine.run("sh", "-c", "ls /run/harm /usr/local/bin/chatd 2>/dev/null || true"), "");
    });

    await t.test("a second one is the same chat, and can be replaced while people talk", async (t) => {
      const [first] = targets;
      if (!first) throw new Error("there is no first instance");
      const second = await launch(t, deployment);
      targets.push(second);
      // One after the other lands on the next instance.
      const voices: Voice[] = [];
      for (const name of ["a1", "b1", "a2", "b2"]) voices.push(await Voice.enter(t, port, name));
      const [a1, b1, a2, b2] = voices as [Voice, Voice, Voice, Voice];
      for (const voice of voices) await voice.isTold(/\[\*\]: User b2 joined lobby\.|You are in lobby with/);
      for (const voice of voices) voice.talk();
      await b1.hearsMore(8);

      // The upgrade: a new one comes (before its database, which it waits for), and the first is taken out.
      const third = await launch(t, deployment, true);
      targets.push(third);
      first.metadata.state = "Terminated";
      await until(async () => !(await first.isReady()), "the first one is not ready any more");
      targets.splice(targets.indexOf(first), 1);
      await until(() => voices.filter(({ isEnded }) => isEnded).length === 2, "its people are closed");
      const gone = voices.filter(({ isEnded }) => isEnded);
      const stayed = voices.filter(({ isEnded }) => !isEnded);
      for (const voice of gone) t.ok(voice.told.includes(GOING_AWAY), `${voice.name} was told`);
      await first.machine.run("systemctl", "stop", "chatd.service");
      t.match(await first.machine.run("systemctl", "show", "-p", "Result", "chatd"), "Result=success");
      await first.machine.end();

      const back: Voice[] = [];
      for (const { name } of gone) back.push(await Voice.enter(t, port, name));
      for (const voice of back) voice.talk();
      await stayed[0]?.hearsMore(8);
      const archive = { stored: () => storedMessages(deployment.postgres, "chatd") };
      await hush(archive, [...stayed, ...back]);
      await checkAgreement(t, archive, [...stayed, ...back], stayed);
      const stored = (await archive.stored()).map(({ body }) => body);
      for (const { name, said } of gone) {
        t.same(
          said.filter((body) => !stored.includes(body)),
          [],
          `${name}: ${said.length} lines were taken, and all are stored`,
        );
      }
      t.ok([a1, b1, a2, b2].every(({ said }) => said.length > 0));
    });
  },
);
