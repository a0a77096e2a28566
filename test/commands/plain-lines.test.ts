import t from "tap";
import { StoreError } from "../../src/ports/store-error.ts";
import { aWorld } from "../support/world/people.ts";

const ALONE = "Nobody else is in lobby. Your line is kept for whoever joins later.";

t.test("a plain line goes to the others in the current room, and not back to its author", async (t) => {
  const world = await aWorld();
  const [one, two, three] = await world.enterAll("one", "two", "three");
  await three.says("/leave");
  two.heard();
  t.same(await one.says("hi  there!"), []);
  t.same(two.heard(), ["[one]: hi  there!"]);
  t.same(three.heard(), []);
});

t.test("two slashes say the rest with one", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("//quit leaves the chat", "///");
  t.same(two.heard(), ["[one]: /quit leaves the chat", "[one]: //"]);
});

t.test("empty lines are ignored, and so are those of which nothing is left when they are clean", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  two.heard();
  t.same(await one.says("", "   ", "\t", "\u200b\u202e"), []);
  t.same(two.heard(), []);
});

t.test("control characters never reach anybody", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("a\u001b[31mb\u009bc\u202ed\tf");
  t.same(two.heard(), ["[one]: abcd f"]);
});

t.test("the first line with nobody else there is answered, once", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.same(await one.says("anybody?"), [ALONE]);
  t.same(await one.says("hello?"), []);
});

t.test("with somebody there nothing is answered, and alone later it is", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  t.same(await two.says("hi"), []);
  await one.ends();
  t.same(two.heard(), ["[*]: User one left lobby."]);
  t.same(await two.says("hello?"), [ALONE]);
});

t.test("without a room it is refused", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one] = await world.enterAll("one");
  t.equal(await one.refusal("hello?"), "no-room-joined");
});

t.test("past the bound on what waits for the store it is refused at once, and nobody sees it", async (t) => {
  const world = await aWorld({ maxPendingMessages: 2 });
  const [one, two] = await world.enterAll("one", "two");
  const release = world.store.hold("append");
  // One is with the store, two wait, and one more is too much.
  t.same(await one.says("a", "b", "c"), []);
  t.equal(await one.refusal("d"), "too-much-waiting");
  t.same(two.heard(), []);
  release();
  await world.clock.turn();
  t.same(two.heard(), ["[one]: a", "[one]: b", "[one]: c"]);
  t.same(world.watch.refusals, ["too-much-waiting"]);
});

t.test("on a full disk it is refused to its author, until there is space", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  world.store.fail("append", new StoreError("full", "disk full"));
  t.equal(await one.refusal("a"), "store-full");
  t.same(await one.says("b"), []);
  t.same(two.heard(), ["[one]: b"]);
  t.same(world.watch.refusals, ["store-full"]);
});

t.test("with a broken store it is refused to its author", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  world.store.fail("append", new StoreError("broken", "not a database"));
  t.equal(await one.refusal("a"), "store-unavailable");
  t.same(two.heard(), []);
});

t.test("a line that was refused is not said to be kept, and the first one that is, is", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  world.store.fail("append", new StoreError("broken", "not a database"));
  t.notOk((await one.says("a")).includes(ALONE));
  t.same(await one.says("b"), [ALONE]);
});
