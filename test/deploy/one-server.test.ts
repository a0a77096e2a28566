import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import t, { type Test } from "tap";
import { type Archive, checkAgreement, hush } from "../support/processes/cluster.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { executablePart } from "../support/machines/executable.ts";
import {
  checkScript,
  deployed,
  type RenderedDeployment,
  initialize,
  METRICS,
  S3,
  S3_IS_AWAY,
} from "../support/machines/instance.ts";
import { Machine } from "../support/machines/machine.ts";
import { program, withParts } from "../../tools/parts.ts";
import { type MachineFile, sandboxPart } from "../support/machines/sandbox.ts";
import { messagesIn, type Stored } from "../support/processes/stored.ts";
import { terraformPart } from "../support/machines/terraform.ts";
import { until } from "../support/sockets/until.ts";
import { Voice } from "../support/processes/voice.ts";
import { loopDevicePart, Volume } from "../support/machines/volume.ts";

const CONFIGURATION = "terraform/examples/one-server";
const PORT = 2323;
const DATA = "/var/lib/private/chatd";
const KEY = "backups/2026-11-22T10-00-07Z.db.gz";
/** How often the script looks for the volume before it is attached. */
const LOOKS = 3;
const WAITS = "/run/waits";
/** There is no journal on these machines. */
const BACKUP_LOG = "/run/backup.log";

/** Time does not pass on these machines: `sleep` notes that somebody waits. The volume comes after some of that. */
function sleep(volume: Volume | null): MachineFile {
  const attaching = volume ? `[ "$(grep -c . ${WAITS})" != ${LOOKS} ] || { ${volume.attaching}; }` : "";
  return { text: ["#!/bin/sh", `echo "$1" >>${WAITS}`, attaching, ""].join("\n"), mode: 0o755 };
}

async function boot(
  t: Test,
  { files }: RenderedDeployment,
  volume: Volume | null,
  more: Readonly<Record<string, MachineFile>> = {},
): Promise<Machine> {
  // S3 and CloudWatch are folders here.
  const lines = [`StandardOutput=append:${BACKUP_LOG}`, `StandardError=append:${BACKUP_LOG}`, `ReadWritePaths=${S3}`];
  const own = {
    "/usr/local/bin/sleep": sleep(volume),
    "/etc/systemd/system/chatd-backup.service.d/test.conf": {
      text: ["[Unit]", "StartLimitIntervalSec=0", "[Service]", ...lines, ""].join("\n"),
    },
  };
  const machine = await Machine.boot(t, { ...files, ...own, ...more });
  // Whoever has the right to may write to S3.
  await machine.run("sh", "-c", `find ${S3} -type d -exec chmod 777 {} +`);
  return machine;
}

/** Boots it for the first time; returns the machine, and where people connect. */
async function launch(
  t: Test,
  deployment: RenderedDeployment,
  volume: Volume,
  more: Readonly<Record<string, MachineFile>> = {},
): Promise<{ readonly machine: Machine; readonly port: number }> {
  const machine = await boot(t, deployment, volume, more);
  await initialize(machine).catch(async (error: unknown) => {
    const state =
      "systemctl --no-pager status chatd.service; systemctl --no-pager list-jobs; ps ax; cat /run/chatd.log";
    throw new Error(await machine.run("sh", "-c", `${state} || true`), { cause: error });
  });
  if (machine.said.includes("chatd does not run yet")) throw new Error(await machine.run("cat", "/run/chatd.log"));
  return { machine, port: await machine.reach(PORT) };
}

async function enter(t: Test, port: number, ...names: readonly string[]): Promise<Voice[]> {
  const voices: Voice[] = [];
  for (const name of names) voices.push(await Voice.enter(t, port, name));
  const last = names.at(-1);
  for (const voice of voices) await voice.isTold(new RegExp(`User ${last} joined lobby|You are in lobby with`));
  return voices;
}

async function waits(machine: Machine): Promise<number> {
  return Number(await machine.run("grep", "-c", ".", WAITS));
}

/** Everything on the volume. */
async function filesOn(machine: Machine): Promise<string[]> {
  return (await machine.run("ls", DATA)).trim().split("\n");
}

/** Makes a backup as the timer does; returns the file as S3 has it. */
async function backUp(t: Test, machine: Machine, bucket: string): Promise<string> {
  await machine.run("systemctl", "start", "chatd-backup.service").catch(async (error: unknown) => {
    throw new Error(await machine.run("cat", BACKUP_LOG), { cause: error });
  });
  const [key] = (await machine.run("ls", "-t", `${S3}/${bucket}/backups`)).trim().split("\n");
  t.match(key, /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.db\.gz$/);
  const file = join(aFolder(t), "backup.db.gz");
  const encoded = await machine.run("base64", `${S3}/${bucket}/backups/${key}`);
  writeFileSync(file, Buffer.from(encoded, "base64"));
  return file;
}

