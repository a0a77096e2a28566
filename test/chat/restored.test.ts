import t from "tap";
import { kinds } from "../../src/domain/entry.ts";
import { StoreError } from "../../src/ports/store-error.ts";
import { NO_RIGHTS } from "../../src/domain/rights.ts";
import { encodeChange } from "../../src/domain/change.ts";
import { makeRoom } from "../support/world/drafts.ts";
import { aNode } from "../support/world/node.ts";

const RESTORED = (room: string) =>
  `[*]: The database was restored: what was said last in ${room} may be missing. See /history.`;
const NO_SUCH_ROOM = "There is no room with this name. /rooms lists the rooms.";

/** Somebody far who owns Planes, and `one` and `two` in it; the clock has moved on since. */
async function aRoomOfOthers() {
  const node = await aNode({ compareEveryMs: 1000 });
  const [one, two] = await node.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes");
  await two.says("/join Planes");
  await node.clock.pass(100);
  await one.says("lost 1", "lost 2");
  await node.clock.pass(100);
  const planes = node.room("Planes");
  for (const person of [one, two]) person.heard();
  return { node, one, two, planes };
}

t.test("whoever was put out in the past that the store has now is out, and says nothing more", async (t) => {
  const { node, one, two, planes } = await aRoomOfOthers();
  node.store.forgetLast(planes.id, 2);
  const kick = encodeChange({ kind: "kicked", user: two.session.who });
  await node.storedElsewhere("Planes", { ...kick, rights: NO_RIGHTS });
  const compared = node.chat.compare();
  await node.clock.turn();
  await compared;
  t.same(two.heard().slice(0, 2), [RESTORED("Planes"), "[*]: You were kicked from Planes by far."]);
  t.same(one.heard(), [RESTORED("Planes"), "[*]: User two was kicked from Planes by far."]);
  t.match(await two.says("still here?"), [/You are talking in no room now/]);
  t.equal(planes.members.has(two.session), false);
});

t.test("whoever came back after they were put out stays", async (t) => {
  const { node, one, two, planes } = await aRoomOfOthers();
  await one.says("/kick two");
  await node.clock.pass(100);
  await two.says("/join Planes");
  await one.says("lost 3");
  node.store.forgetLast(planes.id, 1);
  two.heard();
  const compared = node.chat.compare();
  await node.clock.turn();
  await compared;
  t.same(two.heard(), [RESTORED("Planes")]);
  t.equal(planes.members.has(two.session), true);
});

t.test("rules that a lost entry moved are learned again: a line is answered, after the notice", async (t) => {
  const { node, one, two, planes } = await aRoomOfOthers();
  await one.says("/op two");
  await node.clock.pass(100);
  for (const person of [one, two]) person.heard();
  const before = node.store.calls.append;
  // The store has the same number of entries, and moved no rules.
  node.store.forgetLast(planes.id, 1);
  node.store.moveRules(planes.id, -1);
  await node.storedElsewhere("Planes", { body: "in its place" });
  await one.says("new");
  await node.clock.pass(500);
  t.same(two.heard(), [RESTORED("Planes"), "[one]: new"]);
  t.ok(node.store.calls.append - before < 10, `${node.store.calls.append - before} batches`);
  t.same(node.store.saidIn(planes.id).slice(-2), ["in its place", "new"]);
});

t.test("nothing is judged by the rules of a past that is gone, also where they have the same number", async (t) => {
  const { node, one, two, planes } = await aRoomOfOthers();
  await one.says("/op two");
  await node.clock.pass(100);
  const { rightsVersion } = planes;
  // The same number of entries, as many of which moved the rules: another one is an operator, and two is banned.
  node.store.forgetLast(planes.id, 1);
  node.store.moveRules(planes.id, -1);
  const how = { untilMicros: null, network: null, reason: "" };
  const ban = { id: two.session.id, key: two.session.name.key, name: "two", by: "far", ...how };
  const rights = { ...planes.rights, operators: [999], bans: [ban] };
  const change = encodeChange({ kind: "banned", user: two.session.who, ...how });
  await node.storedElsewhere("Planes", { ...change, rights });
  t.equal(planes.rightsVersion, rightsVersion, "the node knows nothing of that");
  const told = await two.says("behind my ban", "/kick one");
  await node.clock.pass(2000);
  t.same(told.slice(0, 2), [RESTORED("Planes"), "[*]: You were banned from Planes by far."]);
  t.notOk(node.store.saidIn(planes.id).includes("behind my ban"));
  const [record] = await node.store.rooms({ ids: [planes.id] });
  t.same(record?.rights, rights);
});

