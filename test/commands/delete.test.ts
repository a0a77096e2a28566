import t from "tap";
import { inPlanes } from "../support/world/planes.ts";

t.test("a line is removed by who said it: its number stays, and nobody reads it any more", async (t) => {
  const { world, one, two } = await inPlanes();
  await two.says("a", "secret", "c");
  one.heard();
  t.same(await two.says("/delete 2"), ["You removed line 2 in Planes."]);
  t.same(one.heard(), ["[*]: User two removed line 2 in Planes."]);
  t.match(await one.says("/history"), ["-- last 2 lines in Planes (times UTC) --", /^1 .*: a$/, /^3 .*: c$/]);
  const four = await world.enters("four");
  t.notOk((await four.says("/join Planes")).some((line) => line.includes("secret")));
  t.notOk(JSON.stringify(world.store.entriesOf(world.room("Planes").id)).includes("secret"), "nor the database");
  t.equal(await two.refusal("/delete 2"), "no-such-message", "once");
  t.equal(await two.refusal("/edit 2 again"), "no-such-message");
});

t.test("the owner and the operators of the room remove what others said, and nobody else", async (t) => {
  const { one, two, three } = await inPlanes();
  await three.says("a", "b", "c");
  t.equal(await two.refusal("/delete 1"), "not-author-or-operator");
  t.same(await one.says("/delete 1"), ["You removed line 1 in Planes."]);
  await one.says("/op two");
  t.same(await two.says("/delete 2"), ["You removed line 2 in Planes."]);
  t.match(await one.says("/history"), ["-- last 1 line in Planes (times UTC) --", /^3 .*: c$/]);
});

t.test("lines that are said while others are removed keep their numbers and their order", async (t) => {
  const { one, two } = await inPlanes();
  await two.says("a", "b");
  one.heard();
  await two.says("c", "/delete 1", "d", "/delete 3", "e");
  t.same(one.heard(), [
    "[two]: c",
    "[*]: User two removed line 1 in Planes.",
    "[two]: d",
    "[*]: User two removed line 3 in Planes.",
    "[two]: e",
  ]);
  t.match(await one.says("/history"), [/last 3 lines/, /^2 .*: b$/, /^4 .*: d$/, /^5 .*: e$/]);
});