function messagesInBackup(t: Test, backup: string): Stored[] {
  const file = join(aFolder(t), "chatd.db");
  writeFileSync(file, gunzipSync(readFileSync(backup)));
  return messagesIn(file);
}

/** What is stored, as a backup of this moment has it. */
function archiveOf(t: Test, machine: Machine, bucket: string): Archive {
  return { stored: async () => messagesInBackup(t, await backUp(t, machine, bucket)) };
}

/** What an earlier part of the test has left. */
function there<T>(it: T | null): T {
  if (it === null) throw new Error("an earlier part has failed");
  return it;
}

const parts = [
  terraformPart,
  sandboxPart,
  executablePart,
  loopDevicePart,
  program("shellcheck"),
  program("xfs_growfs"),
];

await withParts(t, parts, "one server keeps what was said on its volume, and in backups", async (t) => {
  const variables = { port: PORT, drain: 3 };
  const [deployment, restoring] = await Promise.all([
    deployed(t, CONFIGURATION, variables),
    deployed(t, CONFIGURATION, { ...variables, restore: KEY }),
  ]);
  const bucket = deployment.text("module.backups.aws_s3_bucket.this", "id");
  const id = deployment.text("aws_ebs_volume.data", "id");
  const volume = new Volume(t, id);
  const whole = t;
  /** What people were told is stored when the first machine lost its power. */
  const confirmed: string[] = [];
  /** Took the volume over. */
  let second: Machine | null = null;
  /** The backup that a new machine goes on from, and what is in it. */
  let backup = "";
  let backedUp: Stored[] = [];

  await t.test("the script that the machine starts with is sound", async (t) => checkScript(t, deployment));

  await t.test("an empty volume gets a file system, and the chat is on it", async (t) => {
    const machine = await boot(t, deployment, volume);
    // Not every image rotates logs.
    await machine.run("rm", "-rf", "/etc/logrotate.d");
    await initialize(machine);
    t.ok((await waits(machine)) >= LOOKS, "it waited for the volume");
    t.match(await machine.run("findmnt", "--noheadings", "--output", "SOURCE,FSTYPE", DATA), /nvme1n1 +xfs/);
    t.ok((await filesOn(machine)).includes("chatd.db"));
    const voices = await enter(t, await machine.reach(PORT), "one", "two");
    for (const voice of voices) voice.talk();
    await voices[0]?.hearsMore(12);
    // Its power is cut while people talk.
    await machine.end();
    confirmed.push(...voices.flatMap(({ said }) => said));
    t.ok(confirmed.length > 12);
  });

  await t.test("a new machine takes the volume over as it is, and uses what it has grown by", async (t) => {
    volume.grow();
    const { machine, port } = await launch(whole, deployment, volume);
    second = machine;
    const voices = await enter(t, port, "three", "four");
    for (const voice of voices) voice.talk();
    await voices[0]?.hearsMore(8);
    const archive = archiveOf(t, machine, bucket);
    await hush(archive, voices);
    await checkAgreement(t, archive, voices);
    backup = await backUp(whole, machine, bucket);
    backedUp = messagesInBackup(t, backup);
    const bodies = new Set(backedUp.map(({ body }) => body));
    t.same(
      confirmed.filter((body) => !bodies.has(body)),
      [],
      `all ${confirmed.length} lines that the first machine had stored are there`,
    );
    const bytes = await machine.run("df", "--block-size=1", "--output=size", DATA);
    t.ok(Number(bytes.split("\n")[1]) > Volume.SIZE_BYTES, "the file system has grown");
  });

  await t.test("a backup leaves nothing behind, also where it fails, and is counted where it does not", async (t) => {
    const machine = there(second);
    const before = await filesOn(machine);
    await machine.run("rm", METRICS);
    await backUp(t, machine, bucket);
    const counted = await machine.run("cat", METRICS);
    t.equal(counted, "--namespace chatd/chatd --metric-name Backups --value 1\n");
    t.same(await filesOn(machine), before);

    await machine.run("touch", S3_IS_AWAY);
    await t.rejects(backUp(t, machine, bucket), /Could not connect/);
    t.same(await filesOn(machine), before);
    await machine.run("rm", S3_IS_AWAY);

    // All but an eleventh of the volume.
    await machine.run("sh", "-c", `fallocate -l $(($(stat -fc '%a * %S - %b * %S / 11' ${DATA}))) ${DATA}/ballast`);
    await t.rejects(backUp(t, machine, bucket), /less than a tenth of the volume/);
    await machine.run("rm", `${DATA}/ballast`);
    t.same(await filesOn(machine), before);
    t.equal(await machine.run("cat", METRICS), counted, "what failed is not counted");
    t.match(await machine.run("systemctl", "list-timers", "--all"), "chatd-backup.timer");
  });

  await t.test("chatd does not run when its volume is taken away", async (t) => {
    const machine = there(second);
    await machine.run("systemctl", "stop", "chatd.socket", "chatd.service", "var-lib-private-chatd.mount");
    await machine.run("rm", "/dev/nvme1n1");
    await t.rejects(machine.run("systemctl", "start", "chatd.service"), /dependency/);
    t.same(await filesOn(machine), [""]);
    await machine.end();
  });

  await t.test("a new volume gets what a backup has, once, and keeps what is said from then on", async (t) => {
    const empty = new Volume(t, id);
    const stored = { [`${S3}/${bucket}/${KEY}`]: { from: backup } };
    const first = await launch(t, restoring, empty, stored);
    t.same(
      await archiveOf(t, first.machine, bucket).stored(),
      backedUp,
      `${backedUp.length} lines are there, in order`,
    );
    const [one] = await enter(t, first.port, "one");
    one?.talk();
    await until(() => (one?.said.length ?? 0) > 5, "something is said");
    await one?.silence();
    await first.machine.end();

    const next = await launch(t, restoring, empty, stored);
    t.match(next.machine.said, `${KEY} was restored before: nothing to do`);
    const later = await archiveOf(t, next.machine, bucket).stored();
    t.same(later.slice(0, backedUp.length), backedUp);
    t.same(
      later.slice(backedUp.length).map(({ body }) => body),
      one?.said,
      "what was said after it is not thrown away",
    );

    await t.test("and another backup later: what was there is kept beside it", async (t) => {
      const { machine } = next;
      const restore = async (key: string): Promise<string> =>
        machine.run("/usr/local/sbin/chatd-restore", bucket, `backups/${key}`);
      const put = async (key: string, command: string): Promise<string> =>
        machine.run("sh", "-c", `${command} >${S3}/${bucket}/backups/${key}`);
      await machine.run("systemctl", "stop", "chatd.socket", "chatd.service");
      const before = await filesOn(machine);
      await put("half.db.gz", `head -c 1000 ${S3}/${bucket}/${KEY}`);
      await put("strange.db.gz", "echo something else | gzip");
      await put("empty.db.gz", "gzip </dev/null");
      for (const key of ["none.db.gz", "half.db.gz", "strange.db.gz", "empty.db.gz"])
        await t.rejects(restore(key), /Everything on the volume is as it was/, key);
      t.same(await filesOn(machine), before);

      await machine.run("cp", `${S3}/${bucket}/${KEY}`, `${S3}/${bucket}/backups/again.db.gz`);
      // As somebody who had taken chatd over may have left it.
      await machine.run(
        "sh",
        "-c",
        `echo mine >/etc/victim; ln -sf /etc/victim ${DATA}/restored-from; mkdir ${DATA}/restoring.db.d`,
      );
      t.match(await restore("again.db.gz"), /What was there is in \/var\/lib\/chatd\/before-restore-/);
      t.equal(await machine.run("cat", "/etc/victim"), "mine\n", "root follows no link there");
      await machine.run("systemctl", "start", "chatd.socket", "chatd.service");
      t.same(await archiveOf(t, machine, bucket).stored(), backedUp);
      const [aside] = (await filesOn(machine)).filter((name) => name.startsWith("before-restore-"));
      const kept = await machine.run("base64", `${DATA}/${aside}/chatd.db`);
      const file = join(aFolder(t), "kept.db");
      writeFileSync(file, Buffer.from(kept, "base64"));
      t.same(messagesIn(file), later);
    });
  });

  await t.test("nor before it is there: it writes nothing to the machine's own disk", async (t) => {
    const machine = await boot(t, deployment, null);
    await t.rejects(initialize(machine), /The volume vol-0123456789abcdef0 is not here after 5 minutes/);
    t.ok((await waits(machine)) >= 150, "so often it looked");
    await t.rejects(machine.run("systemctl", "is-enabled", "chatd.service"));
    await t.rejects(machine.run("systemctl", "start", "chatd.service"));
    t.equal(await machine.run("find", "/var/lib/private", "-type", "f"), "");
  });
});
