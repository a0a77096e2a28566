import t from "tap";
import { aWorld } from "../support/world/people.ts";

t.test("makes a room that nobody else sees, and does not join it", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  t.same(await one.says("/create_private Den"), ["Room Den created. Type /join Den to go in."]);
  t.same(await one.says("/rooms", "/users Den"), ["Rooms: lobby (2, current), Den (0, private)", "Nobody is in Den."]);
  t.same(await two.says("/rooms"), ["Rooms: lobby (2, current)"]);
  t.equal(await two.refusal("/join Den"), "no-such-room");
});

t.test("its maker owns it", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  await one.says("/create_private Den");
  t.same(await one.says("/destroy Den"), ["Room Den destroyed."]);
});

t.test("its name is taken for everybody, though they do not see it", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create_private Den");
  for (const line of ["/create den", "/create_private DEN"]) t.equal(await two.refusal(line), "room-name-taken", line);
});

t.test("is known by its other names", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  for (const [command, room] of [
    ["create-private", "Den"],
    ["private", "Cave"],
  ] as const) {
    await one.says(`/${command} ${room}`);
    t.ok(world.room(room).isPrivate, command);
  }
});

t.test("is known without case, and refuses what is no name", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.same(await one.says("/Create_Private Den"), ["Room Den created. Type /join Den to go in."]);
  t.equal(await one.refusal("/create_private d.e.n"), "room-name-invalid");
});

t.test("takes exactly one name", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.equal(await one.refusal("/create_private"), "missing-argument");
  t.equal(await one.refusal("/create_private my den"), "room-name-of-words");
  t.same(one.outlet.refusals.at(-1)?.args, { command: "create_private", name: "my-den" });
});
