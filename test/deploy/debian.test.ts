import { execFileSync } from "node:child_process";
import { join } from "node:path";
import t, { type Test } from "tap";
import { currentBuild } from "../../deploy/bundle.ts";
import { makeDebian } from "../../deploy/debian.ts";
import { ownArchitecture } from "../../deploy/executable.ts";
import { listParts } from "../../deploy/parts-list.ts";
import { Client } from "../support/sockets/client.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { anExecutable, executablePart } from "../support/machines/executable.ts";
import { Machine } from "../support/machines/machine.ts";
import { comeUntil } from "../support/sockets/newcomers.ts";
import { program, withParts } from "../../tools/parts.ts";
import { sandboxPart } from "../support/machines/sandbox.ts";
import { Service } from "../support/machines/service.ts";
import { Voice } from "../support/processes/voice.ts";

/** The port that the package's socket has. */
const PORT = 8080;
const RESTARTING = "[*]: The server is restarting. Please connect again in a moment.";
const DATA = "/var/lib/private/chatd/chatd.db";
const SETTINGS = "/etc/chatd/chatd.env";
/** Where the packages lie on the machine. */
const [PACKAGE, NEWER] = ["/root/chatd.deb", "/root/newer.deb"];
const NEWER_VERSION = `${currentBuild().version}+newer`;

/** The package of this kind of machine. */
async function aPackage(t: Test): Promise<string> {
  const file = join(aFolder(t), "chatd.deb");
  const [architecture, { version }] = [ownArchitecture(), currentBuild()];
  await makeDebian({ architecture, version, executable: await anExecutable(t), partsList: await listParts() }, file);
  return file;
}

/** The same package as a newer version. It is not compressed, which would take seconds. */
function newer(t: Test, file: string): string {
  const folder = aFolder(t);
  const [tree, made] = [join(folder, "tree"), join(folder, "newer.deb")];
  execFileSync("dpkg-deb", ["--raw-extract", file, tree]);
  execFileSync("sed", ["-i", `s/^Version: .*/Version: ${NEWER_VERSION}/`, join(tree, "DEBIAN/control")]);
  execFileSync("dpkg-deb", ["--root-owner-group", "-Znone", "--build", tree, made], { stdio: "ignore" });
  return made;
}

/** A machine on which packages may start services, with the package and its newer version. */
async function aMachine(t: Test, file: string): Promise<Machine> {
  return Machine.boot(t, {
    [PACKAGE]: { from: file },
    [NEWER]: { from: newer(t, file) },
    "/usr/sbin/policy-rc.d": { text: "#!/bin/sh\nexit 0\n", mode: 0o755 },
  });
}

/** Everything on the machine that has its name, or is in a folder that has it. */
async function traces(machine: Machine): Promise<string[]> {
  return (await machine.run("find", "/etc", "/usr", "/var", "-path", "*chatd*")).trim().split("\n").toSorted();
}

