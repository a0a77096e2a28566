import t from "tap";
import { Refusal } from "../../src/domain/refusals.ts";
import { StoreError } from "../../src/ports/store-error.ts";
import type { Kind } from "../../src/domain/entry.ts";
import { parseRoomName } from "../../src/domain/names.ts";
import { SERVER } from "../../src/domain/principal.ts";
import { aNode } from "../support/world/node.ts";
import { afterCrash, aWorld } from "../support/world/people.ts";

t.test("makes the lobby once, and finds it again with what was said in it", async (t) => {
  const before = await aWorld();
  const [one] = await before.enterAll("one");
  await one.says("hello");
  const world = await afterCrash(before);
  t.equal(world.context.rooms.count, 1);
  const again = await world.enters("two");
  t.same(again.heard().slice(-1), ["1 11:06 [one]: hello"]);
  t.same(await again.says("hi", "/history 1"), [
    "Nobody else is in lobby. Your line is kept for whoever joins later.",
    "-- last 1 line in lobby (times UTC) --",
    "2 11:06 [two]: hi",
  ]);
});

t.test("finds public rooms again, with their topics and numbers", async (t) => {
  const before = await aWorld();
  const [one] = await before.enterAll("one");
  await one.says("/create Planes", "/join Planes", "/topic flying", "a", "b");
  const world = await afterCrash(before);
  const [two] = await world.enterAll("two");
  t.same(await two.says("/join planes"), [
    "[*]: User two joined Planes.",
    "Topic: flying",
    "-- last 2 lines in Planes (times UTC) --",
    "1 11:06 [one]: a",
    "2 11:06 [one]: b",
    "[*]: User two now owns Planes.",
  ]);
});

t.test("ends private rooms of guests that outlived their sessions, and their names are free", async (t) => {
  const before = await aWorld();
  const [one] = await before.enterAll("one");
  await one.says("/create_private Den", "/create_private Cave");
  const world = await afterCrash(before);
  t.equal(world.context.rooms.count, 1);
  const [two] = await world.enterAll("two");
  t.same(await two.says("/create Den"), ["Room Den created. Type /join Den to go in."]);
});

t.test("a room that was made under another name for the lobby is the lobby now", async (t) => {
  const before = await aWorld({ lobby: null });
  const [one] = await before.enterAll("one");
  await one.says("/create Hall");
  const world = await afterCrash(before, { lobby: parseRoomName("hall") });
  const [two] = await world.enterAll("two");
  t.same(await two.says("/rooms", "/destroy Hall"), [
    "Rooms: Hall (1, current)",
    "You can only destroy rooms created by you.",
  ]);
});

t.test("a private room that somebody made under the lobby's name does not stand in its way", async (t) => {
  const before = await aWorld({ lobby: null });
  const [one] = await before.enterAll("one");
  await one.says("/create_private lobby");
  const world = await afterCrash(before);
  const [two] = await world.enterAll("two");
  t.same(await two.says("/rooms"), ["Rooms: lobby (1, current)"]);
});

t.test("starts though private rooms cannot be ended now, and nobody sees them", async (t) => {
  const before = await aWorld();
  const [one] = await before.enterAll("one");
  await one.says("/create_private Den");
  before.store.fail("append", new StoreError("full", "disk full"));
  const world = await afterCrash(before);
  const [two] = await world.enterAll("two");
  t.same(await two.says("/rooms", "/join Den"), [
    "Rooms: lobby (1, current)",
    "There is no room with this name. /rooms lists the rooms.",
  ]);
});

t.test("what is refused at once is thrown, and nothing goes to the store", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  await one.says("/leave");
  const intent = { actor: one.session, action: { type: "say" }, change: { kind: "said", text: "hi" } } as const;
  const submit = () => world.context.pipeline.submit(world.room("lobby"), intent, () => t.fail("settled"));
  t.throws(submit, new Refusal("not-in-room"));
  await world.clock.turn();
  t.equal(world.store.calls.append, 0);
});

t.test("what is refused later is told by the same promise", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  world.store.fail("append", new StoreError("full", "disk full"));
  const intent = { actor: one.session, action: { type: "say" }, change: { kind: "said", text: "hi" } } as const;
  const performed = t.rejects(world.context.pipeline.perform(world.room("lobby"), intent), new Refusal("store-full"));
  await world.clock.turn();
  await performed;
});

t.test("what was sent to a room whose rules another node moved is judged again and stored", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  world.store.moveRules(world.room("lobby").id);
  await one.says("hello");
  t.same(two.heard(), ["[one]: hello"]);
  t.equal(world.store.batches.length, 2);
});

t.test("rules that this node moved itself it need not learn from the store", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one", "two");
  await one.says("/create_private Den", "/join Den", "/invite two");
  const batches = world.store.batches.length;
  await one.says("hello");
  t.equal(world.store.batches.length, batches + 1);
});

t.test("what was sent to a room that another node destroyed is refused", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  world.store.closeStream(world.room("lobby").id);
  t.same(await one.says("hello"), ["There is no room with this name. /rooms lists the rooms."]);
  t.same(two.heard(), []);
});

t.test("is idle when everything is stored and told", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  const release = world.store.hold("append");
  one.types("hello");
  const idle = world.context.pipeline.whenIdle();
  release();
  await Promise.all([idle, world.clock.turn()]);
  t.same(two.heard(), ["[one]: hello"]);
});

t.test("an entry that shows nothing moves the position on", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  const room = world.room("lobby");
  const { pos, seq } = room;
  const intent = { actor: SERVER, action: { type: "say" }, change: { kind: "created" } } as const;
  await Promise.all([world.context.pipeline.perform(room, intent), world.clock.turn()]);
  t.same([room.pos, room.seq], [pos + 1, seq]);
  await one.says("hello");
  t.same([room.pos, room.seq], [pos + 2, seq + 1]);
  t.same(two.heard(), ["[one]: hello"]);
});

t.test("an entry of a kind that a later version writes shows nothing and moves the position on", async (t) => {
  const node = await aNode();
  const [one, two] = await node.enterAll("one", "two");
  const room = node.room("lobby");
  const { pos, seq } = room;
  // No version has written these kinds so far.
  for (const kind of [19, 28] as unknown as Kind[]) {
    const entry = await node.storedElsewhere("lobby", { kind, body: "?" });
    await node.hears({ type: "entries", stream: room.id, previousAtMicros: null, entries: [entry] });
  }
  await node.clock.pass(100);
  t.same([room.pos, room.seq], [pos + 2, seq]);
  t.same([one.heard(), two.heard()], [[], []]);
  await one.says("hello");
  await node.clock.pass(100);
  t.same([room.pos, room.seq], [pos + 3, seq + 1]);
  t.same(two.heard(), ["[one]: hello"]);
  t.same(node.watch.failures, []);
});
