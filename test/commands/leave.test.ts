import t from "tap";
import { aWorld } from "../support/world/people.ts";

t.test("leaves the current room, and the one joined before is the current one", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes");
  await two.says("/join Planes");
  one.heard();
  t.same(await two.says("/leave"), ["You left room Planes.", "You are now talking in lobby."]);
  t.same(one.heard(), ["[*]: User two left Planes."]);
});

t.test("leaves another room by its name, and the current one stays", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes");
  t.same(await one.says("/leave LOBBY"), ["You left room lobby."]);
  t.same(two.heard(), ["[*]: User one left lobby."]);
  t.equal(await one.refusal("/join Planes"), "already-in-room");
});

t.test("is known by its other name, and without case", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  await one.says("/create Planes", "/join Planes");
  t.same(await one.says("/part"), ["You left room Planes.", "You are now talking in lobby."]);
  t.equal((await one.says("/LEAVE lobby"))[0], "You left room lobby.");
});

t.test("leaves one in no room when it was the last one", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.same(await one.says("/leave"), ["You left room lobby.", "You are in no room right now. /rooms lists the rooms."]);
  for (const line of ["/leave", "hello?"]) t.equal(await one.refusal(line), "no-room-joined", line);
});

t.test("refuses a room where one is not, and one that is not there", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  await one.says("/create Planes");
  t.equal(await one.refusal("/leave Planes"), "not-in-room");
  t.equal(await one.refusal("/leave Trains"), "no-such-room");
});

t.test("takes one room at most", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.equal(await one.refusal("/leave lobby now"), "extra-argument");
});

t.test("whoever left hears nothing more of the room", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await two.says("/leave");
  await one.says("still here?");
  t.same(two.heard(), []);
});
