import t from "tap";
import { Refusal } from "../../src/domain/refusals.ts";
import { currentRoom, findRoom, findUser, newRoomName, roomNameIn, userNameIn } from "../../src/commands/lookups.ts";
import { aWorld } from "../support/world/people.ts";
import { inPlanes } from "../support/world/planes.ts";

t.test("a room is found without case", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.equal(await findRoom(world.context, one.session, "LOBBY", "see"), world.room("lobby"));
});

t.test("a room that is not there, hidden or no name at all is the same refusal", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await two.says("/create_private Den");
  for (const name of ["Planes", "Den", "a b", "", "x".repeat(65)]) {
    await t.rejects(findRoom(world.context, one.session, name, "see"), { code: "no-such-room" }, name);
  }
});

t.test("a room where one may not do what one wants is refused for that", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  await t.rejects(findRoom(world.context, one.session, "lobby", "destroy"), new Refusal("not-destroyable"));
});

t.test("the current room is where one talks, and there may be none", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.equal(currentRoom(one.session), world.room("lobby"));
  await one.says("/leave");
  t.throws(() => currentRoom(one.session), { code: "no-room-joined" });
});

t.test("a user is found without case while online", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("One", "two");
  t.equal(findUser(world.context, "oNE").id, one.session.id);
  for (const name of ["three", "o ne", ""])
    t.throws(() => findUser(world.context, name), { code: "no-such-user" }, name);
  await two.ends();
  t.throws(() => findUser(world.context, "two"), { code: "no-such-user" });
});

t.test("a room may be named as chatd writes it, with # before it, and with a colon or a comma behind it", (t) => {
  for (const text of ["Cats", "#Cats", "Cats:", "#Cats,"]) t.equal(roomNameIn(text)?.shown, "Cats", text);
  for (const text of ["", "#", "##Cats", "Cats::", "@Cats", "Cats;"]) t.equal(roomNameIn(text), null, text);
  t.end();
});

t.test("a user may be named with @ before it, and with a colon or a comma behind it", (t) => {
  for (const text of ["one", "@one", "one:", "@one,"]) t.equal(userNameIn(text)?.shown, "one", text);
  for (const text of ["", "@", "@@one", "one::", "#one", "_:"]) t.equal(userNameIn(text), null, text);
  t.end();
});

t.test("every command takes them", async (t) => {
  const { one, two, three } = await inPlanes();
  await one.says("/whisper @two a", "/whisper two, b", "/w two: c");
  t.same(
    two.heard().filter((line) => line.startsWith("<<")),
    ["<<one>>: a", "<<one>>: b", "<<one>>: c"],
  );
  t.same(await one.says("/op @two", "/deop two:", "/ban @three", "/unban three,", "/kick @two"), [
    "User two is now an operator of Planes.",
    "User two is no longer an operator of Planes.",
    "User three is banned from Planes until /unban. Nobody new may join from the same address, either; /unban three lifts both.",
    "User three may join Planes again.",
    "User two was kicked from Planes.",
  ]);
  t.same(await three.says("/users #Planes", "/join #Planes", "/history #Planes", "/leave #Planes:"), [
    "Users in Planes: one",
    "[*]: User three joined Planes.",
    "Nothing has been said in Planes yet.",
    "You left room Planes.",
    "You are in no room right now. /rooms lists the rooms.",
  ]);
  t.same(await one.says("/destroy #Planes"), [
    "Room Planes destroyed.",
    "You are in no room right now. /rooms lists the rooms.",
  ]);
});

t.test("a new room's name is a name", (t) => {
  t.match(newRoomName("#Planes-1", "create", null), { shown: "Planes-1", key: "planes-1" });
  for (const name of ["", "a.b", "a. b", "x".repeat(65), "x ".repeat(40)])
    t.throws(() => newRoomName(name, "create", null), { code: "room-name-invalid" }, name);
  t.throws(() => newRoomName("my  own room", "create", null), {
    code: "room-name-of-words",
    args: { command: "create", name: "my-own-room" },
  });
  t.end();
});
