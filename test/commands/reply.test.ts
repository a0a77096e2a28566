import t from "tap";
import { aWorld } from "../support/world/people.ts";

t.test("answers who whispered last", async (t) => {
  const world = await aWorld();
  const [one, two, three] = await world.enterAll("one", "two", "three");
  await one.says("/whisper three from one");
  await two.says("/whisper three from two");
  t.same(three.heard(), ["<<one>>: from one", "Type /r TEXT to answer.", "<<two>>: from two"]);
  await three.says("/reply hello  you");
  t.same(two.heard(), ["<<three>>: hello  you", "Type /r TEXT to answer."]);
  t.same(one.heard(), []);
});

t.test("goes on as a conversation, by its other name and without case", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/whisper two hi");
  await two.says("/r hi!");
  await one.says("/REPLY bye");
  t.ok(one.outlet.lines.includes("<<two>>: hi!"));
  t.equal(two.outlet.lines.at(-1), "<<one>>: bye");
});

t.test("is refused as long as nobody whispered", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await two.says("/whisper one hello");
  t.equal(await two.refusal("/reply hello"), "nobody-to-reply");
  t.same(one.heard(), ["<<two>>: hello", "Type /r TEXT to answer."]);
});

t.test("is refused when the one who whispered is gone", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/whisper two hello");
  await one.ends();
  t.equal(await two.refusal("/reply hello"), "no-such-user");
});

t.test("never goes to somebody else who took the name meanwhile", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/whisper two hello");
  await one.ends();
  const other = await world.enters("one");
  other.heard();
  t.equal(await two.refusal("/reply a secret"), "no-such-user");
  t.same(other.heard(), []);
});

t.test("answers who else whispered last, and not oneself", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await two.says("/whisper one hello");
  t.same(await one.says("/whisper one a note", "/reply hi"), ["<<one>>: a note"]);
  t.equal(two.heard()[0], "<<one>>: hi");
});

t.test("is refused where one whispered to oneself alone", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.equal(await one.refusal("/whisper one a note", "/reply hello"), "nobody-to-reply");
});

t.test("takes a text", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.equal(await one.refusal("/reply"), "missing-argument");
});
