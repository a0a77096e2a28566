import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { aFolder } from "../support/sockets/daemon.ts";
import { ChatdProcess } from "../support/processes/process.ts";

t.test("a good configuration is called good", async (t) => {
  const path = join(aFolder(t), "chatd.toml");
  writeFileSync(path, 'port = 8080\nhost = ["127.0.0.1"]\n');
  const chatd = ChatdProcess.start(t, ["check-config", "--config", path, "--drain", "5s"], { CHATD_LOGIN_TRIES: "5" });
  t.equal(await chatd.exited(), 0);
  t.same([chatd.stdout, chatd.stderr], ["The configuration is good.\n", ""]);
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
    `chatd: ${path}: colour: there is no such setting`,
    /^chatd: CHATD_PORT="tcp:\/\/10\.0\.0\.1:8080" .*enableServiceLinks: false.*: not a port$/,
    `chatd: ${path}: login-tries = "many": not a whole number`,
    "chatd: --drain 5: not a duration such as 30s, 5m or 12h",
  ]);
  t.equal(problems.length, 4);
});

t.test("a variable that there is not is a warning, and no reason to fail", async (t) => {
  const chatd = ChatdProcess.start(t, ["check-config"], { CHATD_NONSENSE: "1", CHATD_TEST_NONSENSE: "1" });
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
    "chatd: --drain 5: not a duration such as 30s, 5m or 12h",
  ]);
});
