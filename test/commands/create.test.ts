import t from "tap";
import { StoreError } from "../../src/ports/store-error.ts";
import { Client } from "../support/client.ts";
import { aDaemon } from "../support/daemon.ts";
import { aWorld } from "../support/people.ts";

const TAKEN = "A room with this name already exists. Please choose a different name.";
const INVALID = "A room's name is letters, digits, _ and -, up to 64.";

t.test("makes a room that everybody sees and may join, and does not join it", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  t.same(await one.ask("/create Planes"), ["Room Planes created."]);
  t.same(await two.ask("/rooms"), ["Rooms: lobby (2), Planes"]);
  t.same(await two.ask("/join Planes"), ["[*]: User two joined Planes."]);
  t.same(await one.ask("/users Planes"), ["Users in Planes: two"]);
});

t.test("its maker owns it, and whoever joins it first does not", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.ask("/create Planes");
  await two.ask("/join Planes");
  t.same(await two.ask("/destroy Planes"), ["You can only destroy rooms created by you."]);
  t.same(await one.ask("/destroy Planes"), ["Room Planes destroyed."]);
});

t.test("is known without case", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/CREATE Planes"), ["Room Planes created."]);
});

t.test("refuses a name that is taken, in whatever case, the lobby's included", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  await one.ask("/create Planes");
  for (const name of ["Planes", "planes", "PLANES", "lobby"]) t.same(await one.ask(`/create ${name}`), [TAKEN], name);
});

t.test("a name is free again when its room was destroyed, and another room", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  await one.ask("/create Planes", "/join Planes", "an old line", "/destroy Planes");
  t.same(await one.ask("/create planes"), ["Room planes created."]);
  t.same(await one.ask("/history planes"), ["Nothing was said in planes yet."]);
});

t.test("of two who make a room of one name at the same instant, one gets it", async (t) => {
  const { port } = await aDaemon(t);
  const people = await Promise.all(["one", "two", "three"].map((name) => Client.login(t, port, name)));
  const answers = await Promise.all(people.map((person) => person.ask("/create Planes")));
  t.same(answers.flat().toSorted(), [TAKEN, TAKEN, "Room Planes created."]);
});

t.test("a room's name is 64 letters, digits, _ and - at most", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const longest = `${"Ab1_-".repeat(12)}1234`;
  t.same(await one.ask(`/create ${longest}`), [`Room ${longest} created.`]);
  for (const name of [`${longest}5`, "über", "a.b", "#planes", "пол"]) {
    t.same(await one.ask(`/create ${name}`), [INVALID], name);
  }
});

t.test("takes exactly one name", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/create"), [
    "Incomplete command or message sent without joining a room first. Usage: /create ROOM",
  ]);
  t.same(await one.ask("/create two words"), ["That is too much. Usage: /create ROOM"]);
  t.same(await one.ask("/rooms"), ["Rooms: lobby (1)"]);
});

t.test("says so when the store cannot take a room, and there is none", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  world.store.fail("createRoom", new StoreError("full", "disk full"));
  t.same(await one.says("/create Planes"), [
    "The server cannot store anything now: the room was not made. Try again in a moment.",
  ]);
  t.match(world.watch.health, { code: "full" });
  t.same(await one.says("/rooms", "/create Planes"), ["Rooms: lobby (1)", "Room Planes created."]);
});

t.test("a bug in the store is no refusal of the room's", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  world.store.fail("createRoom", new TypeError("a bug"));
  t.same(await one.says("/create Planes"), ["Something went wrong here, and it has been noted. Please try again."]);
  t.match(world.watch.failures, [{ error: { message: "a bug" } }]);
});