t.test("who owns a room that was restored has to be there", async (t) => {
  const { node, one, two, planes } = await aRoomOfOthers();
  const rights = { ...NO_RIGHTS, owner: 999 };
  node.store.forgetLast(planes.id, 2);
  await node.storedElsewhere("Planes", { kind: kinds.owner, body: "999 gone", rights });
  node.presence.gone = [999];
  const compared = node.chat.compare();
  await node.clock.turn();
  await compared;
  await node.clock.turn();
  t.equal(planes.owner, one.session.id);
  t.same(two.heard().at(-1), "[*]: User one now owns Planes.");
});

t.test("a store that fails while a room is taken over is asked again", async (t) => {
  const { node, two, planes } = await aRoomOfOthers();
  node.store.forgetLast(planes.id, 2);
  node.store.fail("rooms", new StoreError("unavailable", "away"));
  await node.clock.pass(1000);
  t.same(two.heard(), []);
  await node.clock.pass(3000);
  t.same(two.heard(), [RESTORED("Planes")]);
});

t.test("lines of somebody whose name is lost are refused to them, and seen by nobody", async (t) => {
  const node = await aNode();
  const [one, two] = await node.enterAll("one", "two");
  node.presence.follower?.unconfirmed(one.session.id);
  one.types("mine");
  one.types("/whisper two psst");
  await node.clock.turn();
  t.same(two.heard(), []);
  node.presence.follower?.lostName(one.session.id);
  await node.clock.turn();
  t.same(one.heard(), [
    "Your name was given to somebody else while this server was away. Please choose a different name.",
    "Your name was given to somebody else: your line was not stored.",
    "It is being checked whether your name is still yours. Try again in a moment.",
  ]);
  t.equal(one.outlet.isAskedAgain, true);
  await one.ends();
  t.same(two.heard(), ["[*]: User one left lobby."]);
});

t.test("a command of somebody whose name is lost is not done, also when their session has ended by then", async (t) => {
  const node = await aNode();
  const [one, two] = await node.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes");
  await two.says("/join Planes");
  node.presence.follower?.unconfirmed(one.session.id);
  one.types("/topic mine");
  await node.clock.turn();
  const release = node.store.hold("append");
  two.types("hello");
  await node.clock.turn();
  node.presence.follower?.lostName(one.session.id);
  await one.ends();
  release();
  await node.clock.pass(1000);
  t.equal(node.room("Planes").topic, "");
  t.same(
    node.store.entriesOf(node.room("Planes").id).filter(({ kind }) => kind === kinds.topic),
    [],
  );
});

t.test("a line of which nobody knows whether it is stored is not told as refused", async (t) => {
  const node = await aNode();
  const [one] = await node.enterAll("one");
  node.store.fail("append", ...Array.from({ length: 99 }, () => new StoreError("unavailable", "no answer")));
  one.types("mine");
  await node.clock.turn();
  void node.chat.finish(1000);
  await node.clock.pass(5000);
  t.same(one.heard(), [
    "It is not known whether your line was stored: the server cannot reach its store. See /history before you say it again.",
  ]);
});

t.test("of two sessions of one name the first one's end leaves the second", async (t) => {
  const node = await aNode();
  const [one] = await node.enterAll("one");
  node.context.sessions.remove(one.session);
  node.presence.release(one.session.id);
  const [second] = await node.enterAll("one");
  await one.ends();
  const holder = node.presence.find(one.session.name.key);
  t.equal(node.context.sessions.get(holder?.id ?? null), second.session);
});

