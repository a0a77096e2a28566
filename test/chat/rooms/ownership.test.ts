import t from "tap";
import { StoreError } from "../../../src/ports/store-error.ts";
import { Client } from "../../support/sockets/client.ts";
import { aDaemon } from "../../support/sockets/daemon.ts";
import { afterCrash, aWorld, type Person, type World } from "../../support/world/people.ts";

const TAKEN = "A room with this name already exists. Please choose a different name.";
const NOT_YOURS = "You can only destroy rooms created by you.";
const NOWHERE = "You are in no room right now. /rooms lists the rooms.";
const NOT_MADE = "Only whoever made this room can destroy it: something was said in it. Use /leave to leave it.";

/** People in one room that the first of them owns, in this order. */
async function inPlanes<const Names extends readonly string[]>(world: World, ...names: Names) {
  const people = await world.enterAll(...names);
  await people[0]?.says("/create Planes");
  for (const person of people) await person.says("/join Planes");
  for (const person of people) person.heard();
  return people;
}

async function endTogether(world: World, ...people: readonly Person[]): Promise<void> {
  await Promise.all(people.map((person) => person.ends()));
  await world.clock.turn();
}

t.test("when its owner goes, a room is the longest-present member's, and all in it are told", async (t) => {
  const { port } = await aDaemon(t, { lobby: "none" });
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  const three = await Client.login(t, port, "three");
  await one.ask("/create Planes", "/join Planes");
  await three.ask("/join Planes");
  await two.ask("/join Planes");
  await three.settle();
  one.send("/quit");
  await one.ended();
  const told = ["[*]: User one left Planes.", "[*]: User three now owns Planes."];
  t.same(await three.settle(), told);
  t.same(await two.settle(), told);
  t.same(await three.ask("/topic mine now"), ["Topic set."]);
  t.same(await two.ask("/destroy Planes"), [NOT_YOURS]);
  t.same(await three.ask("/destroy Planes"), ["Room Planes destroyed.", NOWHERE]);
});

t.test("whoever joined first and came back is not the longest present", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one, two, three] = await inPlanes(world, "one", "two", "three");
  await two.says("/leave", "/join Planes");
  await one.ends();
  t.equal(world.room("Planes").owner, three.session.id);
});

t.test("an owner who only leaves stays the owner", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one, two] = await inPlanes(world, "one", "two");
  await one.says("/leave");
  t.same(two.heard(), ["[*]: User one left Planes."]);
  t.same(await two.says("/destroy Planes"), [NOT_YOURS]);
  t.same(await one.says("/destroy Planes"), ["Room Planes destroyed."]);
});

t.test("every room of an owner who goes passes on, also those where he was not inside", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes", "/create Trains", "/create Cars", "/destroy Cars");
  await two.says("/join Planes", "/join Trains");
  await one.ends();
  t.same(two.heard(), ["[*]: User two now owns Planes.", "[*]: User two now owns Trains."]);
});

t.test("when owner and heir go at the same moment, the next one has it", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one, two, three] = await inPlanes(world, "one", "two", "three");
  await endTogether(world, one, two);
  t.equal(world.room("Planes").owner, three.session.id);
  t.same(three.heard().slice(-1), ["[*]: User three now owns Planes."]);
  t.same(world.watch.failures, []);
});

t.test("a public room without anybody waits for the next to join, who owns it and is told", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one, two, three] = await world.enterAll("one", "two", "three");
  await one.says("/create Planes");
  await one.ends();
  t.equal(world.room("Planes").owner, null);
  t.same(await two.says("/join Planes"), ["[*]: User two joined Planes.", "[*]: User two now owns Planes."]);
  t.same(await three.says("/join Planes", "/destroy Planes"), ["[*]: User three joined Planes.", NOT_YOURS]);
  t.same(await two.says("/destroy Planes"), ["Room Planes destroyed.", NOWHERE]);
});

t.test(
  "of two who join an unowned room at the same moment the first owns it, and the other is told no refusal",
  async (t) => {
    const world = await aWorld({ lobby: null });
    const [one, two, three] = await world.enterAll("one", "two", "three");
    await one.says("/create Planes");
    await one.ends();
    two.types("/join Planes");
    three.types("/join Planes");
    await world.clock.turn();
    t.same(two.heard(), [
      "[*]: User two joined Planes.",
      "[*]: User three joined Planes.",
      "[*]: User two now owns Planes.",
    ]);
    t.same(three.heard(), ["[*]: User three joined Planes.", "[*]: User two now owns Planes."]);
  },
);

t.test("what others said outlives its room's owner: an heir ends no room in which something was said", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one, two, three] = await inPlanes(world, "one", "two", "three");
  await one.says("the plan");
  await one.ends();
  t.same(await two.says("/destroy Planes", "/create Planes"), [NOT_MADE, TAKEN]);
  t.same(await two.says("/topic mine", "/kick three"), ["Topic set.", "User three was kicked from Planes."]);
  t.match(await three.says("/history Planes"), [/last 1 line/, /the plan/]);
});

