import t from "tap";
import { kinds } from "../../../src/domain/entry.ts";
import { StoreError } from "../../../src/ports/store-error.ts";
import { encodeChange } from "../../../src/domain/change.ts";
import { UnusedRooms } from "../../../src/chat/rooms/unused-rooms.ts";
import { makeRoom } from "../../support/world/drafts.ts";
import { aNode } from "../../support/world/node.ts";
import { aWorld, World } from "../../support/world/people.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const NO_SUCH_ROOM = "There is no room with this name. /rooms lists the rooms.";

/** Starts ending unused rooms; `unused.ms` is the setting. */
function endsUnused(world: World, unusedMs = DAY_MS) {
  const unused = { ms: unusedMs };
  const rooms = new UnusedRooms(world.context, () => unused.ms);
  rooms.start();
  return { rooms, unused };
}

/** A chat with a lobby and these public rooms that are nobody's, made a day ago. */
async function withOldRooms(...names: readonly string[]): Promise<World> {
  const before = await aWorld();
  for (const name of names) await makeRoom(before.store, name, { authorId: null });
  await before.clock.pass(DAY_MS);
  const world = new World({}, before.clock, before.store);
  await world.start();
  return world;
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `r${i}`);
}

/** Which rooms there are. */
function roomsOf({ context }: World): string[] {
  return [...context.rooms.all()].map(({ name }) => name.shown).sort();
}

t.test("a room that nobody used goes with its maker, a day after it was made, and the server says so", async (t) => {
  const world = await aWorld();
  endsUnused(world);
  const [one] = await world.enterAll("one");
  await one.says("/create Planes");
  const { id } = world.room("Planes");
  await world.clock.pass(DAY_MS - 20 * MINUTE_MS);
  await one.ends();
  await world.clock.pass(10 * MINUTE_MS);
  t.same(roomsOf(world), ["Planes", "lobby"], "not before a day has gone");
  await world.clock.pass(20 * MINUTE_MS);
  t.same(roomsOf(world), ["lobby"]);
  t.match(world.store.entriesOf(id).at(-1), { kind: kinds.destroyed, authorId: null, author: "chatd" });
  t.equal(world.watch.unused, 1);
});

t.test("a room whose maker is there stays, however long nobody is in it", async (t) => {
  const world = await aWorld();
  endsUnused(world);
  const [one] = await world.enterAll("one");
  await one.says("/create Planes");
  await world.clock.pass(3 * DAY_MS);
  t.same(roomsOf(world), ["Planes", "lobby"]);
});

t.test("a room where something was said stays, and one where somebody is, and the lobby", async (t) => {
  const world = await withOldRooms("said", "peopled", "topical", "left");
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/join said", "hello", "/leave", "/join left", "/leave", "/join topical", "/topic none yet", "/leave");
  await two.says("/join peopled");
  endsUnused(world);
  await one.ends();
  await world.clock.pass(DAY_MS - MINUTE_MS);
  t.same(roomsOf(world), ["left", "lobby", "peopled", "said", "topical"], "who was there has used it");
  await world.clock.pass(20 * MINUTE_MS);
  t.same(roomsOf(world), ["lobby", "peopled", "said"], "a topic is nothing that was said");
});

t.test("a private room is its owner's, however long", async (t) => {
  const world = await aWorld();
  endsUnused(world);
  const [one] = await world.enterAll("one");
  await one.says("/create_private Den");
  await world.clock.pass(2 * DAY_MS);
  t.same(roomsOf(world), ["Den", "lobby"]);
});

t.test("with 0 they stay for ever, and the setting may change while it runs", async (t) => {
  const world = await withOldRooms("Planes");
  const { unused } = endsUnused(world, 0);
  await world.clock.pass(2 * DAY_MS);
  t.same(roomsOf(world), ["Planes", "lobby"]);
  unused.ms = DAY_MS;
  await world.clock.pass(10 * MINUTE_MS);
  t.same(roomsOf(world), ["lobby"]);
});

t.test("many rooms are looked at a few hundred a turn", async (t) => {
  const world = await withOldRooms(...numbered(1200));
  let looks = 0;
  for (const room of world.context.rooms.all()) {
    room.topic = "used";
    Object.defineProperty(room, "seq", { get: () => (looks++, 1) });
  }
  endsUnused(world);
  await world.clock.pass(MINUTE_MS);
  t.equal(looks, 500);
  await world.clock.pass(20);
  t.equal(looks, 1000);
  await world.clock.pass(20);
  t.equal(looks, 1201);
});

t.test("many rooms are ended one after the other, a few at a time", async (t) => {
  const world = await withOldRooms(...numbered(25));
  endsUnused(world);
  const release = world.store.hold("append");
  await world.clock.pass(MINUTE_MS);
  t.equal(world.store.batches.length, 1);
  t.equal(world.context.pipeline.pendingLines, 0, "the next one waits for the one before");
  release();
  await world.clock.turn();
  t.equal(world.store.batches.length, 10);
  await world.clock.pass(20);
  t.equal(world.store.batches.length, 20);
  await world.clock.pass(20);
  t.same(roomsOf(world), ["lobby"]);
  await world.clock.pass(MINUTE_MS);
  t.equal(world.watch.unused, 25);
});