t.test("where a room was restored, rooms that are not there any more are not shown, and those that are", async (t) => {
  const { node, one, planes } = await aRoomOfOthers();
  const told = node.context.pipeline.announce(node.context.server, { kind: "broadcast", text: "tea" });
  await node.clock.turn();
  await told;
  await one.says("/create Ships");
  node.store.closeStream(node.room("Ships").id);
  await makeRoom(node.store, "Trains");
  node.store.forgetLast(planes.id, 1);
  await node.storedElsewhere("Planes", { body: "in its place" });
  const compared = node.chat.compare();
  await node.clock.turn();
  await compared;
  const rooms = (await one.says("/rooms")).join("\n");
  t.match(rooms, /Trains/);
  t.notMatch(rooms, /Ships/);
});

t.test("rooms of which nothing tells are found once a minute", async (t) => {
  const { node, one, planes } = await aRoomOfOthers();
  await one.says("/create Ships");
  const ships = node.room("Ships");
  node.store.closeStream(ships.id);
  await makeRoom(node.store, "Trains");
  await node.clock.pass(50_000);
  t.notMatch((await one.says("/rooms")).join("\n"), /Trains/);
  await node.clock.pass(15_000);
  const rooms = (await one.says("/rooms")).join("\n");
  t.match(rooms, /Trains/);
  t.notMatch(rooms, /Ships/);
  t.same([ships.isDestroyed, planes.isDestroyed, planes.members.size], [true, false, 2]);
});

t.test("where only people show that the database was restored, rooms are compared, too", async (t) => {
  const { node, one } = await aRoomOfOthers();
  const told = node.context.pipeline.announce(node.context.server, { kind: "broadcast", text: "tea" });
  await node.clock.turn();
  await told;
  await makeRoom(node.store, "Trains");
  node.presence.follower?.rewound();
  const compared = node.chat.compare();
  await node.clock.turn();
  await compared;
  t.match((await one.says("/rooms")).join("\n"), /Trains/);
});

t.test("a restore that is noticed while rooms are read for another one is not forgotten", async (t) => {
  const { node, one } = await aRoomOfOthers();
  const told = node.context.pipeline.announce(node.context.server, { kind: "broadcast", text: "tea" });
  await node.clock.turn();
  await told;
  node.presence.follower?.rewound();
  const release = node.store.hold("rooms");
  const compared = node.chat.compare();
  await node.clock.turn();
  node.presence.follower?.rewound();
  release();
  await node.clock.turn();
  await compared;
  await makeRoom(node.store, "Trains");
  const again = node.chat.compare();
  await node.clock.turn();
  await again;
  t.match((await one.says("/rooms")).join("\n"), /Trains/);
});

t.test("whoever is in a room that has the id of one that was lost stays in it for others", async (t) => {
  const node = await aNode();
  const [one] = await node.enterAll("one");
  await one.says("/create Planes", "/join Planes");
  const { id } = node.room("Planes");
  await node.clock.pass(10);
  node.store.forgetLast(id, 1);
  await node.storedElsewhere("Planes", { kind: kinds.created });
  node.store.rename(id, "Trains");
  await one.says("/join Trains");
  await node.chat.compare();
  await node.clock.turn();
  t.same(
    one.session.rooms.map(({ name }) => name.shown),
    ["lobby", "Trains"],
  );
  t.same(node.presence.leftRooms, []);
  await one.says("/leave Trains");
  t.same(node.presence.leftRooms, [id]);
});

t.test("whoever is in a room whose id a restored store gave to a private one is not in that one", async (t) => {
  const node = await aNode();
  const [one] = await node.enterAll("one");
  await one.says("/create_private Planes", "/join Planes");
  const { id } = node.room("Planes");
  await node.clock.pass(10);
  node.store.forgetLast(id, 1);
  const rights = { ...NO_RIGHTS, owner: 777, maker: 777 };
  await node.storedElsewhere("Planes", { kind: kinds.owner, body: "777 far", rights });
  await node.storedElsewhere("Planes", { body: "a secret", rightsVersion: 2 });
  node.store.rename(id, "Den");
  t.same(await one.says("/users Den", "/history Den", "/join Den"), Array(3).fill(NO_SUCH_ROOM));
});
