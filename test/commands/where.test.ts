import t from "tap";
import { aWorld } from "../support/world/people.ts";
import { inPlanes } from "../support/world/planes.ts";

t.test("shows the room that one talks in", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.same(await one.says("/where"), ["You talk in lobby."]);
});

t.test("tells whether that is private and one's own, and which other rooms one is in", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  await one.says("/create Garden", "/join Garden", "/create_private Cellar", "/join Cellar");
  t.same(await one.says("/where"), ["You talk in Cellar (private, you own it). Also in: lobby, Garden."]);
  await one.says("/join lobby");
  t.same(await one.says("/where"), ["You talk in lobby. Also in: Garden, Cellar."]);
});

t.test("tells an operator that they are one", async (t) => {
  const { one, two, three } = await inPlanes();
  await one.says("/op two");
  t.same(await one.says("/where"), ["You talk in Planes (you own it)."]);
  t.same(await two.says("/where"), ["You talk in Planes (you are an operator)."]);
  t.same(await three.says("/where"), ["You talk in Planes."]);
});

t.test("says that one talks in no room, and in which rooms one is", async (t) => {
  const { one, two } = await inPlanes();
  await two.says("/create Trains", "/join Trains", "/create Boats", "/join Boats", "/join Planes");
  await one.says("/kick two");
  t.same(await two.says("/where"), [
    "You talk in no room. You are in: Trains, Boats. Type /join ROOM to talk in one of them.",
  ]);
});

t.test("says that one is in no room", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one] = await world.enterAll("one");
  t.same(await one.says("/where"), ["You are in no room right now. /rooms lists the rooms."]);
});

t.test("is known by its other name, and without case", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.same(await one.says("/room", "/WHERE"), ["You talk in lobby.", "You talk in lobby."]);
});

t.test("shows a hundred other rooms, and how many more there are", async (t) => {
  const world = await aWorld({ roomsPerUser: 0, roomsCreatedPerUser: 0, roomsCreatedPerAddress: 0 });
  const [one] = await world.enterAll("one");
  for (let i = 0; i <= 100; i++) await one.says(`/create r${i}`, `/join r${i}`);
  const [line = ""] = await one.says("/where");
  t.match(line, /^You talk in r100 \(you own it\)\. Also in: lobby, r0, .*, r98 … and 1 more\.$/);
});

t.test("takes nothing behind it", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.equal(await one.refusal("/where am I"), "extra-argument");
});
