import t from "tap";
import { aWorld } from "../support/world/people.ts";

t.test("goes to one person alone, who need not be in the same room", async (t) => {
  const world = await aWorld();
  const [one, two, three] = await world.enterAll("one", "two", "three");
  await two.says("/leave");
  three.heard();
  t.same(await one.says("/whisper two psst,  a secret"), []);
  t.same(two.heard(), ["<<one>>: psst,  a secret", "Type /r TEXT to answer."]);
  t.same(three.heard(), []);
});

t.test("is known by its other names, without case, and so is whom it names", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "Two");
  await one.says("/msg two a", "/w TWO b", "/WHISPER tWo c");
  t.same(two.heard(), ["<<one>>: a", "Type /r TEXT to answer.", "<<one>>: b", "<<one>>: c"]);
});

t.test("is not kept", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/whisper two a secret");
  t.same(two.heard(), ["<<one>>: a secret", "Type /r TEXT to answer."]);
  t.same(await one.says("/history"), ["Nothing has been said in lobby yet."]);
});

t.test("refuses who is not online, and what is no name", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  for (const name of ["two", "t.w.o"]) t.equal(await one.refusal(`/whisper ${name} hello`), "no-such-user", name);
});

t.test("the first one that comes tells how to answer, and no other", async (t) => {
  const world = await aWorld();
  const [one, two, three] = await world.enterAll("one", "two", "three");
  t.same(await two.says("/whisper two a note"), ["<<two>>: a note"], "and not one's own");
  await one.says("/whisper two a");
  t.same(two.heard(), ["<<one>>: a", "Type /r TEXT to answer."]);
  await three.says("/whisper two b");
  t.same(two.heard(), ["<<three>>: b"]);
});

t.test("takes a name and a text", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  for (const line of ["/whisper", "/whisper one"]) t.equal(await one.refusal(line), "missing-argument", line);
});
