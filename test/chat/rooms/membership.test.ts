import t from "tap";
import { Client } from "../../support/sockets/client.ts";
import { aDaemon } from "../../support/sockets/daemon.ts";
import { aWorld } from "../../support/world/people.ts";

t.test("whoever is in several rooms hears all of them, those that are not current with their name", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  const three = await Client.login(t, port, "three");
  await one.ask("/create Planes", "/create Trains", "/join Planes", "/join Trains");
  await two.ask("/join Planes");
  await one.settle();
  await two.ask("about planes");
  await three.ask("hello");
  t.same(await one.settle(), ["#Planes [two]: about planes", "#lobby [three]: hello"]);
});

t.test("a plain line goes to the room that is current, whichever that was made", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.ask("/create Planes", "/join Planes");
  await two.ask("/join Planes");
  await one.ask("a", "/join lobby", "b", "/join Planes", "c", "/leave", "d");
  t.same(await two.settle(), [
    "[one]: a",
    "#lobby [one]: b",
    "[one]: c",
    "[*]: User one left Planes.",
    "#lobby [one]: d",
  ]);
});

t.test("leaving goes back through the rooms in the order in which they were joined", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  await one.ask("/create a", "/create b", "/create c", "/join a", "/join b", "/join c");
  t.same(await one.ask("/leave b"), ["You left room b."]);
  t.same(await one.ask("/leave"), ["You left room c.", "You are now talking in a."]);
  t.same(await one.ask("/join lobby"), ["You are now talking in lobby."]);
  t.same(await one.ask("/leave"), ["You left room lobby.", "You are now talking in a."]);
  t.same(await one.ask("/leave"), ["You left room a.", "You are in no room right now. /rooms lists the rooms."]);
});

t.test("with one room a person, joining leaves the other, which is said on both sides", async (t) => {
  const { port } = await aDaemon(t, { lobby: "none", roomsPerUser: "1" });
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.ask("/create Planes", "/create Trains", "/join Planes");
  await two.ask("/join Planes");
  await one.settle();
  t.same(await two.ask("/join Trains"), ["You left room Planes.", "[*]: User two joined Trains."]);
  t.same(await one.settle(), ["[*]: User two left Planes."]);
  await one.ask("nobody but me here");
  t.same(await two.settle(), []);
  t.same(await two.ask("/leave"), ["You left room Trains.", "You are in no room right now. /rooms lists the rooms."]);
});

t.test("with one room a person, the lobby is left too", async (t) => {
  const { port } = await aDaemon(t, { roomsPerUser: "1" });
  const one = await Client.login(t, port, "one");
  await one.ask("/create Planes");
  t.same(await one.ask("/join Planes"), ["You left room lobby.", "[*]: User one joined Planes."]);
  t.same(await one.ask("/rooms"), ["Rooms: Planes (1, current), lobby"]);
});

t.test("with one room a person, a room that cannot be joined leaves one where one is", async (t) => {
  const { port } = await aDaemon(t, { roomsPerUser: "1" });
  const one = await Client.login(t, port, "one");
  const already = "You are already in this room.";
  t.same(await one.ask("/join lobby", "/join Planes", "/join lobby"), [
    already,
    "There is no room with this name. /rooms lists the rooms.",
    already,
  ]);
});

t.test("a connection that drops leaves all its rooms", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.ask("/create Planes", "/join Planes");
  await two.ask("/join Planes");
  await one.settle();
  two.socket.resetAndDestroy();
  const left = [await one.expect(/^\[\*\]: User two left/), await one.expect(/^\[\*\]: User two left/)];
  t.same(left, ["[*]: User two left lobby.", "[*]: User two left Planes."]);
  t.same(await one.ask("/users", "/users Planes"), ["Online users: one", "Users in Planes: one"]);
});

t.test("a line that was said before leaving is stored and shown, one that is judged after it is not", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes");
  await two.says("/join Planes");
  one.heard();
  const release = world.store.hold("append");
  one.types("before");
  one.types("/leave");
  await world.clock.turn();
  release();
  await world.clock.turn();
  t.same(two.heard(), ["[one]: before", "[*]: User one left Planes."]);
  t.same(one.heard(), ["You left room Planes.", "You are now talking in lobby."]);
});

t.test("a line that waits while its room is destroyed is refused to its author", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes");
  await two.says("/join Planes");
  one.heard();
  const release = world.store.hold("append");
  one.types("/destroy Planes");
  await world.clock.turn();
  two.types("too late");
  await world.clock.turn();
  release();
  await world.clock.turn();
  t.same(two.heard(), ["[*]: Room Planes was destroyed.", "There is no room with this name. /rooms lists the rooms."]);
  t.same(one.heard(), ["Room Planes destroyed.", "You are in no room right now. /rooms lists the rooms."]);
});
