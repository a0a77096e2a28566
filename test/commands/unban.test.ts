import t from "tap";
import { inPlanes } from "../support/world/planes.ts";

t.test("lets somebody in again, and tells the members", async (t) => {
  const { one, two, three } = await inPlanes();
  await one.says("/ban Two");
  three.heard();
  t.same(await one.says("/unban tWO"), ["User two may join Planes again."]);
  t.same(three.heard(), ["[*]: one lifted the ban on two in Planes."]);
  t.same(await two.says("/join Planes"), ["[*]: User two joined Planes."]);
});

t.test("of somebody who is not banned is refused", async (t) => {
  const { one } = await inPlanes();
  for (const name of ["two", "!"]) t.equal(await one.refusal(`/unban ${name}`), "not-banned", name);
});

t.test("is for the owner and operators, and tells nobody else who is banned", async (t) => {
  const { one, two, three } = await inPlanes();
  await one.says("/ban three");
  for (const name of ["three", "four"]) t.equal(await two.refusal(`/unban ${name}`), "not-operator", name);
  await one.says("/op two");
  t.same(await two.says("/unban three"), ["User three may join Planes again."]);
  t.same(await three.says("/join Planes"), ["[*]: User three joined Planes."]);
});

t.test("of somebody whose ban has ended is refused: there is nothing to lift", async (t) => {
  const { world, one, two } = await inPlanes();
  await one.says("/ban two 1m");
  await world.clock.pass(120_000);
  t.same(await two.says("/join Planes"), ["[*]: User two joined Planes."]);
  t.equal(await one.refusal("/unban two"), "not-banned");
});
