import { CommanderError } from "commander";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import t, { type Test } from "tap";
import { exitCodeOf, Failure, report, reportUsage, UsageError } from "../../src/cli/exit.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { certify } from "../../tools/certificate.ts";
import { program, withParts } from "../../tools/parts.ts";
import { mounts, readOnly } from "../support/processes/mounts.ts";
import { ChatdProcess, FREE_PORTS, HERE } from "../support/processes/process.ts";

/** What `serve` says on stderr when it cannot start; the test fails when it does not end with exit code 1. */
async function failureOf(t: Test, ...args: readonly string[]): Promise<string> {
  const defaults = [...HERE, "--database", "memory:", "--admin-socket", "off"];
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

t.test("a port in use is one line that names its setting, and says what to do", async (t) => {
  const port = await aPortInUse(t);
  const inUse = `port ${port} on 127.0.0.1 is in use. Stop what uses it, or choose another one`;
  t.equal(await failureOf(t, "--port", String(port)), `chatd: --port ${port}: ${inUse} with --port.\n`);
  t.equal(
    await failureOf(t, "--ops-port", String(port)),
    `chatd: --ops-port ${port}: ${inUse} for health and metrics with --ops-port, or off.\n`,
  );
  t.equal(
    await failureOf(t, "--http-port", String(port)),
    `chatd: --http-port ${port}: ${inUse} for HTTP with --http-port, or off.\n`,
  );
});

await withParts(t, [program("openssl")], "so is the port for TLS", async (t) => {
  const port = String(await aPortInUse(t));
  const { cert, key } = certify(aFolder(t), "first");
  const failure = await failureOf(t, "--tls-port", port, "--tls-cert", cert, "--tls-key", key);
  t.match(failure, `chatd: --tls-port ${port}: port ${port} on 127.0.0.1 is in use.`);
});

t.test("an address that the machine has not is one line that says what to do", async (t) => {
  t.equal(
    await failureOf(t, "--ops-host", "192.0.2.1", "--ops-port", "9"),
    "chatd: --ops-host 192.0.2.1: this machine has no address 192.0.2.1. Choose one that it has.\n",
  );
});

t.test("a database that another chatd holds is one line that says so", async (t) => {
  const path = join(aFolder(t), "chatd.db");
  await ChatdProcess.serve(t, ["--database", `sqlite:${path}`]);
  const inUse = `chatd: ${path} is in use by another chatd. Wait until it has ended, or choose another --data-dir.\n`;
  t.equal(await failureOf(t, "--database", `sqlite:${path}`), inUse);
});

t.test("an operator's socket that cannot be made is one line that names it", async (t) => {
  const file = join(aFolder(t), "file");
  writeFileSync(file, "");
  t.equal(
    await failureOf(t, "--admin-socket", file),
    `chatd: --admin-socket ${file}: ${file} is there, and is not a socket. Choose another --admin-socket.\n`,
  );
  t.equal(
    await failureOf(t, "--admin-socket", `${file}/admin.sock`),
    `chatd: --admin-socket ${file}/admin.sock: the folder ${file} cannot be made: a file is in its place. Choose another one.\n`,
  );
});

await withParts(t, [mounts], "so is one in a folder that may not be written to", async (t) => {
  const folder = aFolder(t);
  const args = ["serve", "--database", "memory:", ...FREE_PORTS, "--data-dir", folder];
  const chatd = ChatdProcess.start(t, args, {}, readOnly(folder));
  t.equal(await chatd.exited(), 1);
  t.equal(
    chatd.stderr,
    `chatd: --data-dir ${folder}: ${folder} is on a file system that is mounted read-only. Choose another one.\n`,
  );
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

t.test("a failure ends with 1, wrong usage with 2, and asking for help with 0", async (t) => {
  t.equal(exitCodeOf(new Error("anything")), 1);
  t.equal(exitCodeOf("anything"), 1);
  t.equal(exitCodeOf(new Failure(["one"])), 1);
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
  report(new Failure(["six", "seven"]));
  t.same(
    said().map(({ args }) => args[0]),
    ["chatd: one\n", "chatd: two\n", "chatd: three\n", "chatd: four\n", "chatd: six\n", "chatd: seven\n"],
  );
});

t.test("what commander says has the same prefix, and is one line", async (t) => {
  const said: string[] = [];
  reportUsage("error: unknown option '--prot'\n(Did you mean --port?)\n", (text) => said.push(text));
  reportUsage("error: unknown command 'x'\n(Did you mean one of y, z?)\n", (text) => said.push(text));
  reportUsage("error: option '--port <PORT>' argument missing\n", (text) => said.push(text));
  t.same(said, [
    "chatd: unknown option '--prot'. Did you mean --port?\n",
    "chatd: unknown command 'x'. Did you mean one of y, z?\n",
    "chatd: option '--port <PORT>' argument missing\n",
  ]);
});
