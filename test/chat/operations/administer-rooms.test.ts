import t from "tap";
import {
  administerEnd,
  administerOwner,
  administerSay,
  administerTopic,
  administerUnban,
  inspectHistory,
  listAllRooms,
} from "../../../src/chat/operations/administer-rooms.ts";
import { kinds } from "../../../src/domain/entry.ts";
import { operator } from "../../../src/domain/principal.ts";
import type { Refusal } from "../../../src/domain/refusals.ts";
import { aNode } from "../../support/world/node.ts";
import { aWorld, type World } from "../../support/world/people.ts";
import { inPlanes } from "../../support/world/planes.ts";

const ROOT = operator("root");

/** Resolves with the code of the refusal; null: it was done. */
async function codeOf({ clock }: World, task: Promise<unknown>): Promise<string | null> {
  const code = task.then(
    () => null,
    (refusal: Refusal) => refusal.code,
  );
  await clock.turn();
  return await code;
}

t.test("the operator sets the lobby's topic, and nobody is told by which account", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  const lobby = world.room("lobby");
  t.equal(await codeOf(world, administerTopic(world.context, ROOT, lobby, "be kind")), null);
  for (const person of [one, two]) t.same(person.heard(), ["[*]: The operator set the topic of lobby: be kind"]);
  t.same(await one.says("/topic"), ["Topic: be kind"]);
  t.match(world.store.entriesOf(lobby.id).at(-1), { kind: kinds.topic, authorId: 0, author: "root" });
  t.equal(await codeOf(world, administerTopic(world.context, ROOT, lobby, "")), null);
  t.same(two.heard().slice(-1), ["[*]: The operator removed the topic of lobby."]);
  const act = { act: "admin set-topic", by: "root", room: "lobby", subject: null };
  t.same(world.watch.acts, [act, act]);
});

t.test("the operator says something in a room, which is kept, and nobody is told by which account", async (t) => {
  const { world, one, two } = await inPlanes(true);
  const room = world.room("Planes");
  t.equal(await codeOf(world, administerSay(world.context, ROOT, room, "please be kind")), null);
  for (const person of [one, two]) t.same(person.heard(), ["[operator]: please be kind"]);
  t.match(await one.says("/history"), [/^-- last 1 line/, /^1 .* \[operator\]: please be kind$/]);
  t.same(world.watch.acts.slice(-1), [{ act: "admin say", by: "root", room: "Planes", subject: null }]);
});

t.test("a person with the name of the operator's account is not the operator", async (t) => {
  const world = await aWorld();
  const [root] = await world.enterAll("root");
  const [two] = await world.enterAll("two");
  await root.says("/create Planes", "/join Planes");
  await two.says("/join Planes");
  await root.says("/topic wings");
  t.same(two.heard().slice(-1), ["[*]: User root set the topic of Planes: wings"]);
});

t.test("who is given a room owns it, and who owned it does not", async (t) => {
  const { world, one, two, three } = await inPlanes();
  t.equal(await codeOf(world, administerOwner(world.context, ROOT, world.room("Planes"), two.session.who)), null);
  for (const person of [one, two, three]) {
    t.same(person.heard(), ["[*]: The operator made user two the owner of Planes."]);
  }
  t.equal(await one.refusal("/kick three"), "not-operator");
  t.same(await two.says("/kick one"), ["User one was kicked from Planes."]);
  t.match(world.watch.acts, [{ act: "admin transfer", by: "root", room: "Planes", subject: "two" }, { act: "kick" }]);
  await two.ends();
  t.same(three.heard().slice(-1), ["[*]: User three now owns Planes."], "it is passed on as any room");
});

t.test("a room is given to nobody outside it, and nothing is written", async (t) => {
  const { world, one } = await inPlanes();
  const [four] = await world.enterAll("four");
  const room = world.room("Planes");
  t.equal(await codeOf(world, administerOwner(world.context, ROOT, room, four.session.who)), "not-there");
  t.equal(await codeOf(world, administerOwner(world.context, ROOT, room, null)), "not-there");
  t.equal(await codeOf(world, administerOwner(world.context, ROOT, room, one.session.who)), "owner-stays");
  t.same(one.heard(), []);
  t.same(world.watch.acts, []);
});

t.test("who leaves while they are being given a room does not keep it", async (t) => {
  const { world, one, two, three } = await inPlanes();
  const room = world.room("Planes");
  const release = world.store.hold("append");
  const given = codeOf(world, administerOwner(world.context, ROOT, room, two.session.who));
  await two.says("/leave");
  release();
  await given;
  await world.clock.turn();
  t.equal(room.owner, one.session.who.id);
  t.same(three.heard().slice(-1), ["[*]: User one now owns Planes."]);
});

