import t from "tap";
import { kinds } from "../../src/domain/entry.ts";
import { ENTERED, NOW, said, textOf, VIEWS } from "../support/world/shown.ts";

t.test("who joins is told so, what the room is about, and what was said last", (t) => {
  t.equal(textOf(ENTERED), "[*]: User one joined Planes.\r\n");
  t.equal(textOf({ ...ENTERED, others: { names: ["two"], count: 1 }, lastSeq: 1 }), "[*]: User one joined Planes.\r\n");
  const recent = [said(4, "hi"), said(5, "waves", { kind: kinds.act })];
  const full = { ...ENTERED, topic: "wings", lastSeq: 5, recent };
  const lines =
    "[*]: User one joined Planes.\r\n" +
    "Topic: wings\r\n" +
    "-- last 2 lines in Planes (times UTC) --\r\n" +
    "4 20:04 [two]: hi\r\n" +
    "5 20:04 * two waves\r\n";
  t.same(
    VIEWS.map((view) => textOf(full, view)),
    VIEWS.map(() => lines),
  );
  t.end();
});

t.test("what was said on another day has its date, by the time of the event", (t) => {
  const tomorrow = NOW + 24 * 60 * 60 * 1_000_000;
  t.equal(
    textOf({ ...ENTERED, recent: [said(1, "hi")], nowMicros: tomorrow }),
    "[*]: User one joined Planes.\r\n" +
      "-- last 1 line in Planes (times UTC) --\r\n" +
      "-- 2026-11-20 --\r\n" +
      "1 20:04 [two]: hi\r\n",
  );
  t.end();
});

t.test("who comes into the lobby is told where they are and who is there", (t) => {
  const lobby = { ...ENTERED, room: { id: 1, name: { shown: "lobby" } }, user: null };
  t.equal(textOf(lobby), "You are in lobby. Nobody else is here right now. What you type is said there.\r\n");
  t.equal(
    textOf({ ...lobby, others: { names: ["two", "three", "four"], count: 5 } }),
    "You are in lobby with two, three and 3 others. What you type is said there.\r\n",
  );
  t.equal(
    textOf({ ...lobby, others: { names: ["two"], count: 1 }, topic: "wings", lastSeq: 4, recent: [said(4, "hi")] }),
    "You are in lobby with two. What you type is said there.\r\n" +
      "Topic: wings\r\n" +
      "-- last 1 line in lobby (times UTC) --\r\n" +
      "4 20:04 [two]: hi\r\n",
  );
  t.end();
});

t.test("where it cannot be read what was said before, that is said after the topic", (t) => {
  t.equal(
    textOf({ ...ENTERED, topic: "wings", lastSeq: 3, isRecentUnread: true }),
    "[*]: User one joined Planes.\r\n" +
      "Topic: wings\r\n" +
      "Earlier messages cannot be shown right now. Try /history in a moment.\r\n",
  );
  t.end();
});
