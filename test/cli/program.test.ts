import { readFileSync } from "node:fs";
import t from "tap";
import { flagName, variableName } from "../../src/config/setting.ts";
import { settingEntries, settingGroups } from "../../src/config/settings.ts";
import { Client } from "../support/sockets/client.ts";
import { ChatdProcess } from "../support/processes/process.ts";

t.test("--version is that of the package, and tells the Node that runs it", async (t) => {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  const chatd = ChatdProcess.start(t, ["--version"]);
  t.equal(await chatd.exited(), 0);
  t.same([chatd.stdout, chatd.stderr], [`chatd ${version} (from source, Node ${process.version})\n`, ""]);
});

t.test("--help shows the commands, and each command's shows every setting", async (t) => {
  const chatd = ChatdProcess.start(t, ["--help"]);
  t.equal(await chatd.exited(), 0);
  for (const command of ["serve", "check-config"]) t.match(chatd.stdout, new RegExp(`^ +${command} `, "m"));
  const serve = ChatdProcess.start(t, ["serve", "--help"]);
  t.equal(await serve.exited(), 0);
  for (const [name, { isFlag }] of settingEntries)
    t.match(serve.stdout, new RegExp(`^ +--${flagName(name)}${isFlag ? " " : " <"}`, "m"));
  t.equal(serve.stderr, "");
});

t.test("--help shows the settings in groups, each below its heading", async (t) => {
  const chatd = ChatdProcess.start(t, ["check-config", "--help"]);
  t.equal(await chatd.exited(), 0);
  const [usage, ...groups] = chatd.stdout
    .split(/^(?=\S)/m)
    .filter((part) => /^ +-/m.test(part) || part.startsWith("Usage"));
  t.match(usage, "chatd check-config");
  t.same(
    groups.map((group) => /^.*/.exec(group)?.[0]),
    ["Options:", ...settingGroups.map(({ heading }) => `${heading}:`)],
  );
  t.same(
    groups.slice(1).map((group) => Array.from(group.matchAll(/^ +--(\S+)/gm), ([, flag]) => flag)),
    settingGroups.map(({ entries }) => entries.map(([name]) => flagName(name))),
  );
});

t.test("a flag that there is not is wrong usage", async (t) => {
  for (const args of [["--nonsense"], ["serve", "--nonsense", "1"], ["check-config", "--prot", "1"]]) {
    const chatd = ChatdProcess.start(t, args);
    t.equal(await chatd.exited(), 2, args.join(" "));
    t.match(chatd.stderr, /^chatd: unknown option .+\n$/);
    t.equal(chatd.stdout, "");
  }
});

t.test("a flag that is nearly one is told with that one, in one line", async (t) => {
  const chatd = ChatdProcess.start(t, ["check-config", "--prot", "1"]);
  await chatd.exited();
  t.equal(chatd.stderr, "chatd: unknown option '--prot'. Did you mean --port?\n");
});

t.test("a command that there is not, and a flag without its value, are wrong usage", async (t) => {
  const cases: readonly (readonly [args: readonly string[], told: string])[] = [
    [["srve"], "there is no command 'srve'. Did you mean serve?"],
    [["check-conf", "--port", "1"], "there is no command 'check-conf'. Did you mean check-config?"],
    [["--port", "1", "admn"], "there is no command 'admn'. Did you mean admin?"],
    [["nonsense"], "there is no command 'nonsense'. chatd --help lists the commands."],
    [["serve", "nonsense"], "serve takes no argument, but there is 'nonsense'."],
    [["migrate", "nonsense"], "too many arguments for 'migrate'. Expected 0 arguments but got 1: nonsense."],
    [["serve", "--port"], "option '--port <PORT>' argument missing"],
    [["admin", "usres"], "unknown command 'usres'. Did you mean users?"],
  ];
  for (const [args, told] of cases) {
    const chatd = ChatdProcess.start(t, args);
    t.equal(await chatd.exited(), 2, args.join(" "));
    t.same([chatd.stdout, chatd.stderr], ["", `chatd: ${told}\n`]);
  }
});

const SETTINGS = { host: "127.0.0.1", port: "0", opsPort: "off", httpPort: "off", database: "memory:" } as const;

t.test("plain chatd serves", async (t) => {
  const environment = Object.fromEntries(Object.entries(SETTINGS).map(([name, value]) => [variableName(name), value]));
  const chatd = ChatdProcess.start(t, [], environment);
  const one = await Client.login(t, await chatd.listening(), "one");
  t.same(await one.ask("/users"), ["Online users: one"]);
  one.close();
  t.equal(await chatd.end("SIGTERM"), 0);
});

t.test("plain chatd takes the flags of serve", async (t) => {
  const flags = Object.entries(SETTINGS).flatMap(([name, value]) => [`--${flagName(name)}`, value]);
  const chatd = ChatdProcess.start(t, [...flags, "--reserved-names", "one", "--reserved-names", "two"]);
  const port = await chatd.listening();
  for (const name of ["one", "Two"]) {
    const client = await Client.connect(t, port);
    client.send(name);
    await client.expect("This name is reserved. Please choose a different name.");
    client.close();
  }
  t.equal(await chatd.end("SIGTERM"), 0);
});
