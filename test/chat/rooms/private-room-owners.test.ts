import t from "tap";
import { StoreError } from "../../../src/ports/store-error.ts";
import { aWorld } from "../../support/world/people.ts";

const NO_SUCH_ROOM = "There is no room with this name. /rooms lists the rooms.";

t.test("a private room passes on too, while somebody is inside", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one, two, three] = await world.enterAll("one", "two", "three");
  await one.says("/create_private Den", "/join Den", "/invite two");
  await two.says("/join Den");
  await one.ends();
  t.same(two.heard(), ["[*]: User one left Den.", "[*]: User two now owns Den."]);
  t.same(await two.says("/invite three"), ["User added to private room members."]);
  t.same(await three.says("/join Den"), ["[*]: User three joined Den."]);
});

t.test("a private room ends with its owner when nobody is inside, and its name is free", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create_private Den", "/join Den", "/invite two");
  await one.ends();
  t.same(await two.says("/join Den", "/create Den"), [NO_SUCH_ROOM, "Room Den created. Type /join Den to go in."]);
});

t.test("a private room whose owner only left it stays", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one] = await world.enterAll("one");
  t.same(await one.says("/create_private Den", "/join Den", "/leave", "/join Den"), [
    "Room Den created. Type /join Den to go in.",
    "[*]: User one joined Den.",
    "You left room Den.",
    "You are in no room right now. /rooms lists the rooms.",
    "[*]: User one joined Den.",
  ]);
});

t.test("a private room that could not be passed on ends with its last member", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one, two, three] = await world.enterAll("one", "two", "three");
  await one.says("/create_private Den", "/join Den", "/invite two");
  await two.says("/join Den");
  world.store.fail("append", ...Array.from({ length: 100 }, () => new StoreError("full", "disk full")));
  await one.ends();
  await world.clock.pass(60_000);
  t.equal(world.room("Den").owner, null);
  t.same(world.watch.failures, []);
  world.store.mend("append");
  await two.says("/leave");
  t.same(await two.says("/join Den"), [NO_SUCH_ROOM]);
  t.same(await three.says("/create Den"), ["Room Den created. Type /join Den to go in."]);
});

t.test("when owner and last member of a private room go at the same moment, it ends, and nothing failed", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one, two, three] = await world.enterAll("one", "two", "three");
  await one.says("/create_private Den", "/join Den", "/invite two");
  await two.says("/join Den");
  await Promise.all([one.ends(), two.ends()]);
  await world.clock.turn();
  t.same(await three.says("/create Den"), ["Room Den created. Type /join Den to go in."]);
  t.same(world.watch.failures, []);
});
