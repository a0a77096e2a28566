import t from "tap";
import { kinds } from "../../src/domain/entry.ts";
import { aLog, aRoomFor, textsOf } from "../support/world/log.ts";

const nonce = "0123456789abcdef".repeat(2);

t.test("a line that comes again while it is stored shares its outcome, and is stored once", async (t) => {
  const log = await aLog();
  const release = log.store.hold("append");
  await log.add({ body: "once", nonce }, "b", { body: "once", nonce });
  release();
  await log.clock.turn();
  t.same(textsOf(log.delivered), [["once", "b"]]);
  t.same(log.outcomes, ["once: stored", "once: stored", "b: stored"]);
});

t.test("and also its refusal: then it may be tried again", async (t) => {
  const log = await aLog();
  log.judge = () => "banned";
  log.room.rightsVersion += 1;
  await log.add({ body: "once", nonce }, { body: "once", nonce });
  t.same(log.outcomes, ["once: banned", "once: banned"]);
  log.judge = () => null;
  log.room.rightsVersion -= 1;
  await log.add({ body: "once", nonce });
  t.same(log.outcomes.slice(2), ["once: stored"]);
});

t.test("a line that comes again later is where it was, and is not delivered again", async (t) => {
  const log = await aLog();
  await log.add("a", { body: "once", nonce });
  await log.add("b", { body: "once", nonce }, "c");
  t.same(textsOf(log.delivered), [
    ["a", "once"],
    ["b", "c"],
  ]);
  t.same(log.outcomes, ["a: stored", "once: stored", "once: stored", "b: stored", "c: stored"]);
  const places = log.delivered.flat().map(({ entry }) => entry.pos);
  t.same(places, [2, 3, 4, 5], "the others close up");
});

t.test("another line under the same nonce is refused, while the first is stored and later", async (t) => {
  const log = await aLog();
  const release = log.store.hold("append");
  await log.add({ body: "once", nonce });
  await t.rejects(log.add({ body: "other", nonce }), { code: "nonce-reused" });
  await t.rejects(log.add({ body: "once", author: "two", nonce }), { code: "nonce-reused" });
  release();
  await log.clock.turn();
  await log.add({ body: "other", nonce });
  t.same(log.outcomes, ["once: stored", "other: nonce-reused"]);
});

t.test("the same nonce in two rooms is two lines", async (t) => {
  const log = await aLog();
  const room = await aRoomFor(log, "Trains");
  await log.add({ body: "once", nonce }, { body: "once", nonce, room });
  t.same(textsOf(log.delivered), [["once", "once"]]);
});

t.test("a change of a message ends its stream's part of a batch, and no other's", async (t) => {
  const log = await aLog();
  const room = await aRoomFor(log, "Trains");
  await log.add("a");
  const edit = { kind: kinds.edited, ref: 1 };
  await log.add("b", { body: "A", ...edit }, "c", { body: "x", room }, { body: "AA", ...edit }, "d");
  t.same(
    log.store.batches.map(({ drafts }) => drafts.map(({ body }) => body)),
    [["a"], ["b", "A", "x"], ["c", "AA"], ["d"]],
  );
});

t.test("a change of a message that is not there is refused, and what was said beside it is not", async (t) => {
  const log = await aLog();
  await log.add("a", { body: "B", kind: kinds.edited, ref: 7 });
  t.same(log.outcomes.toSorted(), ["B: no-such-message", "a: stored"]);
});
