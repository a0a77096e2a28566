import t from "tap";
import { aNode } from "../support/world/node.ts";
import { aWorld, type Person, type World } from "../support/world/people.ts";

interface Den {
  readonly world: World;
  readonly one: Person;
  readonly two: Person;
  readonly three: Person;
}

/** A lobby with more people than one flush writes, and a room in which three of them are; the first talks in the lobby. */
async function aDenBesideALobby(): Promise<Den> {
  const world = await aWorld();
  world.flusher.maxFlushed = 3;
  const [one, two, three] = await world.enterAll("one", "two", "three", "four");
  await one.says("/create Den");
  for (const person of [one, two, three]) await person.says("/join Den");
  await one.says("/join lobby");
  for (const person of [one, two, three]) person.heard();
  return { world, one, two, three };
}

t.test("while a large room is written, its next lines wait, and those of small rooms do not", async (t) => {
  const { world, one, two } = await aDenBesideALobby();
  const written = Promise.withResolvers<void>();
  world.flusher.writing = written.promise;
  await one.says("to many", "/join Den", "to few");
  world.flusher.writing = null;
  t.match(two.heard(), [/to many/, /to few/]);
  await one.says("/join lobby", "to many again");
  await two.says("to few again");
  t.same(two.heard(), [], "the line to many waits");
  t.match(one.heard().at(-1), /to few again/, "the line to few does not");

  written.resolve();
  await world.clock.turn();
  t.match(two.heard(), [/to many again/]);
});

t.test("of one batch that takes several flushes, small rooms are delivered first", async (t) => {
  const { world, one, two, three } = await aDenBesideALobby();
  const release = world.store.hold("append");
  for (const line of ["first", "to many"]) {
    one.types(line);
    await world.clock.turn();
  }
  two.types("to few");
  await world.clock.turn();
  release();
  await world.clock.turn();
  t.match(three.heard(), [/first/, /to few/, /to many/]);
});

t.test("after a delivery that took long, what is said next waits a little for more", async (t) => {
  const { world, one, two, three } = await aDenBesideALobby();
  const written = Promise.withResolvers<void>();
  world.flusher.writing = written.promise;
  await one.says("to many");
  world.flusher.writing = null;
  await world.clock.pass(4);
  written.resolve();
  await world.clock.turn();
  three.heard();
  two.types("to few");
  await world.clock.turn();
  t.same(three.heard(), []);
  await world.clock.pass(2);
  t.match(three.heard(), [/to few/]);
});

t.test("what other nodes say in a large room waits until its last lines are written, too", async (t) => {
  const node = await aNode();
  node.flusher.maxFlushed = 2;
  const [one, two] = await node.enterAll("one", "two", "three");
  const written = Promise.withResolvers<void>();
  node.flusher.writing = written.promise;
  await one.says("to many");
  node.flusher.writing = null;
  two.heard();
  const entry = await node.storedElsewhere("lobby", { body: "from far" });
  await node.hears({ type: "entries", stream: entry.stream, previousAtMicros: null, entries: [entry] });
  await node.clock.pass(5);
  t.same(two.heard(), []);
  written.resolve();
  await node.clock.turn();
  await node.clock.pass(5);
  t.match(two.heard(), [/from far/]);
});
