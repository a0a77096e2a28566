import t from "tap";
import { kinds } from "../../src/domain/entry.ts";
import { StoreError } from "../../src/ports/store-error.ts";
import { NO_RIGHTS } from "../../src/domain/rights.ts";
import { aLog, aRoomFor, textsOf } from "../support/world/log.ts";

t.test("nobody sees a line before it is stored", async (t) => {
  const log = await aLog();
  const release = log.store.hold("append");
  await log.add("a");
  t.same(log.store.batches.length, 1);
  t.same(log.delivered, []);
  t.same(log.outcomes, []);
  release();
  await log.clock.turn();
  t.same(textsOf(log.delivered), [["a"]]);
  t.same(log.outcomes, ["a: stored"]);
});

t.test("one batch is with the store, and what is said meanwhile is the next one", async (t) => {
  const log = await aLog();
  const release = log.store.hold("append");
  await log.add("a");
  await log.add("b", "c");
  await log.add("d");
  t.equal(log.store.batches.length, 1);
  release();
  await log.clock.turn();
  t.same(textsOf(log.delivered), [["a"], ["b", "c", "d"]]);
  t.same(
    log.store.batches.map((batch) => batch.number),
    [1, 2],
  );
});

t.test("lines get their places in the order in which they were said, each room's without a gap", async (t) => {
  const log = await aLog();
  const other = await aRoomFor(log, "Trains");
  await log.add("a", { body: "x", room: other }, { body: "topic", kind: kinds.topic }, "b", { body: "y", room: other });
  await log.add("c");
  const places = log.delivered.flat().map(({ entry: { body, pos, seq } }) => [body, pos, seq]);
  t.same(places, [
    ["a", 2, 1],
    ["topic", 3, 1],
    ["b", 4, 2],
    ["x", 2, 1],
    ["y", 3, 2],
    ["c", 5, 3],
  ]);
});

t.test("a batch has 1,000 lines at most", async (t) => {
  const log = await aLog();
  await log.add(...Array.from({ length: 2500 }, (_, i) => `line ${i}`));
  t.same(
    log.store.batches.map((batch) => batch.drafts.length),
    [1000, 1000, 500],
  );
  t.equal(log.outcomes.length, 2500);
});

t.test("a batch has 256 KiB at most, or a single larger line", async (t) => {
  const log = await aLog();
  const kib = (count: number, body: string) => ({ body, bytes: count * 1024 });
  await log.add(kib(128, "a"), kib(128, "b"), kib(1, "c"), kib(256, "d"), kib(300, "e"), kib(1, "f"));
  t.same(textsOf(log.delivered), [["a", "b"], ["c"], ["d"], ["e"], ["f"]]);
});

t.test(
  "an entry that moves the rules is the last of its room in a batch, and what follows is judged by the new ones",
  async (t) => {
    const log = await aLog();
    log.judge = (pending) => (pending.body === "c" ? "not-owner" : null);
    await log.add("a", { body: "end", kind: kinds.owner }, "b", "c", "d");
    t.same(textsOf(log.delivered), [
      ["a", "end"],
      ["b", "d"],
    ]);
    t.same(log.judged, ["b", "c", "d"]);
    t.same(log.outcomes, ["a: stored", "end: stored", "c: not-owner", "b: stored", "d: stored"]);
  },
);

t.test("lines of other rooms do not wait behind an entry that moves the rules", async (t) => {
  const log = await aLog();
  const [trains, ships] = [await aRoomFor(log, "Trains"), await aRoomFor(log, "Ships")];
  await log.add(
    { body: "p rules", kind: kinds.owner },
    { body: "t1", room: trains },
    "p1",
    { body: "t rules", kind: kinds.invited, room: trains },
    { body: "p rules again", kind: kinds.owner },
    { body: "t2", room: trains },
    "p2",
    { body: "s1", room: ships },
  );
  t.same(textsOf(log.delivered), [["p rules", "t1", "t rules", "s1"], ["p1", "p rules again", "t2"], ["p2"]]);
  t.same(log.sealed, ["p rules", "t rules", "p rules again"]);
  t.same(log.judged, ["p1", "p rules again", "t2", "p2"], "by the rules that had moved");
});

