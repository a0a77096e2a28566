import t from "tap";
import { aWorld, type Person, type World } from "../../support/world/people.ts";

/** Longer than any window of a few people, so that a quiet one has passed. */
const QUIET_MS = 5000;

function names(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `user${i}`);
}

function joinLines(users: readonly string[], room: string): string[] {
  return users.map((name) => `[*]: User ${name} joined ${room}.`);
}

/** Somebody who was there first, when all is quiet. */
async function aWatcher(world: World): Promise<Person> {
  const [watcher] = await world.enterAll("watcher");
  await world.clock.pass(QUIET_MS);
  watcher.heard();
  return watcher;
}

t.test("a few who join or leave are told one by one, at once", async (t) => {
  const world = await aWorld();
  const watcher = await aWatcher(world);
  const people = await world.enterAll(...names(4));
  t.same(watcher.heard(), joinLines(names(4), "lobby"));
  for (const person of people) await person.ends();
  t.same(
    watcher.heard(),
    names(4).map((name) => `[*]: User ${name} left lobby.`),
  );
});

t.test("of many who join at once the first are told one by one, and the rest in one line", async (t) => {
  const world = await aWorld();
  const watcher = await aWatcher(world);
  await world.enterAll(...names(22));
  t.same(watcher.heard(), joinLines(names(8), "lobby"));
  await world.clock.pass(QUIET_MS);
  t.same(watcher.heard(), ["[*]: 14 people joined lobby."]);
});

t.test("many who leave at once become one line too, behind who joined", async (t) => {
  const world = await aWorld();
  const watcher = await aWatcher(world);
  const people = await world.enterAll(...names(22));
  await world.clock.pass(QUIET_MS);
  watcher.heard();
  for (const person of people.slice(0, 20)) await person.ends();
  await world.enterAll("late", "later");
  watcher.heard();
  await world.clock.pass(QUIET_MS);
  t.same(watcher.heard(), ["[*]: 2 people joined lobby.", "[*]: 12 people left lobby."]);
});

t.test("a single one who was held back is told by name", async (t) => {
  const world = await aWorld();
  const watcher = await aWatcher(world);
  await world.enterAll(...names(8));
  const [, leaver] = await world.enterAll("ninth", "tenth");
  watcher.heard();
  await world.clock.pass(QUIET_MS);
  t.same(watcher.heard(), ["[*]: 2 people joined lobby."]);
  const more = await world.enterAll(...names(7).map((name) => `more${name}`));
  await leaver.ends();
  await more[0]?.ends();
  watcher.heard();
  await world.clock.pass(QUIET_MS);
  t.same(watcher.heard(), ["[*]: User moreuser0 left lobby."]);
});

t.test("while they go on coming the rest is told once a window, and one by one again after a quiet one", async (t) => {
  const world = await aWorld();
  const watcher = await aWatcher(world);
  await world.enterAll(...names(10));
  await world.clock.pass(1100);
  watcher.heard();
  await world.enterAll("a", "b", "c");
  t.same(watcher.heard(), []);
  await world.clock.pass(1100);
  t.same(watcher.heard(), ["[*]: 3 people joined lobby."]);
  await world.clock.pass(QUIET_MS);
  await world.enterAll("d");
  t.same(watcher.heard(), ["[*]: User d joined lobby."]);
});

t.test("in a room of many people only the first is told at once", async (t) => {
  const world = await aWorld();
  const watcher = await aWatcher(world);
  await world.enterAll(...names(100));
  await world.clock.pass(60_000);
  watcher.heard();
  await world.enterAll("a", "b", "c");
  t.same(watcher.heard(), ["[*]: User a joined lobby."]);
  await world.clock.pass(60_000);
  t.same(watcher.heard(), ["[*]: 2 people joined lobby."]);
});

t.test("whoever joins gets a line of one's own at once, however many come, and no second one", async (t) => {
  const world = await aWorld({ lobby: null });
  const people = await world.enterAll(...names(9));
  await people[0]?.says("/create Planes");
  for (const [i, person] of people.entries()) {
    t.same(await person.says("/join Planes"), [`[*]: User user${i} joined Planes.`]);
  }
  await world.clock.pass(QUIET_MS);
  t.same(people[8]?.heard(), []);
  t.same(people[7]?.heard(), ["[*]: User user8 joined Planes."]);
});

t.test("whoever comes in at login gets no join line of one's own, at once or later", async (t) => {
  const world = await aWorld();
  await aWatcher(world);
  const people = await world.enterAll(...names(9));
  await world.clock.pass(QUIET_MS);
  t.same(people[8]?.heard(), []);
});

t.test("nobody is told of one who is alone", async (t) => {
  const world = await aWorld();
  const alone = await aWatcher(world);
  await alone.says("/create Planes");
  t.same(await alone.says("/join Planes", "/leave Planes"), [
    "[*]: User watcher joined Planes.",
    "You left room Planes.",
    "You are now talking in lobby.",
  ]);
  await world.clock.pass(QUIET_MS);
  t.same(alone.heard(), []);
  t.equal(alone.outlet.chunks.length, 0);
});

t.test("each room has its own window", async (t) => {
  const world = await aWorld();
  const watcher = await aWatcher(world);
  await watcher.says("/create Planes", "/join Planes");
  const people = await world.enterAll(...names(10));
  watcher.heard();
  await people[9]?.says("/join Planes");
  t.same(watcher.heard(), ["[*]: User user9 joined Planes."]);
});

t.test("what was held back in a room that ended meanwhile is not told", async (t) => {
  const world = await aWorld({ lobby: null });
  const [owner, ...people] = await world.enterAll("owner", ...names(12));
  await owner.says("/create Planes", "/join Planes");
  for (const person of people) await person.says("/join Planes");
  await owner.says("/destroy Planes");
  const everybody = [owner, ...people];
  for (const person of everybody) person.heard();
  await world.clock.pass(QUIET_MS);
  for (const person of everybody) t.same(person.heard(), []);
});

t.test("somebody who leaves and comes back within a busy window is not told of themselves", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await world.clock.pass(5000);
  // As many as are told one by one; what follows in the window is told at its end.
  for (let i = 0; i < 4; i++) await two.says("/leave lobby", "/join lobby");
  await one.says("/leave lobby", "/join lobby");
  one.heard();
  two.heard();
  await world.clock.pass(2000);
  t.same(one.heard(), []);
  t.same(two.heard(), ["[*]: User one joined lobby.", "[*]: User one left lobby."]);
});
