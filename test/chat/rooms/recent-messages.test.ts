import t from "tap";
import { StoreError } from "../../../src/ports/store-error.ts";
import { kinds } from "../../../src/domain/entry.ts";
import type { Message } from "../../../src/domain/events.ts";
import { parseRoomName } from "../../../src/domain/names.ts";
import { RECENT_LENGTH, RecentMessages } from "../../../src/chat/rooms/recent-messages.ts";
import { Room } from "../../../src/chat/rooms/room.ts";
import { aDraft } from "../../support/world/drafts.ts";
import { FakeClock } from "../../support/world/fake-clock.ts";
import { ControlledStore } from "../../support/world/controlled-store.ts";
import { aWorld } from "../../support/world/people.ts";
import { NOBODY } from "../../support/world/rules.ts";

interface Parts {
  readonly store: ControlledStore;
  readonly recent: RecentMessages;
}

function someParts(): Parts {
  const store = new ControlledStore(new FakeClock());
  return { store, recent: new RecentMessages(store) };
}

let batches = 0;

/** A room where `lines` lines were said: `line 1`, `line 2` … */
async function aRoom(store: ControlledStore, text: string, lines: number): Promise<Room> {
  const name = parseRoomName(text);
  if (!name) throw new Error(`not a name: ${text}`);
  const record = await store.createRoom({ name, isPrivate: false, authorId: null, author: "chatd" });
  if (!record) throw new Error(`taken: ${text}`);
  const drafts = Array.from({ length: lines }, (_, i) => {
    return aDraft({ stream: record.id, body: `line ${i + 1}` });
  });
  if (lines > 0) await store.append({ number: (batches += 1), drafts });
  return new Room({ ...record, pos: 1 + lines, seq: lines }, false, NOBODY);
}

function aLine(seq: number, body: string): Message {
  return { pos: 1 + seq, seq, atMicros: 0, kind: kinds.said, author: "one", body };
}

function bodiesOf(recent: RecentMessages, room: Room): string[] {
  return recent.linesOf(room).map((line) => line.body);
}

function seqsOf(recent: RecentMessages, room: Room): number[] {
  return recent.linesOf(room).map(({ seq }) => seq);
}

t.test("has the last 20 lines, oldest first", async (t) => {
  const { store, recent } = someParts();
  const room = await aRoom(store, "Planes", 21);
  await recent.load(room);
  t.same(
    bodiesOf(recent, room),
    Array.from({ length: 20 }, (_, i) => `line ${i + 2}`),
  );
});

t.test("many who ask at once cost one read, and those who come later none", async (t) => {
  const { store, recent } = someParts();
  const room = await aRoom(store, "Planes", 3);
  const release = store.hold("history");
  const loads = Promise.all(Array.from({ length: 100 }, () => recent.load(room)));
  t.same(bodiesOf(recent, room), []);
  release();
  await loads;
  await recent.load(room);
  t.equal(store.calls.history, 1);
  t.equal(bodiesOf(recent, room).length, 3);
});

t.test("reads nothing where nothing was said", async (t) => {
  const { store, recent } = someParts();
  const room = await aRoom(store, "Planes", 0);
  await recent.load(room);
  t.equal(store.calls.history, 0);
  t.same(recent.linesOf(room), []);
});

t.test("what is delivered while it reads comes behind what it read", async (t) => {
  const { store, recent } = someParts();
  const room = await aRoom(store, "Planes", 2);
  const release = store.hold("history");
  const loading = recent.load(room);
  recent.add(room, aLine(3, "live 1"));
  recent.add(room, aLine(4, "live 2"));
  release();
  await loading;
  recent.add(room, aLine(5, "live 3"));
  t.same(bodiesOf(recent, room), ["line 1", "line 2", "live 1", "live 2", "live 3"]);
});

t.test("keeps 20 lines as more are delivered", async (t) => {
  const { store, recent } = someParts();
  const room = await aRoom(store, "Planes", 1);
  await recent.load(room);
  for (let i = 1; i <= 20; i += 1) recent.add(room, aLine(1 + i, `live ${i}`));
  t.equal(bodiesOf(recent, room).length, 20);
  t.equal(bodiesOf(recent, room)[0], "live 1");
});

t.test("keeps no more lines than a page shows, and the last one however long", async (t) => {
  const { store, recent } = someParts();
  const room = await aRoom(store, "Planes", 2);
  await recent.load(room);
  const quarter = "x".repeat(RECENT_LENGTH / 4);
  for (let seq = 3; seq <= 6; seq += 1) recent.add(room, aLine(seq, quarter));
  t.same(seqsOf(recent, room), [3, 4, 5, 6]);
  recent.add(room, aLine(7, "x"));
  t.same(seqsOf(recent, room), [4, 5, 6, 7]);
  recent.change(room, 7, `${quarter}x`);
  t.same(seqsOf(recent, room), [5, 6, 7]);
  recent.add(room, aLine(8, "x".repeat(RECENT_LENGTH + 1)));
  t.same(seqsOf(recent, room), [8]);
  recent.add(room, aLine(9, "x"));
  t.same(seqsOf(recent, room), [9]);
});