t.test("who joins a room that nobody owns ends it only while nothing was said in it", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes", "/create Trains", "/join Planes", "the plan");
  await one.ends();
  await two.says("/join Planes", "/join Trains");
  t.same(await two.says("/destroy Planes", "/destroy Trains"), [
    NOT_MADE,
    "Room Trains destroyed.",
    "You are now talking in Planes.",
  ]);
  const next = await afterCrash(world, { lobby: null });
  const [again] = await next.enterAll("one");
  t.same((await again.says("/join Planes", "/destroy Planes")).at(-1), NOT_MADE, "after a restart, too");
});

t.test("who made a room ends it whatever was said in it, until they go", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one, two] = await inPlanes(world, "one", "two");
  await two.says("hello");
  await one.says("/op two", "/leave");
  t.same(await one.says("/destroy Planes"), ["Room Planes destroyed."]);
});

t.test("rooms where nobody is cost nothing when their owner goes, and are the next one's who joins", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one, two] = await world.enterAll("one", "two");
  for (let i = 0; i < 10; i++) await one.says(`/create room${i}`, `/join room${i}`);
  const before = world.store.calls.append;
  await one.ends();
  t.equal(world.store.calls.append, before);
  t.match(await two.says("/join room3"), [/joined/, "[*]: User two now owns room3."]);
  const next = await afterCrash(world, { lobby: null });
  const [three] = await next.enterAll("three");
  for (const room of ["room3", "room4"]) t.match(await three.says(`/join ${room}`), [/joined/, /three now owns/]);
});

t.test("all rooms of an owner who goes pass on together", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one, two] = await world.enterAll("one", "two");
  for (let i = 0; i < 10; i++) {
    await one.says(`/create room${i}`);
    await two.says(`/join room${i}`);
  }
  const before = world.store.calls.append;
  await one.ends();
  t.equal(two.heard().filter((line) => line.includes("two now owns")).length, 10);
  t.equal(world.store.calls.append - before, 1);
});

t.test("somebody who joins while the owner goes owns the room, whichever is first", async (t) => {
  for (const isFirst of [true, false]) {
    const world = await aWorld({ lobby: null });
    const [one, two] = await world.enterAll("one", "two");
    await one.says("/create Planes", "/join Planes", "a line to read", "/leave");
    world.context.recent.forget(world.room("Planes"));
    const release = world.store.hold("history");
    two.types("/join Planes");
    await world.clock.turn();
    if (isFirst) release();
    void one.ends();
    release();
    await world.clock.turn();
    t.equal(world.room("Planes").owner, two.session.id, isFirst ? "first" : "second");
    t.same(two.heard().slice(-1), ["[*]: User two now owns Planes."]);
  }
});

t.test("who joins an unowned room and leaves it at once does not own it", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one, two, three] = await world.enterAll("one", "two", "three");
  await one.says("/create Planes");
  await one.ends();
  const release = world.store.hold("append");
  await two.says("/join Planes", "/leave");
  release();
  await world.clock.turn();
  t.equal(world.room("Planes").rights.owner, null);
  const [record] = await world.store.rooms({ ids: [world.room("Planes").id] });
  t.equal(record?.rights.owner, null, "nor does the store say so: they are still here");
  t.match(await three.says("/join Planes"), [/joined/, /three now owns/]);
});

t.test("by joining one comes to own as many rooms as one may make, and not one more", async (t) => {
  const world = await aWorld({ lobby: null, roomsCreatedPerUser: 3 });
  const [one, two, three] = await world.enterAll("one", "two", "three");
  await one.says("/create a", "/create b", "/create c");
  await one.ends();
  await two.says("/create mine");
  for (const room of ["a", "b"]) t.match(await two.says(`/join ${room}`), [/joined/, /two now owns/], room);
  t.match(await two.says("/join c"), [/^\[\*\]: User two joined c\.$/]);
  t.equal(world.room("c").owner, null);
  t.match(await three.says("/join c"), [/joined/, /three now owns c/], "it is the next one's");
  await three.ends();
  t.equal(world.room("c").owner, two.session.id, "and is inherited by whoever is there");
});

t.test("what one has asked to own counts, though it is not stored yet", async (t) => {
  const world = await aWorld({ lobby: null, roomsCreatedPerUser: 2 });
  const [one, other, two] = await world.enterAll("one", "other", "two");
  await one.says("/create a", "/create b");
  await other.says("/create c", "/create d");
  for (const person of [one, other]) await person.ends();
  const release = world.store.hold("append");
  await two.says("/join a", "/join b", "/join c", "/join d");
  release();
  await world.clock.turn();
  t.same(
    ["a", "b", "c", "d"].filter((room) => world.room(room).owner === two.session.id),
    ["a", "b"],
  );
  await two.says("/destroy a", "/leave d", "/join d");
  t.equal(world.room("d").owner, two.session.id, "where one has ended there is room for another");
});

