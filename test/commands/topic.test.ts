import t from "tap";
import { aWorld } from "../support/world/people.ts";
import { inPlanes } from "../support/world/planes.ts";

t.test("says that there is none", async (t) => {
  const { one } = await inPlanes();
  t.same(await one.says("/topic"), ["Planes has no topic."]);
});

t.test("is set by the owner, told to the others, and shown to everybody", async (t) => {
  const { one, two } = await inPlanes();
  t.same(await one.says("/topic what  flies - and how"), ["Topic set."]);
  t.same(two.heard(), ["[*]: User one set the topic of Planes: what  flies - and how"]);
  t.same(await two.says("/topic"), ["Topic: what  flies - and how"]);
});

t.test("is removed by a dash", async (t) => {
  const { one, two } = await inPlanes();
  await one.says("/topic what flies");
  two.heard();
  t.same(await one.says("/topic -"), ["Topic removed."]);
  t.same(two.heard(), ["[*]: User one removed the topic of Planes."]);
  t.same(await two.says("/topic"), ["Planes has no topic."]);
});

t.test("is refused to those who do not own the room", async (t) => {
  const { one, two } = await inPlanes();
  t.equal(await two.refusal("/topic mine"), "not-operator");
  t.same(one.heard(), []);
  t.same(await one.says("/topic"), ["Planes has no topic."]);
});

t.test("of the lobby is nobody's to set", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.equal(await one.refusal("/topic mine"), "lobby-is-nobodys");
});

t.test("needs a room to be in", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one] = await world.enterAll("one");
  t.equal(await one.refusal("/topic"), "no-room-joined");
});

t.test("is known without case", async (t) => {
  const { one } = await inPlanes();
  t.same(await one.says("/TOPIC Flying"), ["Topic set."]);
});