t.test("of what is read, and of what is delivered meanwhile, no more is kept either", async (t) => {
  const { store, recent } = someParts();
  const room = await aRoom(store, "Planes", 2);
  const release = store.hold("history");
  const loading = recent.load(room);
  for (let seq = 3; seq <= 5; seq += 1) recent.add(room, aLine(seq, "x".repeat(RECENT_LENGTH / 2)));
  release();
  await loading;
  t.same(seqsOf(recent, room), [4, 5]);
  t.equal(store.calls.history, 1, "what was delivered still adjoins what was read");
});

t.test("a read that fails is told to all who wait for it, and the next one reads again", async (t) => {
  const { store, recent } = someParts();
  const room = await aRoom(store, "Planes", 2);
  store.fail("history", new StoreError("unavailable", "busy"));
  const loads = [recent.load(room), recent.load(room)];
  for (const load of loads) await t.rejects(load, { code: "unavailable" });
  t.same(recent.linesOf(room), []);
  await recent.load(room);
  t.equal(bodiesOf(recent, room).length, 2);
});

t.test("the room used least recently is forgotten when there are too many", async (t) => {
  const { store, recent } = someParts();
  const rooms: Room[] = [];
  for (let i = 0; i < 1001; i += 1) rooms.push(await aRoom(store, `room${i}`, 1));
  const [first, second, last] = [rooms[0], rooms[1], rooms[1000]];
  if (!first || !second || !last) throw new Error("no rooms");
  for (const room of rooms.slice(0, 1000)) await recent.load(room);
  await recent.load(first);
  await recent.load(last);
  t.same(bodiesOf(recent, first), ["line 1"]);
  t.same(bodiesOf(recent, last), ["line 1"]);
  t.same(bodiesOf(recent, second), []);
});

t.test("a room that is forgotten is read again", async (t) => {
  const { store, recent } = someParts();
  const room = await aRoom(store, "Planes", 1);
  await recent.load(room);
  recent.forget(room);
  t.same(recent.linesOf(room), []);
  await recent.load(room);
  t.equal(store.calls.history, 2);
  t.same(bodiesOf(recent, room), ["line 1"]);
});

t.test("whoever joins misses no line and sees none twice, whatever is said while the past is read", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes", "a", "b");
  const release = world.store.hold("history");
  two.types("/join Planes");
  await one.says("c", "d");
  release();
  await world.clock.turn();
  await one.says("e");
  const seen = two.heard().map((line) => line.replace(/^.*: /, ""));
  t.same(seen.slice(-5), ["a", "b", "c", "d", "e"]);
  t.equal(seen.length, 7, "the join line and the heading before them");
});

t.test("whoever joins sees the past also when the last member leaves while it is read", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes", "a");
  const release = world.store.hold("history");
  two.types("/join Planes");
  await one.says("/leave");
  release();
  await world.clock.turn();
  t.same(two.heard().slice(1), ["-- last 1 line in Planes (times UTC) --", "1 11:06 [one]: a"]);
});

t.test("what was being read when the store went back is read again", async (t) => {
  const { store, recent } = someParts();
  const room = await aRoom(store, "Planes", 3);
  const release = store.hold("history");
  const loading = recent.load(room);
  recent.invalidate(room);
  store.forgetLast(room.id, 1);
  room.pos = 3;
  release();
  await loading;
  t.same(bodiesOf(recent, room), ["line 1", "line 2"]);
  t.equal(store.calls.history, 2);
});

t.test("what does not adjoin what was read, as the store went back meanwhile, is read again", async (t) => {
  const { store, recent } = someParts();
  const room = await aRoom(store, "Planes", 3);
  const release = store.hold("history");
  const loading = recent.load(room);
  recent.add(room, aLine(6, "of a past that is gone"));
  release();
  await loading;
  t.same(bodiesOf(recent, room), ["line 1", "line 2", "line 3"]);
  recent.add(room, aLine(3, "of another past"));
  t.same(bodiesOf(recent, room), [], "nothing is at hand");
  await recent.load(room);
  t.same(bodiesOf(recent, room), ["line 1", "line 2", "line 3"]);
});

t.test("a line that is changed is shown as it is now, and one that is removed is not", async (t) => {
  const { store, recent } = someParts();
  const room = await aRoom(store, "Planes", 3);
  await recent.load(room);
  recent.change(room, 1, "edited");
  recent.change(room, 2, null);
  recent.change(room, 99, "is not here");
  recent.add(room, aLine(4, "live"));
  t.same(bodiesOf(recent, room), ["edited", "line 3", "live"]);
  t.equal(store.calls.history, 1);
});

t.test("lines that are read while one is changed are read again", async (t) => {
  const { store, recent } = someParts();
  const room = await aRoom(store, "Planes", 2);
  const release = store.hold("history");
  const loading = recent.load(room);
  recent.change(room, 1, "edited");
  release();
  await loading;
  t.equal(store.calls.history, 2);
  t.equal(bodiesOf(recent, room).length, 2);
});
