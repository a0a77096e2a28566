import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { ROOT } from "../../deploy/bundle.ts";
import { Client } from "../support/sockets/client.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { executablePart } from "../support/machines/executable.ts";
import { Machine } from "../support/machines/machine.ts";
import { comeUntil } from "../support/sockets/newcomers.ts";
import { program, withParts } from "../../tools/parts.ts";
import { installed, type MachineFile, sandboxPart } from "../support/machines/sandbox.ts";
import { Service } from "../support/machines/service.ts";
import { until } from "../support/sockets/until.ts";

const UNITS = join(ROOT, "deploy/systemd");
const RESTARTING = "[*]: The server is restarting. Please connect again in a moment.";
/** The port that the socket has. */
const PORT = 8080;
const STATE = "/var/lib/private/chatd";

await withParts(
  t,
  [program("systemd-analyze")],
  "systemd understands the units, and finds little exposed",
  async (t) => {
    const folder = aFolder(t);
    const service = join(folder, "chatd.service");
    // The program need not be installed here.
    const unit = readFileSync(join(UNITS, "chatd.service"), "utf8").replace(/^ExecStart=.*$/m, "ExecStart=/bin/true");
    writeFileSync(service, unit);
    copyFileSync(join(UNITS, "chatd.socket"), join(folder, "chatd.socket"));
    const analyze = (...args: readonly string[]): string =>
      // It says what it does not know on stderr, and ends with 0 all the same.
      execFileSync("sh", ["-c", '"$@" 2>&1', "sh", "systemd-analyze", ...args], { encoding: "utf8" });
    t.equal(analyze("verify", "--man=no", service, join(folder, "chatd.socket")), "");
    // Ends with 1 where the exposure is above 2.0 of 10.
    t.match(analyze("security", "--offline=true", "--threshold=20", "--no-pager", service), "exposure level");
  },
);

await withParts(t, [sandboxPart, executablePart], "the service under a real systemd", async (t) => {
  /** With this a signal makes the event loop hang. */
  const hang = "/etc/hang.cjs";
  const machine = await Machine.boot(t, {
    ...(await installed(t)),
    [hang]: { text: 'process.on("SIGUSR2", () => { for (;;); });' },
  });
  const chatd = new Service(machine, "chatd.service");
  const plain = [
    "Environment=CHATD_MAX_NEW_PER_MINUTE=0 CHATD_MAX_CONNECTIONS_PER_ADDRESS=0 CHATD_DRAIN=2s",
    `Environment=NODE_OPTIONS=--require=${hang}`,
  ];
  await chatd.edit(...plain);
  const port = await machine.reach(PORT);

  await t.test("systemctl start returns when the server takes connections", async (t) => {
    // Without the socket: nothing but the server itself could take them.
    await chatd.does("start");
    const one = await Client.login(t, port, "one");
    await one.ask("hello");
    t.match(await chatd.shown("StatusText"), /^Port 8080, \d+ logged in$/);
    const users = await machine.run("chatd", "admin", "--data-dir", "/var/lib/chatd", "users");
    t.match(users, /^one +127\.0\.0\.1/m, "the operator's commands work for root");
  });

  await t.test("it can write nowhere but in its state directory, and to temporary files of its own", async (t) => {
    const pid = await chatd.pid();
    const id = async (which: string): Promise<string> => (await machine.run("ps", "-o", `${which}=`, "-p", pid)).trim();
    const [user, group] = [await id("uid"), await id("gid")];
    t.ok(Number(user) >= 61184, "its user is made for it, and has nothing else");
    // As it, in its view of the machine; `find` may not look everywhere, and fails.
    const find = "find / ( -path /proc -o -path /sys ) -prune -o ( -type f -o -type d ) -writable -print";
    const within = ["-t", pid, "-m", "-r", "-S", user, "-G", group, "--", ...find.split(" ")];
    const found = await machine
      .run("nsenter", ...within)
      .catch((error: unknown) => (error as { stdout: string }).stdout);
    const paths = found.trim().split("\n");
    t.ok(paths.includes(STATE));
    t.same(
      paths.filter((path) => path !== STATE && !path.startsWith(`${STATE}/`)),
      ["/tmp", "/var/tmp"],
    );
    t.equal(await chatd.shown("PrivateTmp"), "yes");
  });

  await t.test("killed, it is started again, people come back, and what was said is there", async (t) => {
    const one = await Client.login(t, port, "one");
    await one.ask("before the crash");
    const before = await chatd.restarts();
    await chatd.kill("KILL");
    await one.ended();
    await chatd.restarted(before + 1);
    const again = await Client.login(t, port, "one");
    t.match((await again.ask("/history")).at(-1), /\[one\]: before the crash$/);
  });

  await t.test("when its event loop hangs it is killed and started again", async (t) => {
    await chatd.edit(...plain, "WatchdogSec=1s");
    await chatd.does("restart");
    const one = await Client.login(t, port, "one");
    const [before, pid] = [await chatd.restarts(), await chatd.pid()];
    await chatd.kill("USR2");
    await one.ended();
    await chatd.restarted(before + 1);
    t.not(await chatd.pid(), pid);
    await Client.login(t, port, "one");
  });

  await t.test("stop tells people, closes their connections over the time to drain, and ends with 0", async (t) => {
    await chatd.edit(...plain);
    await chatd.does("restart");
    const one = await Client.login(t, port, "one");
    one.socket.on("end", () => one.socket.end());
    const stopped = chatd.does("stop");
    await one.expect(RESTARTING);
    await one.ended();
    await stopped;
    t.same([await chatd.shown("Result"), await chatd.shown("ExecMainStatus")], ["success", "0"]);
  });

  await t.test("a time to drain that is longer than TimeoutStopSec is waited for", async (t) => {
    await chatd.edit(...plain, "TimeoutStopSec=1s");
    await chatd.does("restart");
    // It does not end its side: it is cut off when the time is over.
    const one = await Client.login(t, port, "one");
    const stopped = chatd.does("stop");
    await one.expect(RESTARTING);
    await stopped;
    t.same([await chatd.shown("Result"), await chatd.shown("ExecMainStatus")], ["success", "0"]);
    await chatd.edit(...plain);
  });

  await t.test("with the socket a restart refuses nobody", async (t) => {
    await chatd.systemctl("enable", "--now", "chatd.socket", chatd.unit);
    const one = await Client.login(t, port, "one");
    one.socket.on("end", () => one.socket.end());
    const pid = await chatd.pid();
    await comeUntil(t, port, chatd.does("restart"));
    t.not(await chatd.pid(), pid);
    await one.expect(RESTARTING);
    const two = await Client.login(t, port, "two");
    t.match((await two.ask("/history")).join("\n"), /\[one\]: hello\n/, "what was said first is there after all this");
  });

  await t.test(
    "with settings that are wrong it ends, however many wait for it, with the reason in its log",
    async (t) => {
      await chatd.systemctl("stop", "chatd.socket", chatd.unit);
      await chatd.edit(...plain, "Environment=CHATD_LEASE=many");
      await t.rejects(chatd.does("start"), /CHATD_LEASE="many": write a time such as /);
      t.same([await chatd.shown("ExecMainStatus"), await chatd.shown("ActiveState")], ["2", "failed"]);

      const socket = new Service(machine, "chatd.socket");
      await chatd.systemctl("restart", socket.unit);
      await Client.connect(t, port);
      await until(async () => (await socket.shown("ActiveState")) === "failed", "the socket ends, too");
      t.equal(await socket.shown("Result"), "trigger-limit-hit");
      t.equal(await chatd.shown("ActiveState"), "failed");

      await chatd.edit(...plain);
      await chatd.systemctl("restart", socket.unit, chatd.unit);
      await Client.login(t, port, "one");
    },
  );
});

