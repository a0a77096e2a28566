import t from "tap";
import { aWorld } from "../support/world/people.ts";

t.test("shows the time before lines of rooms and notices, for that person alone, until it is off", async (t) => {
  const world = await aWorld();
  const [one, two, three] = await world.enterAll("one", "two", "three");
  t.same(await one.says("/set time on"), ["Times are shown now, in UTC."]);
  await two.says("hello", "/leave");
  t.same(one.heard(), ["11:06 [two]: hello", "11:06 [*]: User two left lobby."]);
  t.same(three.heard(), ["[two]: hello", "[*]: User two left lobby."]);
  t.same(await one.says("/set time off"), ["Times are not shown any more."]);
  await three.says("bye");
  t.same(one.heard(), ["[three]: bye"]);
});

t.test("the time stands before the room's name", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/set time on", "/create Planes", "/join Planes");
  await two.says("hello");
  t.same(one.heard(), ["11:06 #lobby [two]: hello"]);
});

t.test("is known without case, its words too", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.same(await one.says("/SET Time ON"), ["Times are shown now, in UTC."]);
});

t.test("refuses what cannot be set", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  for (const words of ["mood good", "time maybe", "time 1"]) {
    t.equal(await one.refusal(`/set ${words}`), "unknown-setting", words);
  }
});

t.test("takes a setting and a value", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  for (const line of ["/set", "/set time"]) t.equal(await one.refusal(line), "missing-argument", line);
  t.equal(await one.refusal("/set time on now"), "extra-argument");
});
