import t from "tap";
import { commands } from "../../src/commands/index.ts";
import { Client } from "../support/client.ts";
import { aDaemon } from "../support/daemon.ts";

t.test("shows every command with its usage, one line each", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const [heading, ...lines] = await one.ask("/help");
  t.equal(heading, "Available commands:");
  t.equal(lines.length, commands.length);
  for (const [i, { usage, help }] of commands.entries()) {
    t.ok(lines[i]?.startsWith(`${usage} `), `${usage} in line ${i}`);
    t.ok(lines[i]?.endsWith(`  ${help}`), `the help of ${usage} at the end of its line`);
  }
});

t.test("the helps stand below each other", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const [, ...lines] = await one.ask("/help");
  const starts = lines.map((line, i) => line.length - (commands[i]?.help.length ?? 0));
  t.same(new Set(starts).size, 1);
});

t.test("tells about one command, whatever way it is named", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const about = ["/whisper USER TEXT  says something to one person alone; it is not kept (also /msg, /w)"];
  for (const name of ["whisper", "/whisper", "WHISPER", "msg", "/W"])
    t.same(await one.ask(`/help ${name}`), about, name);
});

t.test("says nothing of other names where there are none", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/help me"), ["/me TEXT  says what you do: /me waves"]);
});

t.test("is known by its other name, and without case", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const help = await one.ask("/help");
  t.same(await one.ask("/?"), help);
  t.same(await one.ask("/HeLp"), help);
});

t.test("does not know what there is not", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/help dance"), ["Command not known, type /help to see available commands."]);
});

t.test("takes one command at most", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/help me too"), ["That is too much. Usage: /help [COMMAND]"]);
});