t.test("a batch goes on past any number of lines that wait for their room's rules", async (t) => {
  const log = await aLog();
  const other = await aRoomFor(log, "Trains");
  const waiting = Array.from({ length: 5000 }, (_, i) => `line ${i}`);
  await log.add({ body: "rules", kind: kinds.owner }, ...waiting, { body: "x", room: other });
  t.same(textsOf(log.delivered)[0], ["rules", "x"]);
  t.same(log.store.saidIn(log.room.id), waiting);
  t.equal(log.store.batches.length, 6);
});

t.test("what is stored of rights counts as part of its batch", async (t) => {
  const log = await aLog();
  const invited = Array.from({ length: 1000 }, (_, i) => 1e15 + i);
  log.rights = { ...NO_RIGHTS, invited };
  const rooms = await Promise.all(Array.from({ length: 40 }, (_, i) => aRoomFor(log, `room${i}`)));
  await log.add(...rooms.map((room, i) => ({ body: `${i}`, kind: kinds.invited, room })));
  t.equal(log.outcomes.length, 40);
  const sizes = log.store.batches.map(({ drafts }) =>
    drafts.reduce((sum, { rights }) => sum + JSON.stringify(rights).length, 0),
  );
  t.ok(sizes.length > 1 && sizes.length < 10, `${sizes.length} batches`);
  for (const bytes of sizes) t.ok(bytes < 300_000, `${bytes} bytes`);
});

t.test("what is judged by the rules as they are is not judged again", async (t) => {
  const log = await aLog();
  await log.add("a", "b");
  t.same(log.judged, []);
});

t.test("a batch of which nothing is left is not sent", async (t) => {
  const log = await aLog();
  // What ends a room is always judged again.
  log.judge = () => (log.judged.at(-1) === "end" ? null : "no-such-room");
  await log.add({ body: "end", kind: kinds.destroyed }, "a", "b");
  t.equal(log.store.batches.length, 1);
  t.same(log.outcomes, ["end: stored", "a: no-such-room", "b: no-such-room"]);
  await t.resolves(log.log.whenIdle());
});

t.test("a room is ended after the lines that were said before, and judged when they are stored", async (t) => {
  const log = await aLog();
  const other = await aRoomFor(log, "Trains");
  await log.add("first", { body: "end", kind: kinds.destroyed }, { body: "elsewhere", room: other });
  t.same(
    log.store.batches.map(({ drafts }) => drafts.map(({ body }) => body)),
    [["first", "elsewhere"], ["end"]],
  );
  t.same(log.judged, ["end"]);
});

t.test("lines of a stream that took nothing are judged again, and go first in the next batch", async (t) => {
  const log = await aLog();
  const other = await aRoomFor(log, "Trains");
  log.store.moveRules(log.room.id);
  const release = log.store.hold("append");
  await log.add("a", { body: "x", room: other }, "b");
  await log.add("c", { body: "y", room: other });
  release();
  await log.clock.turn();
  t.same(textsOf(log.delivered), [["x"], ["a", "b", "c", "y"]]);
  t.same(log.refreshed, [log.room]);
  t.same(log.judged, ["a", "b", "c"]);
  t.same(log.store.saidIn(log.room.id), ["a", "b", "c"]);
});

t.test("lines of a stream that took nothing may be refused by the rules that were learned", async (t) => {
  const log = await aLog();
  log.store.moveRules(log.room.id);
  log.judge = (pending) => (pending.body === "b" ? "not-in-room" : null);
  await log.add("a", "b", "c");
  t.same(log.outcomes, ["b: not-in-room", "a: stored", "c: stored"]);
  t.same(log.store.saidIn(log.room.id), ["a", "c"]);
});

t.test("lines of a stream that was closed are refused, those of others are not", async (t) => {
  const log = await aLog();
  const other = await aRoomFor(log, "Trains");
  log.store.closeStream(log.room.id);
  log.judge = (pending) => (pending.to.isDestroyed ? "no-such-room" : null);
  await log.add("a", { body: "x", room: other });
  t.same(log.outcomes, ["x: stored", "a: no-such-room"]);
});

t.test("when the rules cannot be learned now, the lines wait until they can", async (t) => {
  const log = await aLog();
  log.store.moveRules(log.room.id);
  log.failRefresh(new Error("away"));
  await log.add("a");
  t.same(log.outcomes, []);
  await log.clock.pass(1000);
  t.same(log.outcomes, ["a: stored"]);
  t.equal(log.refreshed.length, 2);
});

