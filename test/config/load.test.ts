import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { loadConfig } from "../../src/config/load.ts";
import { aFolder } from "../support/sockets/daemon.ts";

/** These and no other variables of ours, until the test ends. */
function withEnvironment(t: Test, variables: Readonly<Record<string, string>>): void {
  const ours = Object.entries(process.env).filter(([name]) => name.startsWith("CHATD_"));
  for (const [name] of ours) delete process.env[name];
  Object.assign(process.env, variables);
  t.teardown(() => {
    for (const name of Object.keys(variables)) delete process.env[name];
    Object.assign(process.env, Object.fromEntries(ours));
  });
}

function aFile(t: Test, text: string): string {
  const path = join(aFolder(t), "chatd.toml");
  writeFileSync(path, text);
  return path;
}

t.test("without anything said, everything is as the defaults say", async (t) => {
  withEnvironment(t, {});
  t.match(loadConfig({}), { config: { port: 8080, loginTries: 3 }, warnings: [] });
});

t.test("flags, the environment and a file are put together", async (t) => {
  const path = aFile(t, 'port = 1\nlogin-tries = 1\n# a comment\nhost = ["127.0.0.1", "::1"]\ndrain = "3s"\n');
  withEnvironment(t, { CHATD_LOGIN_TRIES: "2", CHATD_PORT: "2" });
  t.match(loadConfig({ config: path, port: "3" }), {
    config: { port: 3, loginTries: 2, host: ["127.0.0.1", "::1"], drain: 3000 },
    warnings: [],
  });
});

t.test("the environment may name the file, and a flag names another", async (t) => {
  withEnvironment(t, { CHATD_CONFIG: aFile(t, "port = 1") });
  t.match(loadConfig({}), { config: { port: 1 } });
  t.match(loadConfig({ config: aFile(t, "port = 2") }), { config: { port: 2 } });
});

t.test("a file that is no TOML is a problem with its line", async (t) => {
  withEnvironment(t, {});
  const path = aFile(t, 'port = 1\n\nhost = "127.0.0.1\n');
  const resolved = loadConfig({ config: path });
  t.match(resolved, { problems: { length: 1 } });
  if ("problems" in resolved) {
    const [problem = ""] = resolved.problems;
    t.ok(problem.startsWith(`${path}: line 3: `), problem);
    t.notMatch(problem, "\n");
  }
});

t.test("a file that cannot be read is a problem that names it", async (t) => {
  withEnvironment(t, {});
  const missing = join(aFolder(t), "nowhere.toml");
  const missingFile = "there is no such file. Make it, or name another one.";
  t.match(loadConfig({ config: missing }), { problems: [`--config ${missing}: ${missingFile}`] });
  withEnvironment(t, { CHATD_CONFIG: missing });
  t.match(loadConfig({}), { problems: [`CHATD_CONFIG="${missing}": ${missingFile}`] });
});

t.test("problems of every place are told together", async (t) => {
  const path = aFile(t, 'colour = "red"\nport = "abc"\n');
  withEnvironment(t, { CHATD_DRAIN: "x", CHATD_NONSENSE: "1" });
  t.match(loadConfig({ config: path, loginTries: "many" }), {
    problems: [
      `${path}: colour: unknown setting.`,
      `${path}: port = "abc": not a port`,
      "--login-tries many: not a whole number",
      'CHATD_DRAIN="x": write a time such as 30s, 5m or 12h',
    ],
    warnings: ["CHATD_NONSENSE is set, but chatd has no such setting."],
  });
});