t.test("without a limit on rooms that one makes there is none on those that one comes to own", async (t) => {
  const world = await aWorld({ lobby: null, roomsCreatedPerUser: 0 });
  const [one, two] = await world.enterAll("one", "two");
  const rooms = Array.from({ length: 20 }, (_, i) => `room${i}`);
  for (const room of rooms) await one.says(`/create ${room}`);
  await one.ends();
  for (const room of rooms) await two.says(`/join ${room}`);
  t.ok(rooms.every((room) => world.room(room).owner === two.session.id));
});

for (const trouble of [new StoreError("full", "disk full"), new StoreError("broken", "not writable")]) {
  t.test(`a room is passed on later when the store fails with ${trouble.code}, which is no bug`, async (t) => {
    const world = await aWorld({ lobby: null });
    const [one, two] = await inPlanes(world, "one", "two");
    world.store.fail("append", trouble, trouble, trouble);
    await one.ends();
    await world.clock.pass(20_000);
    t.equal(world.room("Planes").owner, null);
    await world.clock.pass(20_000);
    t.equal(world.room("Planes").owner, two.session.id);
    t.same(two.heard(), ["[*]: User one left Planes.", "[*]: User two now owns Planes."]);
    t.same(world.watch.failures, []);
  });
}

t.test("where too much waits, rooms are passed on later, to whoever is there then", async (t) => {
  const world = await aWorld({ lobby: null, maxPendingMessages: 2, maxPendingAgeMs: 0 });
  const [one, two, three] = await inPlanes(world, "one", "two", "three");
  await three.says("/create Trains", "/join Trains");
  const release = world.store.hold("append");
  for (const line of ["a", "b", "c"]) await three.says(line);
  await one.ends();
  t.same(world.watch.failures, []);
  await two.says("/leave");
  release();
  await world.clock.pass(1000);
  t.equal(world.room("Planes").owner, three.session.id);
});

t.test("a room is passed on when the store takes that again, however long it did not", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one, two, three] = await inPlanes(world, "one", "two", "three");
  await three.says("/leave");
  world.store.fail("append", ...Array.from({ length: 100 }, () => new StoreError("full", "disk full")));
  const before = world.store.calls.append;
  await one.ends();
  await world.clock.pass(600_000);
  t.match(world.store.calls.append - before, 40, "it is tried ever more seldom, until every 16 s");
  t.equal(world.room("Planes").owner, null);
  t.same(world.watch.failures, []);
  world.store.mend("append");
  await world.clock.pass(16_000);
  t.same(two.heard().at(-1), "[*]: User two now owns Planes.");
  t.notMatch((await three.says("/join Planes")).join("\n"), /owns/);
});

t.test("a room that somebody took meanwhile is not passed on later", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one, two, three] = await inPlanes(world, "one", "two", "three");
  await three.says("/leave");
  world.store.fail("append", new StoreError("full", "disk full"));
  await one.ends();
  await three.says("/join Planes");
  const before = world.store.calls.append;
  await world.clock.pass(100_000);
  t.equal(world.store.calls.append, before);
  t.equal(world.room("Planes").owner, three.session.id);
  t.equal(two.heard().filter((line) => line.includes("now owns")).length, 1);
});

t.test("nothing is passed on when the chat has stopped", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one] = await inPlanes(world, "one", "two");
  world.store.fail("append", new StoreError("full", "disk full"));
  await one.ends();
  world.chat.stop();
  const before = world.store.calls.append;
  await world.clock.pass(100_000);
  t.equal(world.store.calls.append, before);
});

t.test("rooms that outlived the server are owned by the next to join", async (t) => {
  const before = await aWorld({ lobby: null });
  const [one] = await before.enterAll("one");
  await one.says("/create Planes");
  const world = await afterCrash(before, { lobby: null });
  const [again] = await world.enterAll("one");
  t.same(await again.says("/destroy Planes"), [NOT_YOURS]);
  t.same(await again.says("/join Planes"), ["[*]: User one joined Planes.", "[*]: User one now owns Planes."]);
});

t.test("the lobby is nobody's, whoever joins it first or again", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.same(await one.says("/leave", "/join lobby"), ["You left room lobby.", NOWHERE, "[*]: User one joined lobby."]);
  t.equal(world.room("lobby").rights.owner, null);
  t.same(await one.says("/destroy lobby"), [NOT_YOURS]);
});

t.test("a name that comes back owns nothing of what its former holder owned", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one] = await inPlanes(world, "one", "two");
  await one.ends();
  const [other] = await world.enterAll("one");
  t.same(await other.says("/destroy Planes"), [NOT_YOURS]);
});
