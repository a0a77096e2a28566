import t from "tap";
import { inPlanes } from "../support/world/planes.ts";

t.test("the last line is taken back, once, wherever it was said", async (t) => {
  const { one, two } = await inPlanes();
  await one.says("first", "oops");
  await one.says("/create Trains", "/join Trains");
  two.heard();
  t.same(await one.says("/undo"), ["You removed line 2 in Planes."]);
  t.same(two.heard(), ["[*]: User one removed line 2 in Planes."]);
  t.equal(await one.refusal("/undo"), "nothing-to-undo");
  t.match(await two.says("/history"), [/last 1 line/, /^1 .*: first$/]);
});

t.test("an act is taken back, too", async (t) => {
  const { one, two } = await inPlanes();
  await one.says("hello", "/me trips");
  t.same(await one.says("/undo"), ["You removed line 2 in Planes."]);
  t.match(await two.says("/history"), [/last 1 line/, /^1 .*: hello$/]);
});

t.test("after a minute the line stays", async (t) => {
  const { world, one } = await inPlanes();
  await one.says("said");
  await world.clock.pass(60_000);
  t.same(await one.says("/undo"), ["You removed line 1 in Planes."], "up to then it does not");
  await one.says("said again");
  await world.clock.pass(60_001);
  t.equal(await one.refusal("/undo"), "nothing-to-undo");
});

t.test("what somebody else has removed already cannot be taken back", async (t) => {
  const { one, two } = await inPlanes();
  await two.says("oops");
  await one.says("/delete 1");
  t.equal(await two.refusal("/undo"), "no-such-message");
});

t.test("out of a room one takes nothing back there", async (t) => {
  const { one, two } = await inPlanes();
  await two.says("oops");
  await one.says("/kick two");
  t.equal(await two.refusal("/create Trains", "/join Trains", "/undo"), "not-in-room");
});
