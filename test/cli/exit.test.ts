import { CommanderError } from "commander";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import t, { type Test } from "tap";
import { exitCodeOf, report, UsageError } from "../../src/cli/exit.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { ChatdProcess } from "../support/processes/process.ts";

/** What `serve` says on stderr when it cannot start; the test fails when it does not end with exit code 1. */
async function failureOf(t: Test, ...args: readonly string[]): Promise<string> {
  const defaults = [
    "--host",
    "127.0.0.1",
    "--port",
    "0",
    "--ops-port",
    "off",
    "--database",
    "memory:",
    "--admin-socket",
    "off",
  ];
  const chatd = ChatdProcess.start(t, ["serve", ...defaults, ...args]);
  t.equal(await chatd.exited(), 1);
  t.equal(chatd.stdout, "");
  return chatd.stderr;
}

async function aPortInUse(t: Test): Promise<number> {
  const server = createServer().listen({ host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  t.teardown(() => server.close());
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

t.test("a port in use is one line that says what to do", async (t) => {
  const port = await aPortInUse(t);
  for (const flag of ["--port", "--ops-port"]) {
    t.equal(
      await failureOf(t, flag, String(port)),
      `chatd: port ${port} on 127.0.0.1 is in use. Stop what uses it, or choose another one with --port or --ops-port.\n`,
      flag,
    );
  }
});

t.test("an address that the machine has not is one line that says what to do", async (t) => {
  t.equal(
    await failureOf(t, "--ops-host", "192.0.2.1", "--ops-port", "9"),
    "chatd: port 9 on 192.0.2.1: this machine has no such address. Choose another one with --host or --ops-host.\n",
  );
});

t.test("a database that another chatd holds is one line that says so", async (t) => {
  const path = join(aFolder(t), "chatd.db");
  await ChatdProcess.serve(t, ["--database", `sqlite:${path}`]);
  t.equal(await failureOf(t, "--database", `sqlite:${path}`), `chatd: ${path} is in use by another chatd.\n`);
});

t.test("a database whose folder cannot be made is one line that names it", async (t) => {
  const file = join(aFolder(t), "file");
  writeFileSync(file, "");
  const failure = await failureOf(t, "--database", `sqlite:${file}/folder/chatd.db`);
  t.match(failure, /^chatd: make the folder of .*\/file\/folder\/chatd\.db: .+\n$/);
});

t.test("a database of a newer chatd is left alone, and one line says what to do", async (t) => {
  const path = join(aFolder(t), "chatd.db");
  const db = new DatabaseSync(path);
  db.exec("create table chatd_schema (version integer not null, min_node integer not null)");
  db.exec("insert into chatd_schema values (99, 98)");
  db.close();
  const before = readFileSync(path);
  t.match(
    await failureOf(t, "--database", `sqlite:${path}`),
    /^chatd: open .*chatd\.db: it was written by a newer chatd \(schema 99, this one knows \d+\)\. Start that version\.\n$/,
  );
  const after = new DatabaseSync(path, { readOnly: true });
  t.same(after.prepare("select name from sqlite_schema").all(), [{ name: "chatd_schema" }]);
  after.close();
  t.equal(readFileSync(path).length, before.length);
});

t.test("a file that is no database is left alone, and one line says what to do", async (t) => {
  const path = join(aFolder(t), "chatd.db");
  const text = "This is somebody's letter and no database.\n".repeat(200);
  writeFileSync(path, text);
  t.match(await failureOf(t, "--database", `sqlite:${path}`), /^chatd: open .*chatd\.db: .*no chatd database.*\n$/);
  t.equal(readFileSync(path, "utf8"), text);
});

t.test("a log file or a welcome text that cannot be had is one line that names it", async (t) => {
  const file = join(aFolder(t), "file");
  writeFileSync(file, "");
  t.match(await failureOf(t, "--log-file", join(file, "log")), /^chatd: .*\/file.*\n$/);
  t.match(await failureOf(t, "--welcome", join(file, "welcome")), /^chatd: .*\/file\/welcome.*\n$/);
});

t.test("a failure ends with 1, wrong usage with 2, and asking for help with 0", async (t) => {
  t.equal(exitCodeOf(new Error("anything")), 1);
  t.equal(exitCodeOf("anything"), 1);
  t.equal(exitCodeOf(new UsageError(["one"])), 2);
  t.equal(exitCodeOf(new CommanderError(1, "commander.unknownOption", "unknown")), 2);
  t.equal(exitCodeOf(new CommanderError(0, "commander.helpDisplayed", "help")), 0);
});

t.test("what went wrong is a line for each problem, and nothing where commander said it already", async (t) => {
  const said = t.capture(process.stderr, "write", () => true);
  report(new UsageError(["one", "two"]));
  report(new Error("three"));
  report("four");
  report(new CommanderError(1, "commander.unknownOption", "five"));
  report(Object.assign(new Error("listen EACCES"), { code: "EACCES", address: "::", port: 80 }));
  report(Object.assign(new Error("EACCES: permission denied, open 'x'"), { code: "EACCES" }));
  t.same(
    said().map(({ args }) => args[0]),
    [
      "chatd: one\n",
      "chatd: two\n",
      "chatd: three\n",
      "chatd: four\n",
      "chatd: port 80 on :: needs more rights. Choose one from 1024 on with --port.\n",
      "chatd: EACCES: permission denied, open 'x'\n",
    ],
  );
});
