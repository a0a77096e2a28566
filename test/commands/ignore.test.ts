import t from "tap";
import { aNode } from "../support/world/node.ts";
import { aWorld } from "../support/world/people.ts";

const IGNORED = "You ignore Troll from now on: what they say is not shown to you. /unignore Troll ends that.";

t.test("hides what somebody says and does in rooms, from nobody else, and they are not told", async (t) => {
  const world = await aWorld();
  const [one, two, troll] = await world.enterAll("one", "two", "Troll");
  t.same(await one.says("/ignore @tROLL,"), [IGNORED]);
  t.same(await troll.says("you stink", "/me shouts"), ["* Troll shouts"]);
  t.same(one.heard(), []);
  t.same(two.heard(), ["[Troll]: you stink", "* Troll shouts"]);
  await two.says("hello");
  await one.says("hi");
  t.same([one.heard(), troll.heard()], [[], ["[two]: hello", "[one]: hi"]], "and who ignores them is heard");
});

t.test("hides whispers and invitations: the answer is the usual one, and /reply is for somebody else", async (t) => {
  const world = await aWorld();
  const [one, two, troll] = await world.enterAll("one", "two", "troll");
  await two.says("/whisper one psst");
  one.heard();
  await one.says("/ignore troll");
  t.same(await troll.says("/whisper one you stink"), []);
  t.match(await troll.says("/create_private Den", "/join Den", "/invite one"), [
    /created/,
    /joined Den/,
    "User added to private room members.",
  ]);
  t.same(one.heard(), []);
  t.same(await one.says("/reply yes?"), []);
  t.same(two.heard()[0], "<<one>>: yes?");
  t.match(await one.says("/join Den"), [/User one joined Den/], "the invitation holds");
});

t.test("hides joins and leaves, also of those who come back, and from nobody else", async (t) => {
  const world = await aWorld({ graceMs: 600_000 });
  const [one, two, troll] = await world.enterAll("one", "two", "Troll");
  await one.says("/ignore troll");
  for (const person of [one, two]) person.heard();
  await troll.says("/leave lobby", "/join lobby");
  await troll.breaks();
  const [again] = await world.enterAll("troll");
  await again.ends();
  t.same(one.heard(), []);
  t.same(two.heard(), [
    "[*]: User Troll left lobby.",
    "[*]: User Troll joined lobby.",
    "[*]: User Troll left lobby.",
    "[*]: User Troll joined lobby.",
    "[*]: User Troll left lobby.",
  ]);
});

t.test("of many who move at once only the number is told, and who is ignored is counted", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  await one.says("/ignore troll");
  await world.enterAll(...Array.from({ length: 7 }, (_, i) => `user${i}`), "troll", "other");
  await world.clock.pass(5000);
  t.same(one.heard().slice(-1), ["[*]: 2 people joined lobby."]);
});

t.test("shows what is done to the rooms of both: topics, owners, and who was put out", async (t) => {
  const world = await aWorld({ lobby: null });
  const [troll, one, two] = await world.enterAll("troll", "one", "two");
  await troll.says("/create Planes", "/join Planes");
  for (const person of [one, two]) await person.says("/join Planes");
  await one.says("/ignore troll");
  await troll.says("/topic mine", "/kick two");
  t.same(one.heard().slice(-2), [
    "[*]: User troll set the topic of Planes: mine",
    "[*]: User two was kicked from Planes by troll.",
  ]);
});

t.test("hides the lines of before: to who joins, and in /history, which tells how many", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one, troll, two] = await world.enterAll("one", "troll", "two");
  await troll.says("/create Planes", "/join Planes", "you stink");
  await two.says("/join Planes", "welcome");
  await troll.says("all of you", "/me shouts");
  await one.says("/ignore troll");
  t.same(await one.says("/join Planes"), [
    "[*]: User one joined Planes.",
    "-- last 1 line in Planes (times UTC) --",
    "2 11:06 [two]: welcome",
  ]);
  t.same(await one.says("/history"), [
    "-- last 1 line in Planes (times UTC) --",
    "2 11:06 [two]: welcome",
    "3 lines of people you ignore are not shown.",
  ]);
  t.same(await one.says("/history 2"), ["2 lines of people you ignore are not shown."]);
  t.same(await one.says("/history 1"), ["1 line of somebody you ignore is not shown."]);
});

t.test("holds for the next session of the name, until one's own ends", async (t) => {
  const world = await aWorld();
  const [one, troll] = await world.enterAll("one", "troll");
  await one.says("/ignore troll");
  await troll.ends();
  const [again] = await world.enterAll("TROLL");
  one.heard();
  await again.says("back again", "/whisper one hello");
  t.same(one.heard(), []);
  await one.ends();
  const [next] = await world.enterAll("one");
  await again.says("hello");
  t.same(next.heard(), ["[TROLL]: hello"]);
});

t.test("takes the name of somebody who is not there, and says so", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.same(await one.says("/ignore Troll"), [
    IGNORED,
    "Nobody has the name Troll right now. /users lists who is online.",
  ]);
  const [troll] = await world.enterAll("troll");
  one.heard();
  await troll.says("hello");
  t.same(one.heard(), []);
  t.equal(await one.refusal("/ignore t.r.o.l.l"), "no-such-user");
});

t.test("does not take the name of the operator, who is heard by everybody", async (t) => {
  const world = await aWorld({ reservedNames: ["operator"] });
  const [one] = await world.enterAll("one");
  t.equal(await one.refusal("/ignore Operator"), "no-such-user");
  t.same(await one.says("/ignore"), ["You ignore nobody."]);
});

t.test("lists whom one ignores", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one", "Troll");
  t.same(await one.says("/ignore"), ["You ignore nobody."]);
  await one.says("/ignore troll", "/ignore kim", "/ignore TROLL");
  t.same(await one.says("/ignore"), ["You ignore: Troll, kim"]);
});

t.test("takes a hundred names, but not one's own", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.equal(await one.refusal("/ignore ONE"), "self-ignored");
  for (let i = 0; i < 100; i++) await one.says(`/ignore troll${i}`);
  t.equal(await one.refusal("/ignore troll"), "too-many-ignored");
  t.match(await one.says("/ignore troll7"), [/^You ignore troll7/], "again is no more");
  await one.says("/unignore troll7");
  t.match(await one.says("/ignore troll"), [/^You ignore troll from/]);
});

t.test("hides what somebody at another node says and whispers, whose node gets the usual answer", async (t) => {
  const node = await aNode();
  const [one, two] = await node.enterAll("one", "two");
  node.elsewhere("far", 999, "lobby");
  await one.says("/ignore far");
  for (const person of [one, two]) person.heard();
  const entry = await node.storedElsewhere("lobby", { body: "you stink" });
  await node.hears({ type: "entries", stream: entry.stream, previousAtMicros: null, entries: [entry] });
  await node.clock.pass(100);
  const whisper = { type: "whisper", id: "w1", from: 999, author: "far", text: "psst" } as const;
  for (const { session } of [one, two]) await node.hears({ ...whisper, id: `w${session.id}`, to: session.id });
  t.same(one.heard(), []);
  t.same(two.heard().slice(0, 2), ["[far]: you stink", "<<far>>: psst"]);
  t.match(
    node.bus.published.filter(({ type }) => type === "ack"),
    [one, two].map(({ session }) => ({ id: `w${session.id}`, isThere: true })),
  );
});
