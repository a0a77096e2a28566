import t from "tap";
import { StoreError } from "../../src/ports/store-error.ts";
import { Client } from "../support/client.ts";
import { aDaemon } from "../support/daemon.ts";
import { aWorld } from "../support/people.ts";

const NO_SUCH_ROOM = "There is no room with this name. /rooms shows what there is.";

t.test("whoever joins and those inside get the same line, and what is typed is said there", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.ask("/create Planes", "/join Planes");
  t.same(await two.ask("/join Planes"), ["[*]: User two joined Planes."]);
  t.same(await one.settle(), ["[*]: User two joined Planes."]);
  await two.ask("hello");
  t.same(await one.settle(), ["[two]: hello"]);
});

t.test("is known by its other name, and a room without case", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  await one.ask("/create Planes", "/create Trains");
  t.same(await one.ask("/j PLANES", "/JOIN trains"), ["[*]: User one joined Planes.", "[*]: User one joined Trains."]);
});

t.test("of the current room says that it is so", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/join lobby"), ["You are already in this room."]);
});

t.test("of a joined room that is not the current one makes it so, and tells nobody", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.ask("/create Planes", "/join Planes");
  await two.settle();
  t.same(await one.ask("/join lobby"), ["You are now talking in lobby."]);
  t.same(await two.settle(), []);
  await one.ask("hi");
  t.same(await two.settle(), ["[one]: hi"]);
});

t.test("refuses what is not there, what is hidden, and what is no name, all alike", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.ask("/create_private Den");
  for (const name of ["Planes", "Den", "a.b"]) t.same(await two.ask(`/join ${name}`), [NO_SUCH_ROOM], name);
});

t.test("takes exactly one room", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/join"), [
    "Incomplete command or message sent without joining a room first. Usage: /join ROOM",
  ]);
  t.same(await one.ask("/join lobby Planes"), ["That is too much. Usage: /join ROOM"]);
});

t.test("refuses more rooms than one may be in, the lobby included, and takes one more after leaving", async (t) => {
  const { port } = await aDaemon(t, { roomsPerUser: "3" });
  const one = await Client.login(t, port, "one");
  await one.ask("/create a", "/create b", "/create c", "/join a");
  t.same(await one.ask("/join b"), ["[*]: User one joined b."]);
  t.same(await one.ask("/join c"), ["You are in as many rooms as you may be. Use /leave ROOM first."]);
  t.same(await one.ask("/join a"), ["You are now talking in a."]);
  t.same(await one.ask("/leave b", "/join c"), ["You left room b.", "[*]: User one joined c."]);
});

t.test("with no limit takes any number of rooms", async (t) => {
  const { port } = await aDaemon(t, { roomsPerUser: "0", roomsCreatedPerUser: "0" });
  const one = await Client.login(t, port, "one");
  const names = Array.from({ length: 60 }, (_, i) => `room${i}`);
  await one.ask(...names.map((name) => `/create ${name}`));
  t.same(
    await one.ask(...names.map((name) => `/join ${name}`)),
    names.map((name) => `[*]: User one joined ${name}.`),
  );
});

t.test("shows the topic and then the last lines", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.ask("/create Planes", "/join Planes", "/topic what flies", "first", "second");
  const [joined, topic, heading, ...lines] = await two.ask("/join Planes");
  t.same([joined, topic], ["[*]: User two joined Planes.", "Topic: what flies"]);
  t.equal(heading, "-- last 2 lines in Planes (times UTC) --");
  t.match(lines, [/^1 \d\d:\d\d \[one\]: first$/, /^2 \d\d:\d\d \[one\]: second$/]);
  t.equal(lines.length, 2);
});

t.test("comes in though the last lines cannot be read, and says so", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes", "hello", "/leave");
  world.store.fail("history", new StoreError("unavailable", "busy"));
  t.same(await two.says("/join Planes"), [
    "[*]: User two joined Planes.",
    "What was said before cannot be shown now. Try /history in a moment.",
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
  t.same(two.heard(), [NO_SUCH_ROOM]);
});