t.test("a ban in a room is lifted, and the people there are told that the operator did it", async (t) => {
  const { world, one, two } = await inPlanes();
  await one.says("/ban two");
  one.heard();
  t.equal(await two.refusal("/join Planes"), "banned");
  const room = world.room("Planes");
  t.equal(await codeOf(world, administerUnban(world.context, ROOT, room, two.session.name)), null);
  t.same(one.heard(), ["[*]: The operator lifted the ban on two in Planes."]);
  t.match(world.watch.acts.slice(-1), [{ act: "admin unban", by: "root", room: "Planes", subject: "two" }]);
  t.equal(await codeOf(world, administerUnban(world.context, ROOT, room, two.session.name)), "not-banned");
  t.equal(world.watch.acts.filter(({ act }) => act === "admin unban").length, 1);
  t.same(await two.says("/join Planes"), ["[*]: User two joined Planes."]);
});

t.test("a private room ends, its people are told and talk nowhere, and nobody can read it", async (t) => {
  const { world, one, two } = await inPlanes(true);
  await one.says("a secret");
  two.heard();
  t.equal(await codeOf(world, administerEnd(world.context, ROOT, world.room("Planes"))), null);
  t.same(two.heard(), ["[*]: The operator destroyed room Planes."]);
  t.equal(await two.refusal("hello?"), "no-room-joined");
  t.equal(await one.refusal("/history Planes"), "no-such-room");
  t.match(world.watch.acts.at(-1), { act: "admin destroy", by: "root", room: "Planes", subject: null });
});

t.test("the lobby does not end", async (t) => {
  const world = await aWorld();
  t.equal(await codeOf(world, administerEnd(world.context, ROOT, world.room("lobby"))), "not-destroyable");
  t.same(world.watch.acts, []);
});

t.test("the operator reads what was said in a private room, and that is in the audit log", async (t) => {
  const { world, one } = await inPlanes(true);
  await one.says("a", "b", "/me waves");
  const room = world.room("Planes");
  t.match(await inspectHistory(world.context, ROOT, room, 2), [
    { seq: 2, body: "b" },
    { seq: 3, body: "waves" },
  ]);
  t.match(world.watch.acts.at(-1), { act: "admin history", by: "root", room: "Planes", subject: null });
});

t.test("all rooms are listed, private ones too: those with the most people first, then by name", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create_private Den", "/join Den", "/create b", "/create A", "/create c");
  await two.says("/join c");
  const listed = async (limit: number) => {
    const { first, count } = await listAllRooms(world.context, ROOT, limit);
    return [...first.map(({ room, people }) => `${room.name.shown} ${people}`), count];
  };
  t.same(await listed(10), ["lobby 2", "c 1", "Den 1", "A 0", "b 0", 5]);
  t.same(await listed(3), ["lobby 2", "c 1", "Den 1", 5]);
});

t.test("in a cluster, what other nodes stored in rooms that nobody here is in is shown", async (t) => {
  const node = await aNode();
  const [one] = await node.enterAll("one");
  await one.says("/create Planes", "/create Trains");
  await node.storedElsewhere("Planes", { body: "hi" });
  await node.storedElsewhere("Planes", { kind: kinds.topic, body: "wings" });
  node.store.closeStream(node.room("Trains").id);
  const { first, count } = await listAllRooms(node.context, ROOT, 10);
  t.match(
    first.map(({ room }) => ({ name: room.name.shown, seq: room.seq, topic: room.topic })),
    [
      { name: "lobby", seq: 0, topic: "" },
      { name: "Planes", seq: 1, topic: "wings" },
    ],
  );
  t.equal(count, 2);
});

t.test("in a cluster, what the operator does goes to the nodes where the room's people are", async (t) => {
  const node = await aNode();
  const [one] = await node.enterAll("one");
  await one.says("/create Planes");
  const room = node.room("Planes");
  const far = node.elsewhere("far", 999, "Planes");
  t.equal(await codeOf(node, administerTopic(node.context, ROOT, room, "wings")), null);
  t.equal(await codeOf(node, administerOwner(node.context, ROOT, room, far)), null);
  t.equal(await codeOf(node, administerEnd(node.context, ROOT, room)), null);
  const told = node.bus.published.flatMap((news) => (news.type === "entries" ? news.entries : []));
  t.match(told, [
    { stream: room.id, kind: kinds.topic, authorId: 0, body: "wings" },
    { stream: room.id, kind: kinds.owner, authorId: 0, body: "999 far" },
    { stream: room.id, kind: kinds.destroyed, authorId: 0 },
  ]);
});

t.test("in a cluster, what another node's operator does is told here as the operator's", async (t) => {
  const node = await aNode();
  const [one] = await node.enterAll("one");
  const entry = await node.storedElsewhere("lobby", {
    kind: kinds.topic,
    authorId: 0,
    author: "root",
    body: "be kind",
  });
  await node.hears({ type: "entries", stream: entry.stream, previousAtMicros: null, entries: [entry] });
  t.same(one.heard(), ["[*]: The operator set the topic of lobby: be kind"]);
  t.same(node.watch.acts, [], "the node that was asked wrote it to the audit log");
});
