import t from "tap";
import { aWorld, type Person, type World } from "../../support/world/people.ts";

/** ann and 20 others are in the lobby, where more was said than is in memory, and have lost their connections. */
async function aCrowdAway(): Promise<{ world: World; ann: Person; names: readonly string[] }> {
  const world = await aWorld({ graceMs: 600_000 });
  const names = Array.from({ length: 20 }, (_, i) => `one${String.fromCodePoint(97 + i)}`);
  const ann = await world.enters("ann");
  const others = await world.enterAll(...names);
  for (let i = 1; i <= 30; i++) await ann.says(`line ${i}`);
  for (const other of others) await other.breaks();
  return { world, ann, names };
}

/** People come back in one turn. */
async function allEnter(world: World, names: readonly string[]): Promise<readonly Person[]> {
  return await Promise.all(names.map((name) => world.enters(name)));
}

t.test("where nothing was said meanwhile, nothing is read", async (t) => {
  const { world, names, ann } = await aCrowdAway();
  await ann.breaks();
  await world.clock.pass(1);
  const before = world.store.calls.history;
  const [first] = await allEnter(world, names);
  t.match(first?.heard(), ["You are back in lobby. Nothing was said meanwhile."]);
  t.equal(world.store.calls.history, before);
});

t.test("what is in memory is not read from the store for those who have seen a part of it", async (t) => {
  const { world, names, ann } = await aCrowdAway();
  for (let i = 1; i <= 19; i++) await ann.says(`news ${i}`);
  const before = world.store.calls.history;
  const people = await allEnter(world, names);
  for (const person of people) t.equal(person.heard()[0], "You are back in lobby. 19 lines were said meanwhile.");
  t.equal(world.store.calls.history, before + 1, "the recent lines, once");
});

t.test("what is not in memory is read once for all who come back together", async (t) => {
  const { world, names, ann } = await aCrowdAway();
  for (let i = 1; i <= 40; i++) await ann.says(`news ${i}`);
  const before = world.store.calls.history;
  const people = await allEnter(world, names);
  for (const person of people) t.equal(person.heard()[0], "You are back in lobby. 40 lines were said meanwhile.");
  t.equal(world.store.calls.history, before + 2, "the recent lines, and those before");
});

t.test("what is said while somebody comes back is shown once", async (t) => {
  const { world, names, ann } = await aCrowdAway();
  for (let i = 1; i <= 40; i++) await ann.says(`news ${i}`);
  // From then on the recent lines are in memory, and only what is older is read.
  await allEnter(world, names.slice(1, 2));
  const release = world.store.hold("history");
  const [first] = await allEnter(world, names.slice(0, 1));
  await ann.says("meanwhile");
  release();
  await world.clock.turn();
  await ann.says("afterwards");
  const heard = first?.heard() ?? [];
  t.equal(heard[0], "You are back in lobby. 41 lines were said meanwhile.");
  t.same(
    ["news 1", "news 40", "meanwhile", "afterwards"].map(
      (text) => heard.filter((line) => line.endsWith(`: ${text}`)).length,
    ),
    [1, 1, 1, 1],
  );
});

t.test("200 lines are shown in all", async (t) => {
  const world = await aWorld({ graceMs: 600_000 });
  const [ann, ben] = await world.enterAll("ann", "ben");
  const rooms = ["Oaks", "Elms", "Firs", "Limes", "Pines"];
  for (const room of rooms) await ann.says(`/create ${room}`, `/join ${room}`);
  for (const room of rooms) await ben.says(`/join ${room}`);
  await ben.breaks();
  await world.clock.pass(1);
  for (const room of rooms) for (let i = 0; i < 45; i++) await ann.says(`#${room} text`);
  const heard = (await world.enters("ben")).heard();
  t.equal(heard.filter((line) => line.endsWith("[ann]: text")).length, 200);
  t.ok(heard.includes("-- last 20 lines in Pines (times UTC) --"), "fewer of the last room");
});

t.test("whoever is banned while they come back stays out", async (t) => {
  const { world, ann, names } = await aCrowdAway();
  await ann.says("/create Planes", "/join Planes");
  const [one] = await allEnter(world, names.slice(0, 1));
  await one?.says("/join Planes");
  await one?.breaks();
  for (let i = 1; i <= 30; i++) await ann.says(`news ${i}`);
  const release = world.store.hold("history");
  const [again] = await allEnter(world, names.slice(0, 1));
  await ann.says(`/ban ${names[0]}`);
  release();
  await world.clock.turn();
  t.notOk(again && world.room("Planes").members.has(again.session));
  t.match(again?.heard().at(-1), "in no room right now");
});
