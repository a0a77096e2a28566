import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { Client } from "../../support/sockets/client.ts";
import { controlsIn } from "../../../tools/control-characters.ts";
import type { Daemon } from "../../../src/daemon/daemon.ts";
import { aDaemon, aFolder } from "../../support/sockets/daemon.ts";
import { ChatdProcess } from "../../support/processes/process.ts";

interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function admin(t: Test, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Said> {
  const chatd = ChatdProcess.start(t, ["admin", ...args], env);
  const code = await chatd.exited();
  return { code, stdout: chatd.stdout, stderr: chatd.stderr };
}

/** A server in this process, with this data directory. */
async function aServer(t: Test, folder: string): Promise<Daemon> {
  return await aDaemon(t, { database: `sqlite:${folder}/chatd.db`, adminSocket: `${folder}/admin.sock` });
}

t.test("the operator inspects and controls the server that has this data directory", async (t) => {
  const folder = aFolder(t);
  const { port } = await aServer(t, folder);
  const run = (...args: string[]) => admin(t, ["--data-dir", folder, ...args]);
  const one = await Client.login(t, port, "one");
  t.match((await run("users")).stdout, /^NAME +ADDRESS .*\none +127\.0\.0\.1 .*lobby\n$/);
  t.match((await run("rooms")).stdout, /^NAME .*\nlobby +1 +0 +no +- +20\d\d-\S+ \S+\n$/);
  t.match((await run("stats")).stdout, /^version .*\n(.*\n){10}disk free +\d/);
  t.same(await run("bans"), { code: 0, stdout: "Nobody is banned.\n", stderr: "" });
  t.equal((await run("broadcast", "back", "in a minute")).stdout, "Sent to 1 person.\n");
  await one.expect("[operator]: back in a minute");
  const forever = "192.0.2.0/24 is banned until unban; no connection was closed here.\n";
  t.equal((await run("ban", "192.0.2.7/24", "--reason", "noise")).stdout, forever);
  t.match(
    (await run("ban", "one", "1h")).stdout,
    /^one is banned until 20\S+ \S+ UTC; 1 connection was closed here\.\n$/,
  );
  await one.expect("[*]: This name is banned here.");
  t.match((await run("bans")).stdout, /^BANNED .*\n192\.0\.2\.0\/24 +- .* noise\none +20/);
  t.equal((await run("unban", "one")).stdout, "one may come back.\n");
  await Client.login(t, port, "one");
  t.equal((await run("kick", "one", "--reason", "bye")).stdout, "one was disconnected.\n");
  t.equal((await run("log-level", "warn")).stdout, "Log level: warn.\n");
  const copy = join(folder, "copy.db");
  t.equal((await run("backup", copy)).stdout, `Backup written to ${copy} and checked.\n`);
  t.ok(existsSync(copy));
  t.match((await run("drain")).stdout, /^Draining: nobody is let in, .* \d connections are closed over 10 s\./);
});

t.test("with --json everything is JSON, for programs", async (t) => {
  const folder = aFolder(t);
  const { port } = await aServer(t, folder);
  await Client.login(t, port, "one");
  const json = async (...args: string[]): Promise<unknown> =>
    JSON.parse((await admin(t, ["--json", "--data-dir", folder, ...args])).stdout);
  t.match(await json("users"), [{ name: "one", rooms: ["lobby"] }]);
  t.match(await json("rooms"), { rooms: [{ name: "lobby", members: 1 }], count: 1 });
  t.match(await json("stats"), { sessions: 1 });
  t.match(await json("ban", "192.0.2.1"), { subject: "192.0.2.1", closed: 0 });
  t.match(await json("kick", "one"), { name: "one" });
  const { stdout } = await admin(t, ["--json", "--data-dir", folder, "backup", join(folder, "copy.db")]);
  const lines = stdout.trim().split("\n");
  t.same(JSON.parse(lines.at(-1) ?? ""), { path: join(folder, "copy.db") });
});

t.test("options stand before the command or after it, and text that looks like one after --", async (t) => {
  const folder = aFolder(t);
  const { port } = await aServer(t, folder);
  const one = await Client.login(t, port, "one");
  const run = async (...args: string[]): Promise<unknown> => JSON.parse((await admin(t, args)).stdout);
  t.match(await run("users", "--json", "--data-dir", folder), [{ name: "one" }]);
  t.match(await run("--json", "room", "--data-dir", folder, "list", "--limit", "1"), { count: 1 });
  t.match(await run("room", "show", "lobby", "--data-dir", folder, "--history", "1", "--json"), { history: [] });
  t.match(await run("broadcast", "--json", "--data-dir", folder, "--", "--json", "is", "on"), { sessions: 1 });
  await one.expect("[operator]: --json is on");
  t.match(await run("kick", "one", "--reason", "bye", "--json", "--data-dir", folder), { name: "one" });
});

t.test("with --json, errors are JSON on stderr, with the same exit codes", async (t) => {
  const folder = aFolder(t);
  const unreachable = await admin(t, ["--json", "--data-dir", folder, "users"]);
  t.same([unreachable.code, unreachable.stdout], [1, ""]);
  t.match(JSON.parse(unreachable.stderr), { error: /^no chatd answers at /, code: "not-running" });
  await aServer(t, folder);
  const failing: readonly (readonly [number, object, ...string[]])[] = [
    [1, { error: /^There is no user "nobody" online/, code: "no-such-user" }, "kick", "nobody"],
    [1, { error: "There is no text to send.", code: "empty-text" }, "broadcast", ""],
    [1, { error: /its folder does not exist/, code: "not-backed-up" }, "backup", join(folder, "no", "copy.db")],
    [2, { error: /^unknown command 'dance'/, code: "wrong-usage" }, "dance"],
    [2, { error: /^missing required argument/, code: "wrong-usage" }, "kick"],
    [2, { error: "A command is missing. chatd admin --help lists the commands.", code: "wrong-usage" }],
    [2, { error: /^admin-socket: it is off\./, code: "wrong-usage" }, "users", "--admin-socket", "off"],
    [2, { error: /Add --yes\.$/, code: "wrong-usage" }, "room", "end", "lobby"],
  ];
  for (const [code, body, ...args] of failing) {
    const said = await admin(t, [...args, "--data-dir", folder, "--json"]);
    t.same([said.code, said.stdout], [code, ""], args.join(" "));
    t.match(JSON.parse(said.stderr), body);
  }
  const help = await admin(t, ["--json", "--help"]);
  t.same([help.code, help.stderr], [0, ""]);
  t.match(help.stdout, /^Usage: chatd admin /);
});

t.test("the socket is found by flag, environment and file", async (t) => {
  const folder = aFolder(t);
  const socket = join(folder, "its.sock");
  await aDaemon(t, { adminSocket: socket });
  const file = join(folder, "chatd.toml");
  writeFileSync(file, `admin-socket = ${JSON.stringify(socket)}\n`);
  t.equal((await admin(t, ["--admin-socket", socket, "bans"])).code, 0);
  t.equal((await admin(t, ["bans"], { CHATD_ADMIN_SOCKET: socket })).code, 0);
  t.equal((await admin(t, ["--config", file, "bans"])).code, 0);
});

t.test("a refusal is one line that says what to do, and exit code 1", async (t) => {
  const folder = aFolder(t);
  await aServer(t, folder);
  const run = (...args: string[]) => admin(t, ["--data-dir", folder, ...args]);
  const nobody = 'chatd: There is no user "nobody" online or away. chatd admin users lists who is.\n';
  t.same(await run("kick", "nobody"), { code: 1, stdout: "", stderr: nobody });
  t.match(await run("ban", "a b"), {
    code: 1,
    stderr: "chatd: a b is not an address, a range such as 10.0.0.0/8 or a name.\n",
  });
  t.same(await run("broadcast", ""), { code: 1, stdout: "", stderr: "chatd: There is no text to send.\n" });
  const file = join(folder, "there.db");
  writeFileSync(file, "");
  t.match(await run("backup", file), {
    code: 1,
    stdout: "",
    stderr: /already exists\. Choose another name for the backup\.\n$/,
  });
});

t.test("where nobody answers, or the socket is another's, that is said", async (t) => {
  const folder = aFolder(t);
  const path = join(folder, "admin.sock");
  const message = `chatd: no chatd answers at ${path}. Is it running, with the same --data-dir?\n`;
  t.same(await admin(t, ["--data-dir", folder, "users"]), { code: 1, stdout: "", stderr: message });
});

t.test("wrong usage is exit code 2", async (t) => {
  t.equal((await admin(t, ["dance"])).code, 2);
  t.equal((await admin(t, ["kick"])).code, 2);
  t.equal((await admin(t, ["log-level", "loud"])).code, 2);
  t.match(await admin(t, ["--admin-socket", "off", "users"]), {
    code: 2,
    stderr: "chatd: admin-socket: it is off. Name the running server's with --admin-socket.\n",
  });
  t.match(await admin(t, ["users"], { CHATD_PORT: "abc" }), {
    code: 2,
    stderr: 'chatd: CHATD_PORT="abc": not a port\n',
  });
});

t.test("a backup whose server dies in the middle has failed", async (t) => {
  const folder = aFolder(t);
  const chatd = await ChatdProcess.serve(t, ["--data-dir", folder]);
  chatd.child.kill("SIGSTOP");
  const running = ChatdProcess.start(t, ["admin", "--data-dir", folder, "backup", join(folder, "copy.db")]);
  chatd.child.kill("SIGKILL");
  t.equal(await running.exited(), 1);
  t.match(running.stderr, /^chatd: /);
});

t.test("nothing that the operator is shown can control a terminal", async (t) => {
  const folder = aFolder(t);
  const { port } = await aServer(t, folder);
  const one = await Client.login(t, port, "one");
  await one.ask("/create Planes", "/join Planes", "/topic \u001b]0;owned\u0007 \u009b31m red \u202e back");
  for (const command of ["users", "rooms", "stats", "bans", "room show Planes --history 5"]) {
    const { stdout } = await admin(t, ["--data-dir", folder, ...command.split(" ")]);
    t.not(stdout, "");
    t.same(controlsIn(stdout.replaceAll("\n", "")), [], command);
  }
});
