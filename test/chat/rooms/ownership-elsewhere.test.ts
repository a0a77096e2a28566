import t from "tap";
import { kinds } from "../../../src/domain/entry.ts";
import { StoreError } from "../../../src/ports/store-error.ts";
import { parseRoomName } from "../../../src/domain/names.ts";
import { NO_RIGHTS } from "../../../src/domain/rights.ts";
import { subjectBody } from "../../../src/domain/subject.ts";
import { aNode } from "../../support/node.ts";
import { aWorld } from "../../support/people.ts";

t.test("the next to join owns an unowned room, also where the store takes that only later", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes");
  await one.ends();
  world.store.fail("append", new StoreError("full", "disk full"));
  await two.says("/join Planes");
  t.equal(world.room("Planes").rights.owner, null);
  await world.clock.pass(1000);
  t.equal(world.room("Planes").rights.owner, two.session.id);
});

t.test("who is given a room at another node and is not in it any more gives it away", async (t) => {
  const node = await aNode();
  const [one, two] = await node.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes");
  const body = subjectBody(two.session);
  const entry = await node.storedElsewhere("Planes", { kind: kinds.owner, body, rights: NO_RIGHTS });
  await node.hears({ type: "entries", stream: entry.stream, previousAtMicros: null, entries: [entry] });
  await node.clock.turn();
  t.equal(node.room("Planes").rights.owner, one.session.id);
});

t.test("a room is not passed on to somebody elsewhere who was just put out of it, or is banned", async (t) => {
  const node = await aNode();
  const [one] = await node.enterAll("one");
  await one.says("/create Planes", "/join Planes");
  node.elsewhere("far", 999, "Planes");
  await one.says("/ban far");
  await one.ends();
  await node.clock.pass(5000);
  t.equal(node.room("Planes").rights.owner, null);
});

t.test("who made a room owns it, also where the answer of the store was lost", async (t) => {
  const node = await aNode();
  const [one, two] = await node.enterAll("one", "two");
  const name = parseRoomName("Planes");
  if (name) await node.store.createRoom({ name, isPrivate: false, authorId: one.session.id, author: "one" });
  await two.says("/join Planes");
  await one.ends();
  await node.clock.turn();
  t.equal(node.room("Planes").rights.owner, two.session.id);
});
