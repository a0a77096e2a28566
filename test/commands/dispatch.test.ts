import t from "tap";
import { commands } from "../../src/commands/index.ts";
import { aWorld } from "../support/world/people.ts";

t.test("does not know what is no command", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  for (const typed of ["/root", "/", "/dance now", "/u", "/zz"]) {
    t.equal(await one.refusal(typed), "unknown-command", typed);
    t.same(one.outlet.refusals.at(-1)?.args, { closest: null }, typed);
  }
});

t.test("asks whether what is close to a command was meant, by its first name", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  for (const [typed, meant] of [
    ["/user", "users"],
    ["/USERSS", "users"],
    ["/jion", "join"],
    ["/dance", null],
    ["/joi lobby", "join"],
    ["/whispr one hello", "whisper"],
    ["/create-privat Den", "create_private"],
    ["/lst", "rooms"],
    ["/histroy", "history"],
    ["/sett", "set"],
  ] as const) {
    t.equal(await one.refusal(typed), "unknown-command", typed);
    t.same(one.outlet.refusals.at(-1)?.args, { closest: meant }, typed);
  }
});

t.test("tells what to do instead of a command of other chats", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  for (const typed of ["/whois two", "/AWAY", "/clear"]) {
    t.equal(await one.refusal(typed), "command-of-other-chats", typed);
  }
  t.same(one.outlet.refusals.at(-1)?.args, { command: "clear" });
});

t.test("a refusal of too few or too many arguments tells how the command is typed", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  for (const { name, usage, args } of commands) {
    if (args.min > 0) {
      t.equal(await one.refusal(`/${name}`), "missing-argument", name);
      t.same(one.outlet.refusals.at(-1)?.args, { usage }, name);
    }
    if (args.rest) continue;
    t.equal(await one.refusal(`/${name}${" word".repeat(args.max + 1)}`), "extra-argument", name);
    t.same(one.outlet.refusals.at(-1)?.args, { usage }, name);
  }
});

t.test("spaces around a command and between its arguments do not matter", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.same(await one.says("/create   Planes  ", "/join    planes"), [
    "Room Planes created. Type /join Planes to go in.",
    "[*]: User one joined Planes.",
  ]);
});

t.test("what nobody could see is not said, in whatever way", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes");
  const nothing = " \u00ad\u200d\ufe0f\u3164\u2800\u0301\u{e0041}\u001b[A";
  t.same(await one.says(nothing), []);
  t.equal(await one.refusal(`/me ${nothing}`), "missing-argument");
  t.equal(await one.refusal(`/whisper two ${nothing}`), "missing-argument");
  t.same(await one.says(`/topic ${nothing}`), ["Planes has no topic."]);
  t.same(two.heard(), []);
  await two.says("/whisper one hello");
  t.same(one.heard(), ["<<two>>: hello", "Type /r TEXT to answer."]);
  t.equal(await one.refusal(`/reply ${nothing}`), "missing-argument");
  t.same(two.heard(), []);
});

t.test("a command behind a blank is not done, and nobody else reads it", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  for (const line of [" /quit", "  /whisper two psst", " #lobby psst"]) {
    t.equal(await one.refusal(line), "blank-before-command", line);
  }
  t.same(two.heard(), []);
  await one.says(" //quit");
  t.same(two.heard(), ["[one]:  /quit"]);
});

t.test("a command comes after the lines that the session said before it", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  const release = world.store.hold("append");
  one.types("first");
  t.same(await one.says("/whisper two second"), []);
  release();
  await world.clock.turn();
  t.same(two.heard(), ["[one]: first", "<<one>>: second", "Type /r TEXT to answer."]);
});

t.test("a bug becomes one line to the person, and is reported, and the next command works", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  const { presence } = world.context;
  const names = presence.names.bind(presence);
  presence.names = () => {
    throw new TypeError("a bug");
  };
  t.equal(await one.refusal("/users"), "internal");
  t.match(world.watch.failures, [{ what: "do what one asked", error: { message: "a bug" } }]);
  t.same(world.watch.refusals, ["internal"]);
  presence.names = names;
  t.same((await one.says("/nick")).length, 1);
});

t.test("every refusal is counted by its code", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  await one.says("/root", "/join", "/rooms all", "/join Planes", "/leave", "hello?");
  t.same(world.watch.refusals, [
    "unknown-command",
    "missing-argument",
    "extra-argument",
    "no-such-room",
    "no-room-joined",
  ]);
});
