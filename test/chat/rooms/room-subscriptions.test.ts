import t from "tap";
import { kinds, SERVER_STREAM } from "../../../src/domain/entry.ts";
import { StoreError } from "../../../src/ports/store-error.ts";
import { makeRoom } from "../../support/world/drafts.ts";
import { aNode, type FakeNode } from "../../support/world/node.ts";

const NO_SUCH_ROOM = "There is no room with this name. /rooms lists the rooms.";

/** The stream of the server has two entries. */
async function announceTwice(node: FakeNode): Promise<void> {
  for (const text of ["tea", "cake"]) {
    const told = node.context.pipeline.announce(node.context.server, { kind: "broadcast", text });
    await node.clock.turn();
    await told;
  }
}

t.test("a room that another node made is found by who asks for it, and by the stream of the server", async (t) => {
  const node = await aNode();
  const [one] = await node.enterAll("one");
  await makeRoom(node.store, "Planes");
  t.same(await one.says("/join Planes"), ["[*]: User one joined Planes."]);
  const trains = await makeRoom(node.store, "Trains");
  const made = {
    stream: SERVER_STREAM,
    pos: 1,
    seq: 0,
    atMicros: 1,
    kind: kinds.roomMade,
    authorId: null,
    author: "chatd",
    ref: null,
  };
  await node.hears({
    type: "entries",
    stream: SERVER_STREAM,
    previousAtMicros: null,
    entries: [{ ...made, body: String(trains.id) }],
  });
  t.match((await one.says("/rooms")).join("\n"), /Trains/);
  await node.hears({
    type: "entries",
    stream: SERVER_STREAM,
    previousAtMicros: null,
    entries: [{ ...made, pos: 2, kind: kinds.roomEnded, body: String(trains.id) }],
  });
  t.notMatch((await one.says("/rooms")).join("\n"), /Trains/);
});

t.test(
  "a room that ended elsewhere, and one of its name that was made after it, are known when somebody asks",
  async (t) => {
    const node = await aNode();
    const [one] = await node.enterAll("one");
    await one.says("/create Planes");
    const first = node.room("Planes");
    node.store.closeStream(first.id);
    t.same(await one.says("/join Planes"), [NO_SUCH_ROOM]);
    const second = await makeRoom(node.store, "Planes");
    await one.says("/join Planes");
    t.equal(node.room("Planes").id, second.id);
    t.equal(first.isDestroyed, true);
  },
);

t.test("those who ask at once are answered by one query", async (t) => {
  const node = await aNode();
  const people = await node.enterAll("one", "two", "three");
  await makeRoom(node.store, "Planes");
  const before = node.store.calls.rooms;
  for (const person of people) person.types("/join Planes");
  await node.clock.turn();
  for (const person of people) t.match(person.heard().join("\n"), `User ${person.session.name.shown} joined Planes.`);
  t.ok(node.store.calls.rooms - before <= 2, `${node.store.calls.rooms - before} queries`);
});

t.test("what cannot be read is said, and nothing is followed by it", async (t) => {
  const node = await aNode();
  const [one] = await node.enterAll("one");
  await makeRoom(node.store, "Planes");
  node.store.fail("rooms", new StoreError("unavailable", "away"));
  const told = await one.says("/join Planes");
  t.equal(told.length, 1, told.join());
  t.same(await one.says("/join Planes"), ["[*]: User one joined Planes."]);
});

t.test("what was missed of a room is delivered after comparing, and a private room's end is learned", async (t) => {
  const node = await aNode({ compareEveryMs: 1000 });
  const [one] = await node.enterAll("one");
  await one.says("/create_private Den");
  const den = node.room("Den");
  await node.storedElsewhere("lobby", { body: "a" });
  await node.storedElsewhere("Den", { kind: kinds.topic, body: "ours" });
  await node.clock.pass(1100);
  t.same(one.heard(), ["[far]: a"]);
  t.equal(den.topic, "ours", "though nobody here is in it");
  await node.storedElsewhere("Den", { kind: kinds.topic, body: "gone" });
  node.store.closeStream(den.id);
  await node.clock.pass(1100);
  t.equal(den.isDestroyed, true);
});

t.test("a store that was restored is noticed: people are told, and numbers go on from there", async (t) => {
  const node = await aNode({ compareEveryMs: 1000 });
  const [one, two] = await node.enterAll("one", "two");
  await one.says("a", "b");
  two.heard();
  node.store.forgetLast(node.room("lobby").id, 1);
  await node.clock.pass(1100);
  const restored = "[*]: The database was restored: what was said last in lobby may be missing. See /history.";
  t.same(two.heard(), [restored]);
  t.match(node.watch.restored, ["lobby"]);
  await one.says("c");
  t.same(two.heard(), ["[one]: c"]);
  t.equal(node.room("lobby").seq, 2);
});

