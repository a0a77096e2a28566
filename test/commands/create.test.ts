import t from "tap";
import { StoreError } from "../../src/ports/store-error.ts";
import { aWorld } from "../support/world/people.ts";

t.test("makes a room that everybody sees and may join, and does not join it", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  t.same(await one.says("/create Planes"), ["Room Planes created. Type /join Planes to go in."]);
  t.same(await two.says("/rooms"), ["Rooms: lobby (2, current), Planes"]);
  t.same(await two.says("/join Planes"), ["[*]: User two joined Planes."]);
  t.same(await one.says("/users Planes"), ["Users in Planes: two"]);
});

t.test("its maker owns it, and whoever joins it first does not", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes");
  t.equal(await two.refusal("/join Planes", "/destroy Planes"), "not-destroyable");
  t.same(await one.says("/destroy Planes"), ["Room Planes destroyed."]);
});

t.test("is known without case", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.same(await one.says("/CREATE Planes"), ["Room Planes created. Type /join Planes to go in."]);
});

t.test("refuses a name that is taken, in whatever case, the lobby's included", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  await one.says("/create Planes");
  for (const name of ["Planes", "planes", "PLANES", "lobby"]) {
    t.equal(await one.refusal(`/create ${name}`), "room-name-taken", name);
  }
});

t.test("a name is free again when its room was destroyed, and another room", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  await one.says("/create Planes", "/join Planes", "an old line", "/destroy Planes");
  t.same(await one.says("/create planes"), ["Room planes created. Type /join planes to go in."]);
  t.same(await one.says("/history planes"), ["Nothing has been said in planes yet."]);
});

t.test("of two who make a room of one name at the same instant, one gets it", async (t) => {
  const world = await aWorld();
  const people = await world.enterAll("one", "two", "three");
  const release = world.store.hold("createRoom");
  for (const person of people) person.types("/create Planes");
  await world.clock.turn();
  t.equal(world.store.calls.createRoom, 4, "the lobby's, and all three are with the store");
  release();
  await world.clock.turn();
  const answers = people.map((person) => person.heard());
  t.same(
    answers.map(({ length }) => length),
    [1, 1, 1],
  );
  t.equal(
    answers.flat().filter((line) => line.startsWith("Room Planes created. Type /join Planes to go in.")).length,
    1,
  );
  t.same(world.watch.refusals, ["room-name-taken", "room-name-taken"]);
});

t.test("a room's name is 64 letters, digits, _ and - at most", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  const longest = `${"Ab1_-".repeat(12)}1234`;
  t.same(await one.says(`/create ${longest}`), [`Room ${longest} created. Type /join ${longest} to go in.`]);
  for (const name of [`${longest}5`, "über", "a.b", "##planes", "пол"]) {
    t.equal(await one.refusal(`/create ${name}`), "room-name-invalid", name);
  }
});

t.test("takes exactly one name", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.equal(await one.refusal("/create"), "missing-argument");
  t.equal(await one.refusal("/create two words"), "room-name-of-words");
  t.same(one.outlet.refusals.at(-1)?.args, { command: "create", name: "two-words" });
  t.same(await one.says("/rooms"), ["Rooms: lobby (1, current)"]);
});

t.test("says so when the store cannot take a room, and there is none", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  world.store.fail("createRoom", new StoreError("full", "disk full"));
  t.equal(await one.refusal("/create Planes"), "room-not-stored");
  t.match(world.watch.health, { code: "full" });
  t.same(await one.says("/rooms", "/create Planes"), [
    "Rooms: lobby (1, current)",
    "Room Planes created. Type /join Planes to go in.",
  ]);
});

t.test("a bug in the store is no refusal of the room's", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  world.store.fail("createRoom", new TypeError("a bug"));
  t.equal(await one.refusal("/create Planes"), "internal");
  t.match(world.watch.failures, [{ error: { message: "a bug" } }]);
});
