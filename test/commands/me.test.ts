import t from "tap";
import { aWorld } from "../support/world/people.ts";

t.test("shows an act to everybody in the room, the author included", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  t.same(await one.says("/me waves,  twice"), ["* one waves,  twice"]);
  t.same(two.heard(), ["* one waves,  twice"]);
});

t.test("is known without case, and kept with what was said", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  await one.says("/ME waves");
  t.same(await one.says("/history"), ["-- last 1 line in lobby (times UTC) --", "1 11:06 * one waves"]);
});

t.test("is prefixed with the room where that is not the current one", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await two.says("/create Planes", "/join Planes");
  await one.says("/me waves");
  t.same(two.heard(), ["#lobby * one waves"]);
});

t.test("takes a text", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.equal(await one.refusal("/me"), "missing-argument");
});

t.test("needs a room to be in", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one] = await world.enterAll("one");
  t.equal(await one.refusal("/me waves"), "no-room-joined");
});
