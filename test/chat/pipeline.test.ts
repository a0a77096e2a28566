import t from "tap";
import { MAX_FLUSHED } from "../../src/ports/outlet.ts";
import { aWorld, type Person } from "../support/world/people.ts";

t.test("while a large room is written, its next lines wait, and those of small rooms do not", async (t) => {
  const world = await aWorld();
  const names = Array.from({ length: MAX_FLUSHED + 1 }, (_, i) => `member${i}`);
  const [one, two] = (await world.enterAll(...names)) as [Person, Person];
  await one.says("/create Den");
  for (const person of [one, two]) await person.says("/join Den");
  for (const person of [one, two]) person.heard();

  const written = Promise.withResolvers<void>();
  world.writing = written.promise;
  await one.says("/join lobby", "to many", "/join Den", "to few");
  world.writing = null;
  t.match(two.heard(), [/to many/, /to few/]);
  await one.says("/join lobby", "to many again");
  await two.says("to few again");
  t.same(two.heard(), [], "the line to many waits");
  t.match(one.heard().at(-1), /to few again/, "the line to few does not");

  written.resolve();
  await world.clock.turn();
  t.match(two.heard(), [/to many again/]);
});
