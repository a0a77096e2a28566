import t from "tap";
import { inPlanes } from "../support/world/planes.ts";

t.test("a line is changed by who said it, told to the others, and shown so to whoever reads it later", async (t) => {
  const { world, one, two } = await inPlanes();
  await one.says("helo", "/me wavs");
  two.heard();
  t.same(await one.says("/edit 1 hello  there"), ["You changed line 1 in Planes: hello  there"]);
  await one.says("/edit 2 waves");
  t.same(two.heard(), [
    "[*]: User one changed line 1 in Planes: hello  there",
    "[*]: User one changed line 2 in Planes: waves",
  ]);
  const [, first = "", second = ""] = await two.says("/history");
  t.match(first, /^1 \d\d:\d\d \[one\]: hello {2}there$/);
  t.match(second, /^2 \d\d:\d\d \* one waves$/);
  const four = await world.enters("four");
  t.ok((await four.says("/join Planes")).some((line) => line.endsWith("[one]: hello  there")));
});

t.test("of somebody else no line is changed, by the room's owner neither", async (t) => {
  const { one, two } = await inPlanes();
  await two.says("mine");
  t.equal(await one.refusal("/edit 1 yours"), "not-author");
  t.match((await one.says("/history")).at(-1), /\[two\]: mine$/);
});

t.test("whoever has the name of one who left changes nothing of theirs", async (t) => {
  const { world, one, two } = await inPlanes();
  await two.says("mine");
  await two.ends();
  one.heard();
  const another = await world.enters("two");
  await another.says("/join Planes");
  t.equal(await another.refusal("/edit 1 yours"), "not-author");
  t.equal(await another.refusal("/delete 1"), "not-author-or-operator");
});

t.test("needs the number of a line that is there, and a text", async (t) => {
  const { one } = await inPlanes();
  await one.says("hello");
  for (const number of ["0", "2", "999999999999999"]) {
    t.equal(await one.refusal(`/edit ${number} bye`), "no-such-message", number);
  }
  for (const number of ["-1", "1.0", "it", "1e3", "9".repeat(16)]) {
    t.equal(await one.refusal(`/edit ${number} bye`), "not-a-message-number", number);
  }
  for (const line of ["/edit", "/edit 1"]) t.equal(await one.refusal(line), "missing-argument", line);
});

t.test("where one is not, nothing is changed, and nothing is learned of a room that is hidden", async (t) => {
  const { world, one, two } = await inPlanes();
  await two.says("mine");
  await one.says("/kick two");
  await two.says("/create Trains", "/join Trains");
  t.equal(await two.refusal("/edit 1 gone"), "no-such-message", "this is the room that they talk in");
  t.equal(world.room("Planes").seq, 1);
});
