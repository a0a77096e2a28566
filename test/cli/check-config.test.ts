import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { aFolder } from "../support/sockets/daemon.ts";
import { ChatdProcess } from "../support/processes/process.ts";

t.test("a good configuration is called good", async (t) => {
  const path = join(aFolder(t), "chatd.toml");
  writeFileSync(path, 'port = 8080\nhost = ["127.0.0.1"]\n');
  const dataDir = join(aFolder(t), "data");
  const args = ["check-config", "--config", path, "--drain", "5s", "--data-dir", dataDir, "--ops-port", "off"];
  args.push("--http-port", "off");
  const chatd = ChatdProcess.start(t, args, { CHATD_LOGIN_TRIES: "5" });
  t.equal(await chatd.exited(), 0);
  const good = `The settings are good: port 8080, database sqlite:${dataDir}/chatd.db.\n`;
  t.same([chatd.stdout, chatd.stderr], [good, ""]);
  t.notOk(existsSync(dataDir), "nothing is left");
});

t.test("what is good is told with its ports, and its database without the password", async (t) => {
  const database = "postgres://chatd:s3cret@db.example/planes";
  const args = ["check-config", "--port", "23", "--database", database, "--data-dir", aFolder(t)];
  const chatd = ChatdProcess.start(t, args);
  t.equal(await chatd.exited(), 0);
  t.equal(
    chatd.stdout,
    "The settings are good: port 23, HTTP on port 8081, health and metrics on port 8079, database postgres://chatd@db.example:5432/planes.\n",
  );
});

t.test("every problem is a line that says where it is", async (t) => {
  const path = join(aFolder(t), "chatd.toml");
  writeFileSync(path, 'colour = "red"\nlogin-tries = "many"\n');
  const chatd = ChatdProcess.start(t, ["check-config", "--config", path, "--drain", "5"], {
    CHATD_PORT: "tcp://10.0.0.1:8080",
    CHATD_NONSENSE: "1",
  });
  t.equal(await chatd.exited(), 2);
  t.equal(chatd.stdout, "");
  const [warning, ...problems] = chatd.stderr.trimEnd().split("\n");
  t.equal(warning, "chatd: CHATD_NONSENSE is set, but chatd has no such setting.");
  t.match(problems, [
    `chatd: ${path}: colour: unknown setting.`,
    /^chatd: CHATD_PORT="tcp:\/\/10\.0\.0\.1:8080" .*enableServiceLinks: false.*: not a port$/,
    `chatd: ${path}: login-tries = "many": not a whole number`,
    "chatd: --drain 5: write a time such as 30s, 5m or 12h",
  ]);
  t.equal(problems.length, 4);
});

t.test("a variable that there is not is a warning, and no reason to fail", async (t) => {
  const args = ["check-config", "--data-dir", aFolder(t)];
  const chatd = ChatdProcess.start(t, args, { CHATD_NONSENSE: "1", CHATD_TEST_NONSENSE: "1" });
  t.equal(await chatd.exited(), 0);
  t.equal(chatd.stderr, "chatd: CHATD_NONSENSE is set, but chatd has no such setting.\n");
});

t.test("a file that is broken, or not there, is wrong configuration", async (t) => {
  const folder = aFolder(t);
  const path = join(folder, "chatd.toml");
  writeFileSync(path, "port = 1\nport 2\n");
  const broken = ChatdProcess.start(t, ["check-config", "--config", path]);
  t.equal(await broken.exited(), 2);
  t.match(broken.stderr, /^chatd: .*chatd\.toml: line 2: .+\n$/);
  const missing = ChatdProcess.start(t, ["check-config", "--config", join(folder, "nowhere.toml")]);
  t.equal(await missing.exited(), 2);
  t.match(missing.stderr, /^chatd: .*nowhere\.toml: .+\n$/);
});

t.test("serve refuses to start on what check-config finds", async (t) => {
  const chatd = ChatdProcess.start(t, ["serve", "--port", "abc", "--drain", "5"], { CHATD_NONSENSE: "1" });
  t.equal(await chatd.exited(), 2);
  t.equal(chatd.stdout, "");
  t.same(chatd.stderr.trimEnd().split("\n"), [
    "chatd: CHATD_NONSENSE is set, but chatd has no such setting.",
    "chatd: --port abc: not a port",
    "chatd: --drain 5: write a time such as 30s, 5m or 12h",
  ]);
});

/** What is wrong with files and folders, as both commands tell it. */
async function toldTwice(t: Test, code: number, ...args: readonly string[]): Promise<string[]> {
  const [checking, serving] = ["check-config", "serve"].map((command) => ChatdProcess.start(t, [command, ...args]));
  t.same([await checking?.exited(), await serving?.exited()], [code, code]);
  t.equal(serving?.stderr, checking?.stderr, "the same sentences");
  t.same([checking?.stdout, serving?.stdout], ["", ""]);
  return (checking?.stderr ?? "").trimEnd().split("\n");
}

t.test(
  "files, folders and hosts that cannot be had are told by both, each with its setting, all at once",
  async (t) => {
    const file = join(aFolder(t), "file");
    writeFileSync(file, "");
    const missing = join(aFolder(t), "missing");
    const files = ["--welcome", missing, "--database-ca", file, "--data-dir", file, "--log-file", `${file}/log`];
    const inPlace = (path: string): string =>
      `the folder ${path} cannot be made: a file is in its place. Choose another one.`;
    t.same(await toldTwice(t, 1, ...files, "--host", "nohost.invalid"), [
      `chatd: --welcome ${missing}: there is no such file. Make it, or name another one.`,
      `chatd: --database-ca ${file}: there is no certificate in this file. It has to be PEM, with -----BEGIN CERTIFICATE-----.`,
      `chatd: --data-dir ${file}: ${inPlace(file)}`,
      `chatd: --log-file ${file}/log: ${inPlace(file)}`,
      "chatd: --host nohost.invalid: no address is known for nohost.invalid. Check the name, or give an address.",
    ]);
  },
);

t.test("with wrong values they are told, too, and nothing is made", async (t) => {
  const missing = join(aFolder(t), "missing");
  const dataDir = join(aFolder(t), "data");
  t.same(await toldTwice(t, 2, "--port", "abc", "--welcome", missing, "--data-dir", dataDir), [
    "chatd: --port abc: not a port",
    `chatd: --welcome ${missing}: there is no such file. Make it, or name another one.`,
  ]);
  t.notOk(existsSync(dataDir));
});

t.test("a port that is wanted twice is told by both, before anything listens", async (t) => {
  const args = ["--port", "8233", "--ops-port", "8233", "--data-dir", aFolder(t)];
  t.same(await toldTwice(t, 2, ...args), ["chatd: --ops-port 8233: --port is the same. Choose another one."]);
});

t.test("--example prints a file with every setting, and looks at none", async (t) => {
  const chatd = ChatdProcess.start(t, ["check-config", "--example"], { CHATD_PORT: "abc" });
  t.equal(await chatd.exited(), 0);
  t.equal(chatd.stderr, "");
  t.match(chatd.stdout, /^#port = 8080$/m);
});
