import t from "tap";
import { aWorld } from "../support/world/people.ts";

t.test("says something in another room that one is in, and one goes on talking where one was", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Garden", "/join Garden");
  t.same(await one.says("/say lobby hello  all"), []);
  t.same(two.heard(), ["[one]: hello  all"]);
  t.same(await two.says("/where"), ["You talk in lobby."]);
});

t.test("is known without case, and takes the room as chatd writes it", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/SAY LOBBY a", "/say #lobby b", "/say lobby: c");
  t.same(two.heard(), ["[one]: a", "[one]: b", "[one]: c"]);
});

t.test("says a line as it is, whatever it begins with", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/say lobby /quit", "/say lobby #lobby");
  t.same(two.heard(), ["[one]: /quit", "[one]: #lobby"]);
});

t.test("refuses a room where one is not, and one that is not there or hidden", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await two.says("/create Garden", "/create_private Den");
  t.equal(await one.refusal("/say Garden hello"), "not-in-named-room");
  t.same(one.outlet.refusals.at(-1)?.args, { room: "Garden" });
  for (const room of ["Trains", "Den", "a.b"]) t.equal(await one.refusal(`/say ${room} hello`), "no-such-room", room);
  t.same(world.store.saidIn(world.room("lobby").id), []);
});

t.test("takes a room and a text", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  for (const line of ["/say", "/say lobby", "/say lobby \u0301"]) {
    t.equal(await one.refusal(line), "missing-argument", line);
  }
});

t.test("alone there, one is told so", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one", "two");
  await one.says("/create Garden", "/join Garden", "/join lobby");
  t.same(await one.says("/say Garden hello"), ["Nobody else is in Garden. Your line is kept for whoever joins later."]);
});
