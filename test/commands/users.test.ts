import t from "tap";
import { aWorld } from "../support/world/people.ts";

t.test("shows who is online, sorted without case, as first written", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("bob", "Carl", "Adam");
  t.same(await one.says("/users"), ["Online users: Adam, bob, Carl"]);
});

t.test("is known by its other name, and without case", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.same(await one.says("/who", "/names"), ["Online users: one", "Online users: one"]);
  t.same(await one.says("/USERS"), ["Online users: one"]);
});

t.test("shows who is in a room", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "Two", "three");
  t.same(await one.says("/create Planes"), ["Room Planes created. Type /join Planes to go in."]);
  t.same(await one.says("/users Planes"), ["Nobody is in Planes."]);
  await two.says("/join Planes");
  await one.says("/join Planes");
  t.same(await one.says("/users planes"), ["Users in Planes: one, Two"]);
});

t.test("who has left is shown no more", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await two.ends();
  t.same(one.heard(), ["[*]: User two left lobby."]);
  t.same(await one.says("/users", "/users lobby"), ["Online users: one", "Users in lobby: one"]);
});

t.test("knows no room that is not there", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.equal(await one.refusal("/users Planes"), "no-such-room");
});

t.test("takes one room at most", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.equal(await one.refusal("/users Planes Trains"), "extra-argument");
});

t.test("counts ten names and more", async (t) => {
  const world = await aWorld();
  const names = Array.from({ length: 9 }, (_, i) => `u${i}`);
  await world.enterAll(...names.slice(1));
  const first = await world.enters("u0");
  t.same(await first.says("/users"), [`Online users: ${names.join(", ")}`]);
  await world.enters("u9");
  t.same(await first.says("/users"), [`Online users: ${names.join(", ")}, u9 (10)`]);
});

t.test("shows a hundred names, and how many more there are", async (t) => {
  const world = await aWorld();
  const names = Array.from({ length: 101 }, (_, i) => `user${String(i).padStart(3, "0")}`);
  const shown = names.slice(0, 100).join(", ");
  await world.enterAll(...names.slice(1, 100));
  const first = await world.enters(names[0] ?? "");
  t.same(await first.says("/users", "/users lobby"), [
    `Online users: ${shown} (100)`,
    `Users in lobby: ${shown} (100)`,
  ]);
  await world.enters(names[100] ?? "");
  t.same(await first.says("/users", "/users lobby"), [
    `Online users: ${shown} … and 1 more (101). /users ROOM lists one room.`,
    `Users in lobby: ${shown} … and 1 more (101)`,
  ]);
});
