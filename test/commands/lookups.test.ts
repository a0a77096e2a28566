import t from "tap";
import { Refusal } from "../../src/domain/refusals.ts";
import { currentRoom, findRoom, findUser, newRoomName } from "../../src/commands/lookups.ts";
import { aWorld } from "../support/world/people.ts";

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

t.test("a new room's name is a name", (t) => {
  t.match(newRoomName("Planes-1"), { shown: "Planes-1", key: "planes-1" });
  for (const name of ["", "a.b", "x".repeat(65)])
    t.throws(() => newRoomName(name), { code: "room-name-invalid" }, name);
  t.end();
});