t.test("rooms and bans of a store that was restored are as they were then", async (t) => {
  const node = await aNode({ compareEveryMs: 1000 });
  const [one] = await node.enterAll("one");
  await one.says("/create Planes");
  const planes = node.room("Planes");
  await announceTwice(node);
  let changes = 0;
  node.context.bans.listen(() => {
    changes += 1;
    return 0;
  });
  node.store.forgetLast(SERVER_STREAM, 1);
  node.store.closeStream(planes.id);
  const trains = await makeRoom(node.store, "Trains");
  await node.clock.pass(1100);
  t.match(node.watch.restored, [null]);
  t.equal(planes.isDestroyed, true);
  t.equal(node.room("Trains").id, trains.id);
  t.equal(changes, 1);
});

t.test("what is announced in the past that the store has now is heard, and nothing of before again", async (t) => {
  const node = await aNode({ compareEveryMs: 60_000 });
  const [one] = await node.enterAll("one");
  await announceTwice(node);
  await node.clock.pass(10);
  node.store.forgetLast(SERVER_STREAM, 1);
  one.heard();
  const chatd = { authorId: null, author: "chatd" };
  await node.store.storeElsewhere({ stream: SERVER_STREAM, kind: kinds.broadcast, body: "from far", ...chatd });
  const told = node.context.pipeline.announce(node.context.server, { kind: "broadcast", text: "bread" });
  await node.clock.turn();
  await node.clock.pass(2000);
  await told;
  t.same(one.heard(), ["[operator]: from far", "[operator]: bread"]);
  t.same(node.watch.restored, [null]);
});

t.test("what was announced once is not told again by a store that is empty while it is restored", async (t) => {
  const node = await aNode({ compareEveryMs: 1000 });
  const [one] = await node.enterAll("one");
  await announceTwice(node);
  const [tea, cake] = node.store.entriesOf(SERVER_STREAM);
  node.store.forgetLast(SERVER_STREAM, 2);
  await node.clock.pass(5000);
  one.heard();
  t.same(node.watch.restored, []);
  if (tea && cake) node.store.restore({ ...tea, atMicros: tea.atMicros - 1 }, { ...cake, atMicros: cake.atMicros - 1 });
  await node.clock.pass(5000);
  t.same(one.heard(), []);
  t.same(node.watch.restored, [null]);
  t.equal(node.context.server.pos, 2);
});

t.test("a server's stream whose taking over fails half-way is taken over again", async (t) => {
  const node = await aNode({ compareEveryMs: 1000 });
  const [one] = await node.enterAll("one");
  await one.says("/create Planes");
  const planes = node.room("Planes");
  await announceTwice(node);
  node.store.forgetLast(SERVER_STREAM, 1);
  node.store.closeStream(planes.id);
  node.store.fail("rooms", new StoreError("unavailable", "away"));
  await node.clock.pass(5000);
  t.equal(planes.isDestroyed, true);
});

t.test("a room that a restored store does not have is gone when nobody follows it any more", async (t) => {
  const node = await aNode({ compareEveryMs: 1000 });
  const [one] = await node.enterAll("one");
  await one.says("/create Planes", "/join Planes");
  const planes = node.room("Planes");
  const told = node.context.pipeline.announce(node.context.server, { kind: "broadcast", text: "tea" });
  await node.clock.turn();
  await told;
  node.store.forgetLast(SERVER_STREAM, 1);
  node.store.closeStream(planes.id);
  const reloaded = node.context.subscriptions.takeOverUnfollowed();
  await node.clock.turn();
  await reloaded;
  t.equal(planes.isDestroyed, false, "its members are told first");
  await one.says("/leave");
  t.equal(planes.isDestroyed, true);
  t.notMatch((await one.says("/rooms")).join("\n"), /Planes/);
});

t.test("a room that a store lacks only while it is being restored stays", async (t) => {
  const node = await aNode({ compareEveryMs: 60_000 });
  const [one] = await node.enterAll("one");
  await one.says("/create Planes", "/join Planes");
  const planes = node.room("Planes");
  const read = node.store.rooms.bind(node.store);
  const reload = async (): Promise<void> => {
    const reloaded = node.context.subscriptions.takeOverUnfollowed();
    await node.clock.turn();
    await reloaded;
  };
  node.store.rooms = () => Promise.resolve([]);
  await reload();
  node.store.rooms = read;
  await reload();
  await one.says("/leave");
  t.equal(planes.isDestroyed, false);
  t.equal(node.room("Planes"), planes);
});

