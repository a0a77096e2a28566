import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { Client } from "../support/sockets/client.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { withParts } from "../../tools/parts.ts";
import { ChatdProcess, LAUNCHER } from "../support/processes/process.ts";
import { script, Terminal } from "../support/processes/terminal.ts";

const MEMORY = ["--database", "memory:"] as const;
const RESTARTING = "[*]: The server is restarting. Please connect again in a moment.";

/** The log as JSON has it: an object for each line. */
function eventsOf(log: string): Record<string, unknown>[] {
  return log
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The lines of a plain log; the test fails where one does not begin with a time. */
function withoutTimes(log: string): string[] {
  return log
    .trimEnd()
    .split("\n")
    .map((line) => /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ (.*)$/.exec(line)?.[1] ?? `no time: ${line}`);
}

t.test("stdout carries one line, with the port", async (t) => {
  const chatd = await ChatdProcess.serve(t, MEMORY);
  const one = await Client.login(t, chatd.port, "one");
  await one.ask("hello", "/root");
  one.close();
  t.equal(await chatd.end("SIGTERM"), 0);
  t.equal(chatd.stdout, `Chat server listening on port ${chatd.port}\n`);
});

t.test("the log is JSON where it goes to no terminal, an event for each fact", async (t) => {
  const chatd = await ChatdProcess.serve(t, MEMORY);
  const one = await Client.login(t, chatd.port, "one");
  one.send("/quit");
  await one.expect("Bye.");
  one.close();
  await chatd.logged(/User disconnected/);
  t.equal(await chatd.end("SIGTERM"), 0);
  t.match(eventsOf(chatd.stderr), [
    { level: 30, msg: "Started", port: chatd.port, opsPort: null, pid: chatd.child.pid },
    { level: 30, msg: "User connected", name: "one", address: "127.0.0.1" },
    { level: 30, msg: "User disconnected", name: "one", address: "127.0.0.1", reason: "quit" },
    { level: 30, msg: "Stopping", signal: "SIGTERM", connections: 0, drainMs: 10_000, what: undefined },
    { level: 30, msg: "Stopped" },
  ]);
});

t.test("--log-format text logs plain lines, with the time, from where and why", async (t) => {
  const chatd = await ChatdProcess.serve(t, [...MEMORY, "--log-format", "text"]);
  const one = await Client.login(t, chatd.port, "one");
  one.close();
  await chatd.logged(/User disconnected/);
  t.equal(await chatd.end("SIGTERM"), 0);
  t.same(withoutTimes(chatd.stderr), [
    "Started",
    "User connected: one (127.0.0.1)",
    "User disconnected: one (127.0.0.1, peer-closed)",
    "Stopping",
    "Stopped",
  ]);
});

await withParts(t, [script], "on a terminal the log is plain lines, and says how to try it", async (t) => {
  const terminal = await Terminal.run(
    t,
    `${LAUNCHER} serve --host 127.0.0.1 --port 0 --ops-port off --http-port off --database memory: --admin-socket off`,
  );
  await terminal.sees("Try it");
  terminal.type("\u0003");
  t.equal(await terminal.ended(), 0);
  const [, listening = "", ...lines] = terminal.screen.replace(/^\^C/m, "").trimEnd().split("\n");
  const port = /\d+$/.exec(listening)?.[0];
  t.equal(listening, `Chat server listening on port ${port}`);
  t.same(withoutTimes(lines.join("\n")), ["Started", `Try it: telnet localhost ${port}`, "Stopping", "Stopped"]);
});

await withParts(t, [script], "on a terminal a stop says how long it takes, and ^C ends it at once", async (t) => {
  const settings =
    "--host 127.0.0.1 --port 0 --ops-port off --http-port off --database memory: --admin-socket off --drain 1d";
  const terminal = await Terminal.run(t, `sh -c 'echo pid $$; exec ${LAUNCHER} serve ${settings}'`);
  const pid = Number((await terminal.sees(/pid \d+\n/)).slice("pid ".length));
  const port = Number((await terminal.sees(/localhost \d+\n/)).slice("localhost ".length));
  const people = [await Client.login(t, port, "one"), await Client.login(t, port, "two")];
  process.kill(pid, "SIGTERM");
  await terminal.sees("Stopping: 2 connections are closed over 86400 s; ^C again ends at once.");
  for (const person of people) await person.expect(RESTARTING);
  terminal.type("\u0003");
  t.equal(await terminal.ended(), 130, "by the signal");
});

await withParts(t, [script], "on a terminal ^C tells whom it disconnects", async (t) => {
  const settings = "--host 127.0.0.1 --port 0 --ops-port off --http-port off --database memory: --admin-socket off";
  const terminal = await Terminal.run(t, `${LAUNCHER} serve ${settings}`);
  const port = Number((await terminal.sees(/localhost \d+\n/)).slice("localhost ".length));
  await Client.login(t, port, "one");
  terminal.type("\u0003");
  await terminal.sees("Stopping: 1 connection is closed; ^C again ends at once.");
  await terminal.sees("User disconnected: one (127.0.0.1, shutdown)");
  t.equal(await terminal.ended(), 0);
});

t.test("--log-file takes the log instead of stderr, as JSON", async (t) => {
  const path = join(aFolder(t), "logs", "chatd.log");
  const chatd = await ChatdProcess.serve(t, [...MEMORY, "--log-file", path]);
  t.equal(await chatd.end("SIGTERM"), 0);
  t.equal(chatd.stderr, "");
  t.match(eventsOf(readFileSync(path, "utf8")), [{ msg: "Started" }, { msg: "Stopping" }, { msg: "Stopped" }]);
});

t.test("nothing that people say is in the log, at any level", async (t) => {
  const chatd = await ChatdProcess.serve(t, [...MEMORY, "--log-level", "trace"]);
  const one = await Client.login(t, chatd.port, "one");
  const two = await Client.login(t, chatd.port, "two");
  await one.ask("a secret", "/me has a secret", "/whisper two a secret", "/create planes", "/join planes");
  await one.ask("/topic a secret", "/history", "/secret", "/join secret", `a secret ${"x".repeat(3000)}`);
  await two.ask("/reply a secret", "/whisper nobody a secret");
  two.socket.write("an unfinished secret");
  two.close();
  one.close();
  await chatd.logged(/User disconnected.*\n.*User disconnected/);
  t.equal(await chatd.end("SIGTERM"), 0);
  t.ok(two.lines.includes("<<one>>: a secret"));
  t.notMatch(chatd.stderr, "secret");
});

t.test("the store is a file in the data directory when nothing else is said", async (t) => {
  const folder = join(aFolder(t), "made", "by", "chatd");
  const chatd = await ChatdProcess.serve(t, ["--data-dir", folder]);
  t.ok(existsSync(join(folder, "chatd.db")));
  t.equal(await chatd.end("SIGTERM"), 0);
});

t.test("SIGTERM tells everybody, closes all connections, and ends with 0", async (t) => {
  const chatd = await ChatdProcess.serve(t, [...MEMORY, "--drain", "100ms"]);
  const people = [await Client.login(t, chatd.port, "one"), await Client.login(t, chatd.port, "two")];
  const newcomer = await Client.connect(t, chatd.port);
  await newcomer.expect("Login:");
  const code = chatd.end("SIGTERM");
  for (const person of [...people, newcomer]) {
    await person.ended();
    t.ok(person.lines.includes(RESTARTING));
    person.close();
  }
  t.equal(await code, 0);
});

t.test("SIGINT closes all connections at once, whatever the drain time, and ends with 0", async (t) => {
  const chatd = await ChatdProcess.serve(t, [...MEMORY, "--drain", "20d"]);
  const people = [await Client.login(t, chatd.port, "one"), await Client.login(t, chatd.port, "two")];
  const code = chatd.end("SIGINT");
  for (const person of people) {
    await person.ended();
    t.ok(person.lines.includes(RESTARTING));
    person.close();
  }
  t.equal(await code, 0);
});

t.test("a second signal ends what takes too long", async (t) => {
  const chatd = await ChatdProcess.serve(t, [...MEMORY, "--drain", "20d"]);
  const people = [await Client.login(t, chatd.port, "one"), await Client.login(t, chatd.port, "two")];
  chatd.child.kill("SIGTERM");
  for (const person of people) await person.expect(RESTARTING);
  t.equal(await chatd.end("SIGTERM"), null);
  t.equal(chatd.child.signalCode, "SIGTERM");
});

t.test("SIGHUP reads the settings again, and says what needs a restart", async (t) => {
  const path = join(aFolder(t), "chatd.toml");
  writeFileSync(path, 'max-line-bytes = 100\nlobby = "lobby"\n');
  const chatd = await ChatdProcess.serve(t, [...MEMORY, "--config", path]);
  const before = await Client.login(t, chatd.port, "before");
  writeFileSync(path, 'max-line-bytes = 10\nlobby = "hall"\nlog-level = "warn"\n');
  chatd.child.kill("SIGHUP");
  await chatd.logged(/need a restart/);
  t.match(eventsOf(chatd.stderr).slice(-2), [
    { level: 30, msg: "Settings reloaded", changed: ["lobby", "max-line-bytes", "log-level"] },
    { level: 40, msg: "Settings that need a restart", what: ["lobby"] },
  ]);

  const after = await Client.connect(t, chatd.port);
  after.send("someone", "this is too long");
  await after.expect(/^Your line was not sent: it has 16 bytes, and 10 is the maximum\./);
  t.ok(
    after.lines.some((line) => line.startsWith("You are in lobby")),
    "the lobby is the one that there was",
  );
  before.send("still here");
  await after.expect("[before]: still here");
  before.send("and is held to the new limit");
  await before.expect(/^Your line was not sent: it has 28 bytes, and 10 is the maximum\./);
  t.notOk(before.isEnded, "who is there stays there");
  t.notMatch(chatd.stderr, "someone", "the log's level holds at once");
});

t.test("SIGHUP says the same again as long as the restart has not come", async (t) => {
  const path = join(aFolder(t), "chatd.toml");
  writeFileSync(path, "");
  const chatd = await ChatdProcess.serve(t, [...MEMORY, "--config", path]);
  writeFileSync(path, 'drain = "1s"\n');
  for (const times of [1, 2]) {
    chatd.child.kill("SIGHUP");
    await chatd.logged(new RegExp(`(need a restart[^\n]*\n[^]*){${times}}`));
    t.match(eventsOf(chatd.stderr).at(-1), { msg: "Settings that need a restart", what: ["drain"] });
  }
});

t.test("SIGHUP changes nothing when the settings have a problem, and says what it is", async (t) => {
  const path = join(aFolder(t), "chatd.toml");
  writeFileSync(path, "");
  const chatd = await ChatdProcess.serve(t, [...MEMORY, "--config", path]);
  writeFileSync(path, 'max-line-bytes = 10\nlogin-tries = "many"\n');
  chatd.child.kill("SIGHUP");
  await chatd.logged(/not reloaded/);
  t.match(eventsOf(chatd.stderr).at(-1), {
    level: 50,
    msg: "Settings not reloaded; the old ones stay",
    what: [/: login-tries = "many": not a whole number$/],
  });
  const one = await Client.login(t, chatd.port, "one");
  t.same(await one.ask("this is longer than ten bytes"), [
    "Nobody else is in lobby. Your line is kept for whoever joins later.",
  ]);
});

t.test("SIGHUP says in plain lines too what needs a restart, and what is wrong", async (t) => {
  const path = join(aFolder(t), "chatd.toml");
  writeFileSync(path, "");
  const chatd = await ChatdProcess.serve(t, [...MEMORY, "--config", path, "--log-format", "text"]);
  writeFileSync(path, 'drain = "1s"\nlobby = "hall"\n');
  chatd.child.kill("SIGHUP");
  await chatd.logged(/Settings that need a restart: lobby, drain$/m);
  writeFileSync(path, "colour = 1\n");
  chatd.child.kill("SIGHUP");
  await chatd.logged(/old ones stay: .*: colour: unknown setting\.$/m);
  t.equal(await chatd.end("SIGTERM"), 0);
});

t.test("SIGHUP reads the welcome text again", async (t) => {
  const welcome = join(aFolder(t), "welcome.txt");
  writeFileSync(welcome, "Hello\nthere.\n\n");
  const chatd = await ChatdProcess.serve(t, [...MEMORY, "--welcome", welcome]);
  const before = await Client.connect(t, chatd.port);
  await before.expect("Login:");
  t.equal(before.raw.toString(), "Hello\r\nthere.\r\nLogin:", "with the line ends of telnet");
  writeFileSync(welcome, "Good day.");
  chatd.child.kill("SIGHUP");
  await chatd.logged(/reloaded/);
  const after = await Client.connect(t, chatd.port);
  await after.expect("Login:");
  t.equal(after.raw.toString(), "Good day.\r\nLogin:");
});

t.test("SIGHUP changes nothing when the welcome text is gone", async (t) => {
  const folder = aFolder(t);
  const [welcome, path] = [join(folder, "welcome.txt"), join(folder, "chatd.toml")];
  writeFileSync(welcome, "Hello.");
  writeFileSync(path, "");
  const chatd = await ChatdProcess.serve(t, [...MEMORY, "--welcome", welcome, "--config", path]);
  rmSync(welcome);
  writeFileSync(path, "max-line-bytes = 10\n");
  chatd.child.kill("SIGHUP");
  await chatd.logged(/Settings not reloaded/);
  t.match(eventsOf(chatd.stderr).at(-1), {
    level: 50,
    what: [`--welcome ${welcome}: there is no such file. Make it, or name another one.`],
  });
  const one = await Client.connect(t, chatd.port);
  one.send("this is no name");
  await one.expect("Hello.");
  await one.expect(/^Invalid username\./);
  one.close();
  t.equal(await chatd.end("SIGTERM"), 0);
});

t.test("the list of processes shows what it is, and not its arguments, which may hold a password", async (t) => {
  if (process.platform !== "linux") return;
  const chatd = await ChatdProcess.serve(t, ["--lobby", "secret"]);
  const shown = readFileSync(`/proc/${chatd.child.pid}/cmdline`, "latin1");
  t.match(shown, /^chatd serve\0/);
  t.notMatch(shown, "secret");
});
