import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import t from "tap";
import { Balancer } from "../../demo/balancer.ts";
import { ownArchitecture } from "../../deploy/executable.ts";
import { build, type Instance, launch, restore } from "../support/machines/cloud.ts";
import { Client } from "../support/sockets/client.ts";
import { checkAgreement, hush, storedMessages } from "../support/processes/cluster.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { executablePart } from "../support/machines/executable.ts";
import { checkScript, deployed, initialize, PASSWORD } from "../support/machines/instance.ts";
import { Machine } from "../support/machines/machine.ts";
import { program, withParts } from "../../tools/parts.ts";
import { postgresPart } from "../support/processes/postgres.ts";
import { type MachineFile, sandboxPart } from "../support/machines/sandbox.ts";
import { terraformPart } from "../support/machines/terraform.ts";
import { until } from "../support/sockets/until.ts";
import { Voice } from "../support/processes/voice.ts";

const GOING_AWAY = "[*]: This server is shutting down. Please connect again.";

const parts = [
  terraformPart,
  sandboxPart,
  executablePart,
  postgresPart,
  program("openssl"),
  program("shellcheck"),
  program("logrotate"),
  program("pg_dump"),
  program("psql"),
];

await withParts(
  t,
  parts,
  "what terraform builds starts by itself, is one chat, and loses nothing in an upgrade",
  async (t) => {
    const cloud = await build(t);
    const { deployment, postgres } = cloud;
    const whole = t;
    const targets: Instance[] = [];
    const balancer = new Balancer(targets, createServer());
    const port = await balancer.listen(0);
    t.teardown(() => balancer.close());

    await t.test("the script that instances start with is sound, and knows no secret", async (t) =>
      checkScript(t, deployment),
    );

    await t.test("an instance takes people a moment after it has booted", async (t) => {
      const began = performance.now();
      const first = await launch(whole, cloud);
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
      t.equal(
        (await machine.run("systemctl", "is-active", "chatd.service", "chatd.socket")).trim(),
        "active\nactive",
        "the socket holds the port",
      );
      t.match(await machine.run("cat", "/var/log/chatd/chatd.log"), '"name":"one"');
      await machine.run("logrotate", "--force", "/etc/logrotate.d/chatd");
      t.match(
        await machine.run("sh", "-c", "zcat /var/log/chatd/chatd.log.1.gz"),
        '"name":"one"',
        "the log is rotated",
      );
      t.match(await machine.run("cat", "/run/agent"), "fetch-config -m ec2 -s -c file:");
      t.notMatch(await machine.run("cat", "/etc/chatd/chatd.env"), PASSWORD);
    });

    await t.test("an executable that is not the one that was uploaded is not run", async (t) => {
      const files = Object.entries(deployment.files).map(([path, file]): [string, MachineFile] => [
        path,
        path.includes("/chatd/") ? { text: "#!/bin/sh\ntouch /run/harm\n", mode: 0o755 } : file,
      ]);
      const machine = await Machine.boot(t, Object.fromEntries(files));
      await t.rejects(initialize(machine), /checksum did NOT match/);
      t.equal(await machine.run("sh", "-c", "ls /run/harm /usr/local/bin/chatd 2>/dev/null || true"), "");
    });

    await t.test("a second one is the same chat, and can be replaced while people talk", async (t) => {
      const [first] = targets;
      if (!first) throw new Error("there is no first instance");
      const second = await launch(whole, cloud);
      targets.push(second);
      // One after the other lands on the next instance.
      const voices: Voice[] = [];
      for (const name of ["a1", "b1", "a2", "b2"]) voices.push(await Voice.enter(t, port, name));
      const [a1, b1, a2, b2] = voices as [Voice, Voice, Voice, Voice];
      for (const voice of voices) await voice.isTold(/\[\*\]: User b2 joined lobby\.|You are in lobby with/);
      for (const voice of voices) voice.talk();
      await b1.hearsMore(8);

      // The upgrade: a new one comes (before its database, which it waits for), and the first is taken out.
      const third = await launch(whole, cloud, true);
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
      const archive = { stored: () => storedMessages(postgres, "chatd") };
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

    await t.test("back to a moment: what was said until then is there, and nothing else", async (t) => {
      const witness = await Client.login(t, port, "witness");
      await witness.ask("before the moment");
      const restored = { ...cloud, postgres: await restore(t, cloud) };
      await witness.ask("after the moment");
      // As the runbook has it: first nobody talks any more in what goes.
      await postgres.stop();
      const after = await launch(t, restored);
      const again = await Client.login(t, after.port, "witness");
      t.match((await again.ask("/history")).at(-1), /\[witness\]: before the moment$/);
      await again.ask("in another past");
      t.match((await again.ask("/history")).at(-1), /\[witness\]: in another past$/);
    });
  },
);

await withParts(t, parts, "an executable for another processor is found out, and said", async (t) => {
  const folder = aFolder(t);
  const artifact = join(folder, `chatd-linux-${ownArchitecture()}`);
  // The beginning of a program for a processor that nothing here is.
  writeFileSync(artifact, Buffer.from("7f454c4602010100000000000000000002001600", "hex"));
  const { files } = await deployed(t, "terraform", { artifact });
  const machine = await Machine.boot(t, files);
  await t.rejects(
    initialize(machine),
    /does not run on this machine .*Apply again with an artifact for its processor/s,
  );
  await t.rejects(machine.run("systemctl", "is-enabled", "chatd.service"), "it is not started again and again");
});
