import t from "tap";
import { StoreError } from "../../src/ports/store-error.ts";
import { Client } from "../support/sockets/client.ts";
import { aDaemon } from "../support/sockets/daemon.ts";
import { afterCrash, aWorld, type Person, type World } from "../support/world/people.ts";

/** What somebody sees who logs in. */
async function greetingOf(world: World, name: string): Promise<{ person: Person; lines: string[] }> {
  const person = await world.enters(name);
  return { person, lines: person.heard() };
}

const ALONE = "You are in lobby. Nobody else is here right now. What you type is said there.";

t.test("the first one in an empty lobby is told where they are, too", async (t) => {
  const world = await aWorld();
  t.same((await greetingOf(world, "one")).lines, [ALONE]);
});

t.test("whoever comes is told who is there: one, two, three by name, of more the first two", async (t) => {
  const world = await aWorld();
  const others = ["Ann", "bob", "cat", "dan", "eve"];
  const expected = ["Ann", "Ann and bob", "Ann, bob and cat", "Ann, bob and 2 others", "Ann, bob and 3 others"];
  await world.enters("Ann");
  for (const [i, name] of [...others.slice(1), "fred"].entries()) {
    const { lines } = await greetingOf(world, name);
    t.same(lines, [`You are in lobby with ${expected[i]}. What you type is said there.`]);
  }
});

t.test("those who have left are not named", async (t) => {
  const world = await aWorld();
  const [ann] = await world.enterAll("Ann", "bob");
  await ann.ends();
  t.same((await greetingOf(world, "cat")).lines, ["You are in lobby with bob. What you type is said there."]);
});

t.test("where nobody is but something was said, that is shown", async (t) => {
  const world = await aWorld();
  const { person: one } = await greetingOf(world, "one");
  await one.says("anybody?");
  await one.ends();
  t.same((await greetingOf(world, "two")).lines, [
    ALONE,
    "-- last 1 line in lobby (times UTC) --",
    "1 11:06 [one]: anybody?",
  ]);
});

t.test("the welcome comes first, then the lobby, then what was said", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  await one.ask("hello");
  const two = await Client.connect(t, port);
  two.send("two");
  await two.expect(/^1 .*hello$/);
  t.match(two.lines, [
    "Login:",
    "Welcome, two.",
    "Type /help to see available commands.",
    "You are in lobby with one. What you type is said there.",
    "-- last 1 line in lobby (times UTC) --",
    /^1 \d\d:\d\d \[one\]: hello$/,
  ]);
  t.same((await one.settle()).slice(-1), ["[*]: User two joined lobby."]);
});

t.test("the lobby may have another name", async (t) => {
  const { port } = await aDaemon(t, { lobby: "Hall" });
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/rooms"), ["Rooms: Hall (1, current)"]);
});

t.test("a topic that the lobby had before it was one is shown on entering", async (t) => {
  const before = await aWorld({ lobby: null });
  const [one] = await before.enterAll("one");
  await one.says("/create lobby", "/join lobby", "/topic be kind");
  t.same((await greetingOf(await afterCrash(before), "two")).lines, [ALONE, "Topic: be kind"]);
});

t.test("without a lobby one is in no room, and told nothing", async (t) => {
  const { port } = await aDaemon(t, { lobby: "none" });
  const one = await Client.login(t, port, "one");
  t.same(one.lines.slice(0, 3), ["Login:", "Welcome, one.", "Type /help to see available commands."]);
  t.equal(one.lines.length, 4, "and the barrier");
  t.same(await one.ask("/rooms"), ["There are no rooms yet. Be the first to make one. :)"]);
});

t.test("a lobby whose last lines cannot be read is entered all the same", async (t) => {
  const world = await aWorld();
  const { person: one } = await greetingOf(world, "one");
  await one.says("hello");
  world.store.fail("history", new StoreError("unavailable", "busy"));
  t.same((await greetingOf(world, "two")).lines, [
    "You are in lobby with one. What you type is said there.",
    "Earlier messages cannot be shown right now. Try /history in a moment.",
  ]);
});

t.test("joining shows the last 20 lines at most, oldest first", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes");
  for (let i = 1; i <= 21; i += 1) await one.says(`line ${i}`);
  const lines = await two.says("/join Planes");
  t.equal(lines[1], "-- last 20 lines in Planes (times UTC) --");
  t.equal(lines[2], "2 11:06 [one]: line 2");
  t.equal(lines.at(-1), "21 11:06 [one]: line 21");
  t.equal(lines.length, 22);
});

t.test("the line about nobody being there names the room, comes once there, and never where somebody is", async (t) => {
  const world = await aWorld();
  const { person: one } = await greetingOf(world, "one");
  t.same(await one.says("hello?", "anybody?"), ["Nobody else is in lobby. Your line is kept for whoever joins later."]);
  t.same((await one.says("/create Planes", "/join Planes", "here neither?", "no")).slice(2), [
    "Nobody else is in Planes. Your line is kept for whoever joins later.",
  ]);
  const { person: two } = await greetingOf(world, "two");
  t.same(await two.says("hello"), []);
});

t.test("an act that nobody sees is not answered, since its author sees it", async (t) => {
  const world = await aWorld();
  const { person: one } = await greetingOf(world, "one");
  t.same(await one.says("/me waves"), ["* one waves"]);
});