t.test("whoever comes while the lobby is being restored is in the one that is there then", async (t) => {
  const node = await aNode({ compareEveryMs: 60_000 });
  const lobby = node.room("lobby");
  const read = node.store.rooms.bind(node.store);
  node.store.rooms = () => Promise.resolve([]);
  const reloaded = node.context.subscriptions.takeOverUnfollowed();
  await node.clock.turn();
  await reloaded;
  t.equal(lobby.isDestroyed, true);
  node.store.rooms = read;
  const [one] = await node.enterAll("one");
  t.equal(one.session.current?.name.shown, "lobby");
  t.equal(one.session.current, node.room("lobby"));
});

t.test("a room whose id a restored store gave to another one is that one", async (t) => {
  const node = await aNode();
  const [one] = await node.enterAll("one");
  await one.says("/create Planes");
  const planes = node.room("Planes");
  node.store.rename(planes.id, "Trains");
  const reloaded = node.context.subscriptions.takeOverUnfollowed();
  await node.clock.turn();
  await reloaded;
  t.equal(planes.isDestroyed, true);
  t.equal(node.room("Trains").id, planes.id);
});

t.test(
  "a room that was made elsewhere is read by the next comparison where it could not be at once, and many in few queries",
  async (t) => {
    const node = await aNode({ compareEveryMs: 1000 });
    const [one] = await node.enterAll("one");
    const rooms = await Promise.all(Array.from({ length: 50 }, (_, i) => makeRoom(node.store, `r${i}`)));
    const by = { authorId: null, author: "chatd", ref: null };
    const made = { stream: SERVER_STREAM, seq: 0, atMicros: 1, kind: kinds.roomMade, ...by };
    const entries = rooms.map(({ id }, i) => ({ ...made, pos: i + 1, body: String(id) }));
    const before = node.store.calls.rooms;
    node.store.fail("rooms", new StoreError("unavailable", "away"));
    await node.hears({ type: "entries", stream: SERVER_STREAM, previousAtMicros: null, entries });
    t.notMatch((await one.says("/rooms")).join("\n"), /r49/);
    node.context.sequencer.pause();
    const compared = node.chat.compare();
    await node.clock.turn();
    await compared;
    t.match((await one.says("/rooms")).join("\n"), /r49/);
    t.ok(node.store.calls.rooms - before < 10, `${node.store.calls.rooms - before} queries`);
  },
);

t.test("the rules of many rooms are learned by one query, followed or not", async (t) => {
  const node = await aNode();
  const [one] = await node.enterAll("one");
  await one.says("/create Planes", "/create Trains", "/create Ships", "/join Planes");
  const rooms = ["Planes", "Trains", "Ships"].map((name) => node.room(name));
  for (const { id } of rooms) node.store.moveRules(id);
  const [planes, trains, ships] = rooms;
  if (!planes || !trains || !ships) throw new Error("no rooms");
  node.store.closeStream(ships.id);
  const before = node.store.calls.rooms;
  const refreshed = node.context.subscriptions.refresh([trains, ships]);
  await node.clock.turn();
  await refreshed;
  t.equal(node.store.calls.rooms - before, 1);
  t.same([trains.rightsVersion, trains.takeovers, ships.isDestroyed], [2, 0, true]);
  const again = node.context.subscriptions.refresh([trains]);
  await node.clock.turn();
  await again;
  t.equal(trains.takeovers, 1, "it takes nothing by these rules: what was judged by them is judged again");
});

t.test("a second newcomer does not make the node forget what came while the first one reads the room", async (t) => {
  const node = await aNode();
  await node.enterAll("one");
  const planes = await makeRoom(node.store, "Planes");
  const found = node.context.subscriptions.find(planes.name);
  await node.clock.turn();
  await found;
  const room = node.room("Planes");
  const old = await node.store.rooms({ ids: [room.id] });
  const { promise, resolve } = Promise.withResolvers<void>();
  const rooms = node.store.rooms.bind(node.store);
  node.store.rooms = (filter) => (filter?.keys ? promise.then(() => old) : rooms(filter));
  const first = node.context.subscriptions.follow(room);
  await node.clock.turn();
  await node.storedElsewhere("Planes", { body: "missed" });
  const last = node.store.entriesOf(room.id).at(-1);
  if (last)
    await node.hears({
      type: "entries",
      stream: room.id,
      previousAtMicros: null,
      entries: [{ ...last, pos: last.pos + 1 }],
    });
  const second = node.context.subscriptions.follow(room);
  resolve();
  await node.clock.turn();
  await Promise.all([first, second]);
  await node.clock.pass(30);
  t.equal(room.pos, last?.pos, "it is read at once, and not by the next comparison");
});

t.test("an unfollowed room of a store that went back is as it is there now, for who asks", async (t) => {
  const node = await aNode();
  const [one, two] = await node.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes", "a", "b", "/leave");
  node.store.forgetLast(node.room("Planes").id, 2);
  await two.says("/join Planes");
  t.match(node.room("Planes"), { pos: 1, seq: 0 });
});
