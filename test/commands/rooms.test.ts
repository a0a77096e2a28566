import t from "tap";
import { Client } from "../support/client.ts";
import { aDaemon } from "../support/daemon.ts";

t.test("says how to begin where there are no rooms", async (t) => {
  const { port } = await aDaemon(t, { lobby: "none" });
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/rooms"), ["There are no rooms yet. Be the first to make one. :)"]);
});

t.test("shows rooms, those with most people first, and how many are in each", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.ask("/create Trains", "/create cars", "/create Boats", "/join Trains");
  await two.ask("/leave");
  t.same(await one.ask("/rooms"), ["Rooms: lobby (1), Trains (1), Boats, cars"]);
  await two.ask("/join Trains");
  t.same(await one.ask("/rooms"), ["Rooms: Trains (2), lobby (1), Boats, cars"]);
});

t.test("is known by its other name, and without case", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/list"), ["Rooms: lobby (1)"]);
  t.same(await one.ask("/Rooms"), ["Rooms: lobby (1)"]);
});

t.test("shows a private room to its owner and to whom he invited alone", async (t) => {
  const { port } = await aDaemon(t, { lobby: "none" });
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.ask("/create_private Den", "/join Den");
  t.same(await one.ask("/rooms"), ["Rooms: Den (1)"]);
  t.same(await two.ask("/rooms"), ["There are no rooms yet. Be the first to make one. :)"]);
  await one.ask("/invite two");
  t.same(await two.ask("/rooms"), ["Rooms: Den (1)"]);
});

t.test("takes nothing behind it", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/rooms all"), ["That is too much. Usage: /rooms"]);
});

t.test("shows a hundred rooms, and how many more there are", async (t) => {
  const { port } = await aDaemon(t, { lobby: "none", roomsCreatedPerUser: "0" });
  const one = await Client.login(t, port, "one");
  const names = Array.from({ length: 101 }, (_, i) => `room${String(i).padStart(3, "0")}`);
  const shown = names.slice(0, 100).join(", ");
  await one.ask(...names.slice(0, 100).map((name) => `/create ${name}`));
  t.same(await one.ask("/rooms"), [`Rooms: ${shown}`]);
  await one.ask(`/create ${names[100]}`);
  t.same(await one.ask("/rooms"), [`Rooms: ${shown} … and 1 more.`]);
});
