/** Runs on a machine of its own, which `systemd.test.ts` boots. */
import { execFile, execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { promisify } from "node:util";
import t from "tap";
import { Client } from "../../support/client.ts";
import { Service, systemctl } from "../../support/service.ts";
import { until } from "../../support/until.ts";

const run = promisify(execFile);
const PORT = 8080;
const STATE = "/var/lib/chatd";
const chatd = new Service("chatd.service");
/** A setting of the tests: with it a signal makes the event loop hang. */
const HANGING = "/run/hang.cjs";
const PLAIN = [
  "Environment=CHATD_MAX_NEW_PER_MINUTE=0 CHATD_MAX_CONNECTIONS_PER_ADDRESS=0 CHATD_DRAIN=2s",
  `Environment=NODE_OPTIONS=--require=${HANGING}`,
];

writeFileSync(HANGING, 'process.on("SIGUSR2", () => { for (;;); });');
chatd.edit(...PLAIN);

t.test("systemctl start returns when the server takes connections", async (t) => {
  // Without the socket: nothing but the server itself could take them.
  chatd.start();
  const one = await Client.login(t, PORT, "one");
  await one.ask("hello");
  t.equal(chatd.shown("StatusText").replace(/\d+ logged/, "N logged"), "Port 8080, N logged in");
});

t.test("the operator's commands work for root", async (t) => {
  await Client.login(t, PORT, "one");
  const users = execFileSync("chatd", ["admin", "--data-dir", STATE, "users"], { encoding: "utf8" });
  t.match(users, /^one +127\.0\.0\.1/m);
});

t.test("the server can write nowhere but in its state directory, and to temporary files of its own", async (t) => {
  const [user = "", group = ""] = ["uid", "gid"].map((id) =>
    execFileSync("ps", ["-o", `${id}=`, "-p", String(chatd.pid)], { encoding: "utf8" }).trim(),
  );
  t.ok(Number(user) >= 61184, "its user is made for it, and has nothing else");
  // As it, in its view of the machine.
  const within = ["-t", String(chatd.pid), "-m", "-r", "-S", user, "-G", group, "--"];
  const writable = "find / ( -path /proc -o -path /sys ) -prune -o ( -type f -o -type d ) -writable -print";
  const { stdout } = await run("nsenter", [...within, ...writable.split(" ")]).catch((error: unknown) => {
    // It may not look everywhere, and says so.
    return error as { stdout: string };
  });
  const paths = stdout.trim().split("\n");
  t.ok(paths.includes("/var/lib/private/chatd"));
  t.same(
    paths.filter((path) => !path.startsWith("/var/lib/private/chatd")),
    ["/tmp", "/var/tmp"],
  );
  t.same([chatd.shown("PrivateTmp")], ["yes"]);
});

t.test("a server that is killed is started again, names are free, and what was said is there", async (t) => {
  const one = await Client.login(t, PORT, "one");
  await one.ask("before the crash");
  const before = chatd.restarts;
  process.kill(chatd.pid, "SIGKILL");
  await one.ended();
  await chatd.restarted(before + 1);
  const again = await Client.login(t, PORT, "one");
  t.match((await again.ask("/history")).at(-1), /\[one\]: before the crash$/);
});

t.test("a server whose event loop hangs is killed and started again", async (t) => {
  chatd.edit(...PLAIN, "WatchdogSec=1s");
  systemctl("restart", chatd.unit);
  const one = await Client.login(t, PORT, "one");
  const [before, pid] = [chatd.restarts, chatd.pid];
  process.kill(pid, "SIGUSR2");
  await one.ended();
  await chatd.restarted(before + 1);
  t.not(chatd.pid, pid);
  await Client.login(t, PORT, "one");
});

t.test("stop tells people, closes their connections over the time to drain, and ends with 0", async (t) => {
  chatd.edit(...PLAIN);
  systemctl("restart", chatd.unit);
  const one = await Client.login(t, PORT, "one");
  one.socket.on("end", () => one.socket.end());
  const stopped = run("systemctl", ["stop", chatd.unit]);
  await one.expect("[*]: The server is restarting. Please connect again in a moment.");
  await one.ended();
  await stopped;
  t.same([chatd.shown("Result"), chatd.shown("ExecMainStatus")], ["success", "0"]);
});

t.test("with the socket a restart refuses nobody", async (t) => {
  systemctl("enable", "--now", "chatd.socket", chatd.unit);
  const one = await Client.login(t, PORT, "one");
  one.socket.on("end", () => one.socket.end());
  const pid = chatd.pid;
  let isOver = false;
  const restarted = run("systemctl", ["restart", chatd.unit]).finally(() => (isOver = true));
  const newcomers: Client[] = [];
  await until(async () => {
    // Rejects where it is refused.
    newcomers.push(await Client.connect(t, PORT));
    return isOver;
  }, "the restart is over");
  await restarted;
  for (const newcomer of newcomers) await newcomer.expect("Login:");
  t.comment(`${newcomers.length} connections came meanwhile`);
  t.not(chatd.pid, pid);
  await one.expect("[*]: The server is restarting. Please connect again in a moment.");
  const two = await Client.login(t, PORT, "two");
  t.match((await two.ask("/history")).join("\n"), /\[one\]: hello\n/, "what was said first is there after all this");
});

t.test("settings that are wrong end it for good, with the reason in its log", async (t) => {
  systemctl("stop", "chatd.socket", chatd.unit);
  chatd.edit(...PLAIN, "Environment=CHATD_PORT=many");
  t.throws(() => chatd.start(), /failed/);
  t.same([chatd.shown("ExecMainStatus"), chatd.shown("ActiveState")], ["2", "failed"]);
});
