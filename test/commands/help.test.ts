import t from "tap";
import { commands, groups } from "../../src/commands/index.ts";
import { aWorld } from "../support/world/people.ts";

const HINTS = [
  "What you type without a / is said in your current room; //text says /text.",
  "#Room text is said in that room; ##text says #text.",
  "Lines of your other rooms begin with #Room; type /join Room to talk there.",
];
const MORE = "/help COMMAND explains a command, /help all explains every one.";

t.test("shows every command in its group, and what is no command", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  const [heading, ...lines] = await one.says("/help");
  t.equal(heading, "Available commands:");
  t.same(lines.slice(-4), [...HINTS, MORE]);
  const words = lines.slice(0, -4).join("  ").split(/ {2,}/);
  t.same(
    words.filter((word) => word.startsWith("/")),
    commands.map(({ usage }) => usage),
  );
  t.same(
    words.filter((word) => word !== "" && !word.startsWith("/")),
    groups.map(({ title }) => title),
  );
});

t.test("fits a terminal of 24 rows and 80 columns, with the line that was typed and the next one", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  const lines = await one.says("/help");
  t.ok(lines.length <= 22, `${lines.length} rows`);
  for (const line of lines) t.ok(line.length <= 80, line);
});

t.test("the commands of all groups stand below each other", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  const rows = (await one.says("/help")).slice(1, -4);
  t.equal(new Set(rows.map((row) => row.indexOf("/"))).size, 1);
});

t.test("/help all explains every command, each in a line of its group", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  const lines = await one.says("/help ALL");
  const width = Math.max(...commands.map(({ usage }) => usage.length));
  t.same(lines, [
    "Available commands:",
    ...groups.flatMap((group) => [
      `${group.title}:`,
      ...group.commands.map(({ usage, help }) => `${usage.padEnd(width)}  ${help}`),
    ]),
    ...HINTS,
  ]);
  for (const line of lines) t.ok(line.length <= 80, line);
});

t.test("tells about one command, whatever way it is named", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  const about = ["/whisper USER TEXT  say something to one person; it is not stored (also /msg, /w)"];
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
  t.equal(await one.refusal("/help jion"), "unknown-command");
  t.same(one.outlet.refusals.at(-1)?.args, { closest: "join" });
  t.equal(await one.refusal("/help whois"), "command-of-other-chats");
});

t.test("takes one command at most", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.equal(await one.refusal("/help me too"), "extra-argument");
});