t.test("is idle when all that was said is settled", async (t) => {
  const log = await aLog();
  await t.resolves(log.log.whenIdle(), "from the start");
  const release = log.store.hold("append");
  await log.add("a");
  await log.add("b");
  let isIdle = false;
  const idle = log.log.whenIdle().then(() => (isIdle = true));
  await log.clock.turn();
  t.equal(isIdle, false);
  release();
  await log.clock.turn();
  await idle;
  t.same(log.outcomes, ["a: stored", "b: stored"]);
});

t.test("a bug in delivering is reported, and the lines are settled, and the next ones come", async (t) => {
  const log = await aLog();
  log.onDeliver = () => {
    log.onDeliver = () => {};
    throw new TypeError("a bug");
  };
  await log.add("a");
  await log.add("b");
  t.match(log.watch.failures, [{ what: "deliver a batch", error: { message: "a bug" } }]);
  t.same(log.outcomes, ["a: stored", "b: stored"]);
});

t.test("after a batch that took long to deliver, the next waits a moment for more lines", async (t) => {
  const log = await aLog();
  await log.add("a");
  log.pace.tookMs = 4;
  await log.add("b");
  t.equal(log.store.batches.length, 1);
  await log.add("c");
  await log.clock.pass(10);
  await log.clock.turn();
  t.same(textsOf(log.delivered), [["a"], ["b", "c"]]);
});

t.test("many lines are enough, and go at once", async (t) => {
  const log = await aLog();
  await log.add("a");
  log.pace.tookMs = 4;
  await log.add(...Array.from({ length: 499 }, (_, i) => `line ${i}`));
  t.equal(log.store.batches.length, 1);
  await log.add("last");
  t.equal(log.store.batches.length, 2);
  t.equal(log.outcomes.length, 501);
});

t.test("lines behind an entry that moves the rules are judged by the new ones", async (t) => {
  const log = await aLog();
  const release = log.store.hold("append");
  await log.add({ body: "end", kind: kinds.owner });
  await log.add(...Array.from({ length: 40 }, (_, i) => `line ${i}`));
  release();
  await log.clock.turn();
  t.equal(log.judged.length, 40);
  t.equal(log.store.batches.length, 2);
  t.equal(log.outcomes.length, 41);
});

t.test("lines wait while those before them have to be sent again", async (t) => {
  const log = await aLog();
  log.store.moveRules(log.room.id);
  const release = log.store.hold("append");
  const lines = Array.from({ length: 40 }, (_, i) => `line ${i}`);
  await log.add("first");
  await log.add(...lines);
  release();
  await log.clock.turn();
  t.same(log.store.saidIn(log.room.id), ["first", ...lines]);
});

t.test("lines that were halved keep their order when their room takes nothing", async (t) => {
  const log = await aLog();
  log.store.fail("append", new StoreError("bad-input", "no"));
  log.store.moveRules(log.room.id);
  await log.add("a", "b", "c", "d");
  t.same(log.store.saidIn(log.room.id), ["a", "b", "c", "d"]);
});

t.test("a batch that is halved keeps every room's lines before and behind its rules", async (t) => {
  const log = await aLog();
  const other = await aRoomFor(log, "Trains");
  const bad = new StoreError("bad-input", "no");
  log.store.fail("append", bad, bad, bad);
  await log.add("a", { body: "x", room: other }, { body: "rules", kind: kinds.owner }, { body: "y", room: other }, "b");
  t.same(log.outcomes.toSorted(), ["a: line-not-storable", "b: stored", "rules: stored", "x: stored", "y: stored"]);
  t.same(log.store.saidIn(other.id), ["x", "y"]);
  t.match(log.store.entriesOf(log.room.id).slice(1), [{ body: "rules" }, { body: "b" }]);
});

t.test("the rules of all rooms that took nothing are learned at once", async (t) => {
  const log = await aLog();
  const rooms = [log.room, await aRoomFor(log, "Trains"), await aRoomFor(log, "Ships")];
  for (const { id } of rooms) log.store.moveRules(id);
  const release = log.store.hold("rooms");
  await log.add(...rooms.map((room) => ({ body: room.name.shown, room })));
  t.equal(log.store.calls.rooms, 1);
  release();
  await log.clock.turn();
  t.same(log.outcomes, ["Planes: stored", "Trains: stored", "Ships: stored"]);
});
