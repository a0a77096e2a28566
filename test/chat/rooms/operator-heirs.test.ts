import t from "tap";
import { aNode } from "../../support/world/node.ts";
import { inPlanes } from "../../support/world/planes.ts";

t.test("an operator who is there inherits before the others, of several the longest-present one", async (t) => {
  const { world, one, two, three } = await inPlanes();
  const [four] = await world.enterAll("four");
  await four.says("/join Planes");
  await one.says("/op four", "/op three");
  for (const person of [two, three, four]) person.heard();
  await one.ends();
  const told = ["[*]: User one left Planes.", "[*]: User three now owns Planes."];
  for (const person of [two, three, four]) t.same(person.heard(), told);
  await three.ends();
  t.equal(world.room("Planes").owner, four.session.id);
  await four.ends();
  t.equal(world.room("Planes").owner, two.session.id, "with no operator there the longest-present member");
});

t.test("an operator who is not in the room does not inherit it", async (t) => {
  const { world, one, two, three } = await inPlanes();
  await one.says("/op three");
  await three.says("/leave");
  await one.ends();
  t.equal(world.room("Planes").owner, two.session.id);
});

t.test("an operator at another node inherits, unless they were just put out", async (t) => {
  for (const isKicked of [false, true]) {
    const node = await aNode();
    const [one, two] = await node.enterAll("one", "two");
    await one.says("/create Planes", "/join Planes");
    await two.says("/join Planes");
    node.elsewhere("far", 999, "Planes");
    await one.says("/op far", ...(isKicked ? ["/kick far"] : []));
    await one.ends();
    await node.clock.turn();
    t.equal(node.room("Planes").owner, isKicked ? two.session.id : 999);
  }
});
