import t from "tap";
import { commands } from "../../src/commands/index.ts";
import { aWorld } from "../support/world/people.ts";

t.test("shows every command with its usage, one line each", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  const [heading, ...lines] = await one.says("/help");
  t.equal(heading, "Available commands:");
  t.equal(lines.length, commands.length);
  for (const [i, { usage, help }] of commands.entries()) {
    t.ok(lines[i]?.startsWith(`${usage} `), `${usage} in line ${i}`);
    t.ok(lines[i]?.endsWith(`  ${help}`), `the help of ${usage} at the end of its line`);
  }
});

t.test("the helps stand below each other", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  const [, ...lines] = await one.says("/help");
  const starts = lines.map((line, i) => line.length - (commands[i]?.help.length ?? 0));
  t.same(new Set(starts).size, 1);
});

t.test("tells about one command, whatever way it is named", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  const about = ["/whisper USER TEXT  say something to one person only; it is not stored (also /msg, /w)"];
  for (const name of ["whisper", "/whisper", "WHISPER", "msg", "/W"])
    t.same(await one.says(`/help ${name}`), about, name);
});

t.test("says nothing of other names where there are none", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.same(await one.says("/help me"), ["/me TEXT  say what you are doing: /me waves"]);
});

t.test("is known by its other name, and without case", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  const help = await one.says("/help");
  t.same(await one.says("/?"), help);
  t.same(await one.says("/HeLp"), help);
});

t.test("does not know what there is not", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.equal(await one.refusal("/help dance"), "unknown-command");
  t.same(one.outlet.refusals.at(-1)?.args, { closest: null });
});

t.test("takes one command at most", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.equal(await one.refusal("/help me too"), "extra-argument");
});
