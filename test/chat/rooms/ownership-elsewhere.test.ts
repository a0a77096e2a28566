import t from "tap";
import { addApplication } from "../../../src/chat/operations/administer-applications.ts";
import { makeChat } from "../../../src/chat/operations/make-chat.ts";
import { applicationActor } from "../../../src/domain/principal.ts";
import { StoreError } from "../../../src/ports/store-error.ts";
import { labelOf, parseRoomName } from "../../../src/domain/names.ts";
import { NO_RIGHTS } from "../../../src/domain/rights.ts";
import { encodeChange } from "../../../src/domain/change.ts";
import { aNode } from "../../support/world/node.ts";
import { aWorld } from "../../support/world/people.ts";

t.test("the next to join owns an unowned room, also where the store takes that only later", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes");
  await one.ends();
  world.store.fail("append", new StoreError("full", "disk full"));
  await two.says("/join Planes");
  t.equal(world.room("Planes").owner, null);
  await world.clock.pass(1000);
  t.equal(world.room("Planes").owner, two.session.id);
});

t.test("who left an unowned room as soon as they had joined it, and comes again, owns it in full", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes");
  await one.ends();
  const release = world.store.hold("append");
  await two.says("/join Planes", "/leave");
  release();
  await world.clock.turn();
  t.match(await two.says("/join Planes"), [/joined/, /two now owns/]);
  t.equal(world.room("Planes").owner, two.session.id);
  t.same(await two.says("/topic mine", "/destroy Planes"), [
    "Topic set.",
    "Room Planes destroyed.",
    "You are in no room right now. /rooms lists the rooms.",
  ]);
});

t.test("who is given a room at another node and is not in it any more gives it away", async (t) => {
  const node = await aNode();
  const [one, two] = await node.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes");
  const change = encodeChange({ kind: "owner", user: two.session.who });
  const entry = await node.storedElsewhere("Planes", { ...change, rights: NO_RIGHTS });
  await node.hears({ type: "entries", stream: entry.stream, previousAtMicros: null, entries: [entry] });
  await node.clock.turn();
  t.equal(node.room("Planes").owner, one.session.id);
});

t.test("a room is not passed on to somebody elsewhere who was just put out of it, or is banned", async (t) => {
  const node = await aNode();
  const [one] = await node.enterAll("one");
  await one.says("/create Planes", "/join Planes");
  node.elsewhere("far", 999, "Planes");
  await one.says("/ban far");
  await one.ends();
  await node.clock.pass(5000);
  t.equal(node.room("Planes").owner, null);
});

t.test("who made a room owns it, also where the answer of the store was lost", async (t) => {
  const node = await aNode();
  const [one, two] = await node.enterAll("one", "two");
  const name = parseRoomName("Planes");
  if (name) await node.store.createRoom({ name, isPrivate: false, authorId: one.session.id, author: "one" });
  await two.says("/join Planes");
  await one.ends();
  await node.clock.turn();
  t.equal(node.room("Planes").owner, two.session.id);
});

t.test(
  "the rooms of whoever lost the name are passed on only if the session has not come back elsewhere",
  async (t) => {
    const node = await aNode();
    const [one, two, three] = await node.enterAll("one", "two", "three");
    for (const [person, name] of [
      [one, "Planes"],
      [two, "Trains"],
    ] as const) {
      await person.says(`/create ${name}`, `/join ${name}`);
      await three.says(`/join ${name}`);
    }
    node.presence.gone = [two.session.id];
    for (const person of [one, two]) {
      node.presence.follower?.lostName(person.session.id);
      await person.ends();
    }
    const owners = ["Planes", "Trains"].map((name) => node.room(name).owner);
    t.same(owners, [one.session.id, three.session.id]);
  },
);

t.test("a room of an application stays the application's, though it is nobody who is online", async (t) => {
  const node = await aNode();
  const [one] = await node.enterAll("one");
  const adding = addApplication(node.context, "celtra", "6f1c2b0a-0000-4000-8000-000000000001");
  await node.clock.turn();
  const application = await adding;
  const making = makeChat(node.context, applicationActor(application.id, null), application, null, null);
  await node.clock.turn();
  const { number } = await making;
  node.presence.gone = [application.id];
  await one.says("/enter celtra 6f1c2b0a-0000-4000-8000-000000000001", `/join celtra/${number}`);
  const room = node.context.rooms.find(labelOf("celtra/1"));
  t.equal(room?.owner, application.id);
  t.ok(room?.hasActor(one.session));
});