await withParts(t, [executablePart, program("dpkg-deb")], "the Debian package", async (t) => {
  const file = await aPackage(t);

  await withParts(t, [program("lintian")], "lintian finds no error and no warning in it", async (t) => {
    // Misspelt words in Node.js are only information, and cost ten seconds.
    const args = ["--fail-on", "error,warning", "--dont-check-part", "binaries/spelling", file];
    t.equal(execFileSync("lintian", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }), "");
  });

  await withParts(t, [sandboxPart], "on a machine", async (t) => {
    const machine = await aMachine(t, file);
    const [chatd, socket] = [new Service(machine, "chatd.service"), new Service(machine, "chatd.socket")];
    await chatd.edit();
    const before = await traces(machine);

    await t.test(
      "where no systemd runs it is installed and purged without a complaint, and starts nothing",
      async (t) => {
        const dpkg = async (...args: readonly string[]): Promise<string[]> => {
          // As in a container: nothing is in /run.
          const script = 'mount -t tmpfs tmpfs /run && exec "$@" 2>&1';
          const said = await machine.run("unshare", "--mount", "sh", "-c", script, "sh", "dpkg", ...args);
          return said.trim().split(/[\r\n]+/);
        };
        const usual =
          /^(Selecting|\(Reading|Preparing|Unpacking|Setting up|Created symlink|Processing triggers|Removing|Purging)/;
        t.same(
          [...(await dpkg("-i", NEWER)), ...(await dpkg("-P", "chatd"))].filter((line) => !usual.test(line)),
          [],
        );
        t.equal(await socket.shown("ActiveState"), "inactive");
        t.same(await traces(machine), before);
      },
    );

    await t.test("installing starts the service and its socket, now and at each boot", async (t) => {
      await machine.run("dpkg", "-i", PACKAGE);
      for (const unit of [chatd, socket]) {
        t.equal(await unit.shown("ActiveState"), "active");
        t.equal(await unit.shown("UnitFileState"), "enabled");
      }
      t.equal((await machine.run("stat", "-c", "%a %U", SETTINGS)).trim(), "600 root", "settings may hold secrets");
      const said = await machine.run("chatd", "--version");
      t.match(said, `chatd ${currentBuild().version} (commit ${currentBuild().commit}`);
    });

    const port = await machine.reach(PORT);
    /** What was said and stored before the server restarted. */
    const said: string[] = [];

    await t.test("an upgrade tells people, refuses nobody, and keeps settings and what was said", async (t) => {
      const settings = ["DRAIN=2s", "PASTE_LINES=0", "MAX_NEW_PER_MINUTE=0", "MAX_CONNECTIONS_PER_ADDRESS=0"];
      const lines = settings.map((setting) => `CHATD_${setting}`).join("\n");
      await machine.run("sh", "-c", `echo "${lines}" >>${SETTINGS}`);
      await chatd.does("restart");
      const pid = await chatd.pid();
      const voices = [await Voice.enter(t, port, "one"), await Voice.enter(t, port, "two")];
      for (const voice of voices) voice.talk();
      await voices[0]?.hearsMore(2);

      const upgraded = machine.run("dpkg", "-i", NEWER);
      await Promise.all(voices.map((voice) => voice.isTold(RESTARTING)));
      await comeUntil(t, port, upgraded);

      t.match(await machine.run("dpkg-query", "--show", "chatd"), NEWER_VERSION);
      t.not(await chatd.pid(), pid);
      t.equal(await chatd.restarts(), 0);
      t.match(await machine.run("cat", SETTINGS), lines);
      said.push(...voices.flatMap((voice) => voice.said));
      t.ok(said.length > 0);
      t.same(await notInHistory(await Client.login(t, port, "one")), []);
    });

    await t.test("removing ends the server and leaves what was said for the next installation", async (t) => {
      const three = await Client.login(t, port, "three");
      three.socket.on("end", () => three.socket.end());
      await machine.run("dpkg", "-r", "chatd");
      await three.expect(RESTARTING);
      await three.ended();
      t.equal(await socket.shown("ActiveState"), "inactive");
      await machine.run("test", "-s", DATA);

      await machine.run("dpkg", "-i", NEWER);
      t.same(await notInHistory(await Client.login(t, port, "one")), []);
    });

    await t.test("purging leaves nothing", async (t) => {
      await machine.run("sh", "-c", "mkdir -p /var/log/private/chatd && echo >/var/log/private/chatd/chatd.log");
      await machine.run("dpkg", "-P", "chatd");
      t.same(await traces(machine), before);
      t.same([await chatd.shown("LoadState"), await chatd.shown("ActiveState")], ["not-found", "inactive"]);
    });

    async function notInHistory(client: Client): Promise<string[]> {
      const history = await client.ask("/history 100");
      return said.filter((body) => !history.some((line) => line.endsWith(`: ${body}`)));
    }
  });
});