/**
 * As a known failure had it, where a server was deployed and did not run: no `Type=`, a command that puts the server into
 * the background and ends once it answers, and another that stops it.
 */
const BACKGROUND: Record<string, MachineFile> = {
  "/etc/systemd/system/background.service": {
    text: `[Service]
ExecStart=/usr/local/bin/background start
ExecStop=/usr/local/bin/background stop
Restart=always
RestartSec=100ms
`,
  },
  "/usr/local/bin/background": {
    text: `#!/bin/sh
case $1 in
  start)
    setsid sleep 1000 </dev/null >/dev/null 2>&1 &
    echo "started $!" >>/run/background.log
    ;;
  stop) echo stopped >>/run/background.log ;;
esac
`,
    mode: 0o755,
  },
};

await withParts(
  t,
  [sandboxPart, executablePart],
  "a server that goes into the background is ended and started for ever; chatd is not",
  async (t) => {
    const machine = await Machine.boot(t, { ...(await installed(t)), ...BACKGROUND });
    const [background, chatd] = [new Service(machine, "background.service"), new Service(machine, "chatd.service")];
    await chatd.does("start");
    const pid = await chatd.pid();
    const one = await Client.login(t, await machine.reach(PORT), "one");

    await background.does("start");
    // The command has ended well: systemd takes the server for done, stops what is left of it, and starts the next one.
    await until(async () => (await background.restarts()) >= 2, "it was started again, twice");
    t.equal(await background.shown("Result"), "success", "nothing says that anything failed");
    const [first = "", second] = (await machine.run("cat", "/run/background.log")).split("\n");
    t.match(first, /^started \d+$/);
    t.equal(second, "stopped");
    await t.rejects(machine.run("kill", "-0", first.split(" ")[1] ?? ""), "the server that was started first is gone");

    t.equal(await chatd.restarts(), 0);
    t.equal(await chatd.pid(), pid);
    t.same(await one.ask("/users"), ["Online users: one"]);
  },
);
