import t from "tap";
import { aWorld } from "../../support/world/people.ts";

t.test("a login with one's own code is said in no room, however it is typed", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  const { returnCodes } = world.context;
  const code = returnCodes.of(one.session.id, 0);
  const typed = [
    `one:${code}`,
    `@One: ${code.toLowerCase()}`,
    `#lobby one : ${code.replace("-", "")}.`,
    ` one:${code}`,
  ];
  for (const line of typed) t.equal(await one.refusal(line), "own-code", line);
  t.same(two.heard(), []);
});

t.test("what only looks like a code is said, and nobody else's code is anybody's to know", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  const code = world.context.returnCodes.of(two.session.id, 0);
  await one.says("one:0000-0000", `two:${code}`, "one: hello", "note: one");
  t.same(two.heard(), ["[one]: one:0000-0000", `[one]: two:${code}`, "[one]: one: hello", "[one]: note: one"]);
});

t.test("codes are compared with what may be one alone", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  const { returnCodes } = world.context;
  const looked: string[] = [];
  const fits = returnCodes.fits.bind(returnCodes);
  returnCodes.fits = (...args) => {
    looked.push(args[2]);
    return fits(...args);
  };
  await one.says("hello", "two: hi", "one: are you there?", "one:12:30 is fine", "one:hello");
  t.same(looked, ["hello"]);
});