t.test("a store that fails is left alone until the next time", async (t) => {
  const world = await withOldRooms("Planes", "Trains");
  endsUnused(world);
  world.store.fail("append", new StoreError("full", "disk full"));
  await world.clock.pass(MINUTE_MS);
  t.equal(world.store.calls.append, 1);
  t.ok(world.watch.health instanceof StoreError, "the store has told why, and nobody else");
  t.same(roomsOf(world), ["Planes", "Trains", "lobby"]);
  await world.clock.pass(10 * MINUTE_MS);
  t.same(roomsOf(world), ["lobby"]);
  t.same(world.watch.failures, []);
});

t.test("who joins while a room ends waits, and is told that it is not there", async (t) => {
  const world = await withOldRooms("Planes");
  const [one] = await world.enterAll("one");
  endsUnused(world);
  const release = world.store.hold("append");
  await world.clock.pass(MINUTE_MS);
  t.same(await one.says("/join Planes"), []);
  release();
  await world.clock.turn();
  t.same(one.heard(), [NO_SUCH_ROOM]);
  t.same(await one.says("/create Planes", "/join Planes"), [
    "Room Planes created. Type /join Planes to go in.",
    "[*]: User one joined Planes.",
  ]);
});

t.test("who joins while the store does not end a room is in it", async (t) => {
  const world = await withOldRooms("Planes");
  const [one] = await world.enterAll("one");
  endsUnused(world);
  world.store.fail("append", new StoreError("full", "disk full"));
  const release = world.store.hold("append");
  await world.clock.pass(MINUTE_MS);
  t.same(await one.says("/join Planes"), []);
  release();
  await world.clock.turn();
  t.same(one.heard(), ["[*]: User one joined Planes.", "[*]: User one now owns Planes."]);
});

t.test("stops in the middle, when the store has answered", async (t) => {
  const world = await withOldRooms("Planes", "Trains");
  const { rooms } = endsUnused(world);
  const release = world.store.hold("append");
  await world.clock.pass(MINUTE_MS);
  let isStopped = false;
  const stopped = rooms.stop().then(() => (isStopped = true));
  await world.clock.turn();
  t.notOk(isStopped, "the store is in use");
  release();
  await world.clock.turn();
  await stopped;
  await world.clock.pass(DAY_MS);
  t.same(roomsOf(world), ["Trains", "lobby"]);
});

/** One node of a cluster that knows a room which nobody has used for a day. */
async function aNodeWithPlanes(owner: number | null = null) {
  const node = await aNode({ compareEveryMs: DAY_MS });
  await makeRoom(node.store, "Planes", { authorId: owner });
  await node.clock.pass(2 * DAY_MS);
  const [one] = await node.enterAll("one");
  await one.says("/users Planes");
  await one.ends();
  return node;
}

t.test("in a cluster a room is ended once: for the second node it is not there, and it goes on", async (t) => {
  const node = await aNodeWithPlanes();
  await makeRoom(node.store, "Trains", { authorId: null });
  const [one] = await node.enterAll("one");
  await one.says("/users Trains");
  await one.ends();
  await node.clock.pass(2 * DAY_MS);
  endsUnused(node);
  const { id } = node.room("Planes");
  const release = node.store.hold("append");
  await node.clock.pass(MINUTE_MS);
  node.store.closeStream(id);
  release();
  await node.clock.turn();
  t.same(roomsOf(node), ["lobby"]);
  t.same([node.watch.unused, node.watch.failures, node.watch.health], [0, [], null]);
  await node.clock.pass(MINUTE_MS);
  t.equal(node.watch.unused, 1, "it is counted when the round is over");
});

t.test("what another node's people said in a room is seen before it is ended", async (t) => {
  const node = await aNodeWithPlanes();
  await node.storedElsewhere("Planes", { body: "hello" });
  endsUnused(node);
  await node.clock.pass(DAY_MS * 2);
  t.same(roomsOf(node), ["Planes", "lobby"]);
});

t.test("where people elsewhere are a room stays", async (t) => {
  const node = await aNodeWithPlanes();
  node.elsewhere("far", 999, "Planes");
  endsUnused(node);
  await node.clock.pass(MINUTE_MS);
  t.same(roomsOf(node), ["Planes", "lobby"]);
});

t.test("whoever gets a room at another node at the same moment keeps it", async (t) => {
  const node = await aNodeWithPlanes();
  endsUnused(node);
  const far = node.elsewhere("far", 999);
  const append = node.store.append.bind(node.store);
  node.store.append = async (batch) => {
    node.store.append = append;
    await node.storedElsewhere("Planes", {
      ...encodeChange({ kind: "owner", user: far }),
      rights: { ...node.room("Planes").rights, owner: far.id },
    });
    return append(batch);
  };
  await node.clock.pass(MINUTE_MS);
  t.same(roomsOf(node), ["Planes", "lobby"]);
  t.equal(node.room("Planes").owner, far.id);
  t.same([node.watch.unused, node.watch.failures], [0, []]);
});

t.test("an owner at another node keeps a room, and one whose node died does not", async (t) => {
  const node = await aNodeWithPlanes(999);
  endsUnused(node);
  await node.clock.pass(MINUTE_MS);
  t.same(roomsOf(node), ["Planes", "lobby"]);
  node.presence.gone = [999];
  await node.clock.pass(11 * MINUTE_MS);
  t.same(roomsOf(node), ["lobby"]);
});

t.test("a node that is cut off ends nothing", async (t) => {
  const node = await aNodeWithPlanes();
  endsUnused(node);
  node.presence.follower?.isolated(true);
  await node.clock.pass(MINUTE_MS);
  t.same(roomsOf(node), ["Planes", "lobby"]);
  node.presence.follower?.isolated(false);
  await node.clock.pass(10 * MINUTE_MS);
  t.same(roomsOf(node), ["lobby"]);
});
