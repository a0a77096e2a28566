import t from "tap";
import { aWorld } from "../support/world/people.ts";

t.test("ends an own room for everybody", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes");
  t.same(await one.says("/destroy Planes"), ["Room Planes destroyed."]);
  t.same(await two.says("/rooms"), ["Rooms: lobby (2, current)"]);
  t.equal(await two.refusal("/join Planes"), "no-such-room");
});

t.test("tells those inside, of whom only who did it talks on in the room joined before", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes");
  await two.says("/join Planes");
  t.same(await one.says("/destroy Planes"), ["Room Planes destroyed.", "You are now talking in lobby."]);
  const nowhere = "You talk in no room right now. Type /join lobby to talk there.";
  t.same(two.heard(), ["[*]: Room Planes was destroyed.", nowhere]);
  await two.says("not yet", "/join lobby", "back here");
  t.same(one.heard(), ["[two]: back here"]);
});

t.test("leaves the current room alone where another one is destroyed", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes");
  await two.says("/join Planes", "/join lobby");
  await one.says("/destroy Planes");
  t.same(two.heard(), ["[*]: Room Planes was destroyed."]);
  t.equal(await two.refusal("/join lobby"), "already-in-room");
});

t.test("leaves those in no room who were in no other", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes");
  await two.says("/join Planes");
  await one.says("/destroy Planes");
  t.same(two.heard(), ["[*]: Room Planes was destroyed."]);
  t.equal(await two.refusal("hello?"), "no-room-joined");
});

t.test("says that one is in no room when it was the last one", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one] = await world.enterAll("one");
  await one.says("/create Planes", "/join Planes");
  t.same(await one.says("/destroy Planes"), [
    "Room Planes destroyed.",
    "You are in no room right now. /rooms lists the rooms.",
  ]);
});

t.test("says where one talks before anything is shown that was said there meanwhile", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes");
  const release = world.store.hold("append");
  two.types("with the store");
  one.types("/destroy Planes");
  await world.clock.turn();
  two.types("waits with it");
  release();
  await world.clock.turn();
  t.same(one.heard(), [
    "#lobby [two]: with the store",
    "Room Planes destroyed.",
    "You are now talking in lobby.",
    "[two]: waits with it",
  ]);
});

t.test("of a room where one does not talk says nothing of where one is", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  await one.says("/create Planes", "/join Planes", "/join lobby");
  t.same(await one.says("/destroy Planes"), ["Room Planes destroyed."]);
});

t.test("is known without case, and a room too", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  await one.says("/create Planes");
  t.same(await one.says("/DESTROY planes"), ["Room Planes destroyed."]);
});

t.test("refuses a room of somebody else, the lobby, and what is not there", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes", "/create_private Den");
  for (const room of ["Planes", "lobby"]) t.equal(await two.refusal(`/destroy ${room}`), "not-destroyable", room);
  for (const room of ["Den", "Trains", "a.b"]) t.equal(await two.refusal(`/destroy ${room}`), "no-such-room", room);
  t.same(await one.says("/rooms"), ["Rooms: lobby (2, current), Den (0, private), Planes"]);
});

t.test("takes exactly one room", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.equal(await one.refusal("/destroy"), "missing-argument");
  t.equal(await one.refusal("/destroy lobby now"), "extra-argument");
});
