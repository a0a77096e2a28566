import t from "tap";
import { aWorld } from "../support/world/people.ts";

t.test("says how to begin where there are no rooms", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one] = await world.enterAll("one");
  t.same(await one.says("/rooms"), ["There are no rooms yet. Be the first to make one. :)"]);
});

t.test("shows rooms, those with most people first, and how many are in each", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Trains", "/create cars", "/create Boats", "/join Trains");
  await two.says("/leave");
  t.same(await one.says("/rooms"), ["Rooms: lobby (1, joined), Trains (1, current), Boats, cars"]);
  await two.says("/join Trains");
  t.same(await one.says("/rooms"), ["Rooms: Trains (2, current), lobby (1, joined), Boats, cars"]);
});

t.test("is known by its other name, and without case", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.same(await one.says("/list"), ["Rooms: lobby (1, current)"]);
  t.same(await one.says("/Rooms"), ["Rooms: lobby (1, current)"]);
});

t.test("shows a private room to its owner and to whom he invited alone", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create_private Den", "/join Den");
  t.same(await one.says("/rooms"), ["Rooms: Den (1, private, current)"]);
  t.same(await two.says("/rooms"), ["There are no rooms yet. Be the first to make one. :)"]);
  await one.says("/invite two");
  t.same(await two.says("/rooms"), ["Rooms: Den (1, private)"]);
});

t.test("marks the room that one talks in, the others that one is in, and private ones, empty or not", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await two.says("/create Boats", "/join Boats");
  await one.says("/create_private Den", "/create Trains", "/join Trains");
  t.same(await one.says("/rooms"), ["Rooms: lobby (2, joined), Boats (1), Trains (1, current), Den (0, private)"]);
  await one.says("/leave", "/leave");
  t.same(await one.says("/rooms"), ["Rooms: Boats (1), lobby (1), Den (0, private), Trains"]);
});

t.test("takes nothing behind it", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.equal(await one.refusal("/rooms all"), "extra-argument");
});

t.test("shows a hundred rooms, and how many more there are", async (t) => {
  const world = await aWorld({ lobby: null, roomsCreatedPerUser: 0, roomsCreatedPerAddress: 0 });
  const [one] = await world.enterAll("one");
  const names = Array.from({ length: 101 }, (_, i) => `room${String(i).padStart(3, "0")}`);
  const shown = names.slice(0, 100).join(", ");
  await one.says(...names.slice(0, 100).map((name) => `/create ${name}`));
  t.same(await one.says("/rooms"), [`Rooms: ${shown}`]);
  await one.says(`/create ${names[100]}`);
  t.same(await one.says("/rooms"), [`Rooms: ${shown} … and 1 more.`]);
});
