import t from "tap";
import { aWorld } from "../support/people.ts";

const TOO_MANY = "You have made as many rooms as you may. Use /destroy ROOM first.";
const FULL = "This server has as many rooms as it takes. Join one of them: /rooms shows what there is.";

t.test("somebody may have made so many rooms, and not one more until one is destroyed", async (t) => {
  const world = await aWorld({ roomsCreatedPerUser: 2 });
  const [one, two] = await world.enterAll("one", "two");
  t.same(await one.says("/create a", "/create_private b", "/create c"), [
    "Room a created.",
    "Room b created.",
    TOO_MANY,
  ]);
  t.same(await two.says("/create c"), ["Room c created."], "it is counted for each");
  t.same(await one.says("/destroy a", "/create d", "/create e"), ["Room a destroyed.", "Room d created.", TOO_MANY]);
});

t.test("a room counts for who made it, also when somebody else owns it by now", async (t) => {
  const world = await aWorld({ roomsCreatedPerUser: 1, lobby: null });
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create a", "/join a");
  await two.says("/join a");
  t.same(await two.says("/create b"), ["Room b created."]);
  await one.ends();
  t.same(await two.says("/create c"), [TOO_MANY], "what was inherited is not what counts");
  const [again] = await world.enterAll("one");
  t.same(await again.says("/create c"), ["Room c created."], "the next session begins anew");
});

t.test("a server takes so many rooms, the lobby included, and not one more until one ends", async (t) => {
  const world = await aWorld({ maxRooms: 3 });
  const [one, two] = await world.enterAll("one", "two");
  t.same(await one.says("/create a", "/create_private b"), ["Room a created.", "Room b created."]);
  t.same(await two.says("/create c"), [FULL]);
  await one.says("/destroy b");
  t.same(await two.says("/create c", "/create d"), ["Room c created.", FULL]);
});

t.test("0 is no limit", async (t) => {
  const world = await aWorld({ maxRooms: 0, roomsCreatedPerUser: 0 });
  const [one] = await world.enterAll("one");
  for (let i = 0; i < 30; i++) t.same(await one.says(`/create r${i}`), [`Room r${i} created.`]);
});
