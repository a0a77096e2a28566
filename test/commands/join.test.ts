import t from "tap";
import { StoreError } from "../../src/ports/store-error.ts";
import { aWorld } from "../support/world/people.ts";

t.test("whoever joins and those inside get the same line, and what is typed is said there", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes");
  t.same(await two.says("/join Planes"), ["[*]: User two joined Planes."]);
  t.same(one.heard(), ["[*]: User two joined Planes."]);
  await two.says("hello");
  t.same(one.heard(), ["[two]: hello"]);
});

t.test("is known by its other name, and a room without case", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  await one.says("/create Planes", "/create Trains");
  t.same(await one.says("/j PLANES", "/JOIN trains"), ["[*]: User one joined Planes.", "[*]: User one joined Trains."]);
});

t.test("of the current room says that it is so", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.equal(await one.refusal("/join lobby"), "already-in-room");
});

t.test("of a joined room that is not the current one makes it so, and tells nobody", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes");
  two.heard();
  t.same(await one.says("/join lobby"), ["You are now talking in lobby."]);
  t.same(two.heard(), []);
  await one.says("hi");
  t.same(two.heard(), ["[one]: hi"]);
});

t.test("refuses what is not there, what is hidden, and what is no name, all alike", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create_private Den");
  for (const name of ["Planes", "Den", "a.b"]) t.equal(await two.refusal(`/join ${name}`), "no-such-room", name);
});

t.test("takes exactly one room", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.equal(await one.refusal("/join"), "missing-argument");
  t.equal(await one.refusal("/join lobby Planes"), "extra-argument");
});

t.test("refuses more rooms than one may be in, the lobby included, and takes one more after leaving", async (t) => {
  const world = await aWorld({ roomsPerUser: 3 });
  const [one] = await world.enterAll("one");
  await one.says("/create a", "/create b", "/create c", "/join a");
  t.same(await one.says("/join b"), ["[*]: User one joined b."]);
  t.equal(await one.refusal("/join c"), "too-many-rooms");
  t.same(await one.says("/join a"), ["You are now talking in a."]);
  t.same(await one.says("/leave b", "/join c"), ["You left room b.", "[*]: User one joined c."]);
});

t.test("with no limit takes any number of rooms", async (t) => {
  const world = await aWorld({ roomsPerUser: 0, roomsCreatedPerUser: 0, roomsCreatedPerAddress: 0 });
  const [one] = await world.enterAll("one");
  const names = Array.from({ length: 60 }, (_, i) => `room${i}`);
  await one.says(...names.map((name) => `/create ${name}`));
  t.same(
    await one.says(...names.map((name) => `/join ${name}`)),
    names.map((name) => `[*]: User one joined ${name}.`),
  );
});

t.test("shows the topic and then the last lines", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes", "/topic what flies", "first", "second");
  const [joined, topic, heading, ...lines] = await two.says("/join Planes");
  t.same([joined, topic], ["[*]: User two joined Planes.", "Topic: what flies"]);
  t.equal(heading, "-- last 2 lines in Planes (times UTC) --");
  t.same(lines, ["1 11:06 [one]: first", "2 11:06 [one]: second"]);
});

t.test("comes in though the last lines cannot be read, and says so", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes", "hello", "/leave");
  world.store.fail("history", new StoreError("unavailable", "busy"));
  t.same(await two.says("/join Planes"), [
    "[*]: User two joined Planes.",
    "Earlier messages cannot be shown right now. Try /history in a moment.",
  ]);
  t.same((await two.says("/history")).length, 2);
});

t.test("refuses a room that ends while its last lines are read", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes", "hello", "/leave");
  const release = world.store.hold("history");
  t.same(await two.says("/join Planes"), []);
  await one.says("/destroy Planes");
  release();
  await world.clock.turn();
  t.equal(two.heard().length, 1);
  t.same(world.watch.refusals, ["no-such-room"]);
});
