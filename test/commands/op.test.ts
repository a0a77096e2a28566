import t from "tap";
import { inPlanes } from "../support/world/planes.ts";

t.test("makes a member an operator, and tells everybody", async (t) => {
  const { one, two, three } = await inPlanes();
  t.same(await one.says("/op Two"), ["User two is now an operator of Planes."]);
  for (const person of [two, three]) t.same(person.heard(), ["[*]: one made two an operator of Planes."]);
  t.same(await two.says("/topic ours"), ["Topic set."]);
});

t.test("an operator may make others", async (t) => {
  const { one, two } = await inPlanes();
  await one.says("/op two");
  t.same(await two.says("/op three"), ["User three is now an operator of Planes."]);
});

t.test("is refused to the others, and for the owner, an operator, or who is not there", async (t) => {
  const { one, two } = await inPlanes();
  t.equal(await two.refusal("/op two"), "not-operator");
  t.equal(await one.refusal("/op one"), "owner-stays");
  t.equal(await one.refusal("/op four"), "not-there");
  await one.says("/op two");
  t.equal(await one.refusal("/op two"), "already-operator");
});

t.test("an operator stays one while outside, and is none any more in the next session", async (t) => {
  const { world, one, two } = await inPlanes();
  await one.says("/op two");
  t.same(await two.says("/leave", "/join Planes", "/topic ours"), [
    "You left room Planes.",
    "You are in no room right now. /rooms lists the rooms.",
    "[*]: User two joined Planes.",
    "Topic set.",
  ]);
  await two.ends();
  const [again] = await world.enterAll("two");
  await again.says("/join Planes");
  t.equal(await again.refusal("/topic mine"), "not-operator");
});

t.test("the hundredth is made, and not one more", async (t) => {
  const { world, one } = await inPlanes();
  const names = Array.from({ length: 101 }, (_, i) => `helper${i}`);
  for (const name of names) await (await world.enters(name)).says("/join Planes");
  for (const name of names.slice(0, 99)) await one.says(`/op ${name}`);
  t.same(await one.says("/op helper99"), ["User helper99 is now an operator of Planes."]);
  t.equal(await one.refusal("/op helper100"), "too-many-operators");
  t.same(await one.says("/deop helper0", "/op helper100"), [
    "User helper0 is no longer an operator of Planes.",
    "User helper100 is now an operator of Planes.",
  ]);
});

t.test(
  "of two who make the same person an operator at once, one is told that it is done, and the room hears it once",
  async (t) => {
    const { world, one, two, three } = await inPlanes();
    await one.says("/op two");
    two.heard();
    three.heard();
    one.types("/op three");
    two.types("/op three");
    await world.clock.turn();
    t.same(one.heard(), ["User three is now an operator of Planes."]);
    t.match(two.heard(), ["[*]: one made three an operator of Planes."]);
    t.same(three.heard(), ["[*]: one made three an operator of Planes."]);
    t.same(world.watch.refusals, ["already-operator"]);
  },
);
