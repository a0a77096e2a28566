import type { Test } from "tap";
import { MAX_BODY_BYTES } from "../../src/domain/body.ts";
import { type Entry, kinds, SERVER_STREAM } from "../../src/domain/entry.ts";
import { aDraft, startsOf, makeRoom, someDrafts } from "../support/world/drafts.ts";
import type { MakeStore } from "./make-store.ts";

const EVERYTHING = Number.MAX_SAFE_INTEGER;

/** How every `Store` gives back what it has. */
export function testReading(t: Test, make: MakeStore): void {
  testHistory(t, make);
  testCatchingUp(t, make);
}

function testHistory(t: Test, make: MakeStore): void {
  t.test("history is the last messages up to a position, oldest first", async (t) => {
    const { store } = await make(t);
    const { id } = await makeRoom(store);
    await startsOf(store, { number: 1, drafts: someDrafts(id, "a", "b", "c", "d", "e") });
    const read = async (upTo: number, limit: number) => bodiesOf(await store.history(id, upTo, limit));
    t.same(await read(6, 2), ["d", "e"]);
    t.same(await read(6, 5), ["a", "b", "c", "d", "e"]);
    t.same(await read(6, 6), ["a", "b", "c", "d", "e"]);
    t.same(await read(5, 2), ["c", "d"]);
    t.same(await read(2, 2), ["a"]);
    t.same(await read(1, 2), []);
    t.same(await read(EVERYTHING, 1), ["e"]);
  });

  t.test("history holds messages only, and they do not count against its limit", async (t) => {
    const { store } = await make(t);
    const { id } = await makeRoom(store);
    const drafts = [
      aDraft({ stream: id, body: "a" }),
      aDraft({ stream: id, body: "b" }),
      aDraft({ stream: id, kind: kinds.topic, body: "wings" }),
      aDraft({ stream: id, kind: kinds.topic, body: "tails" }),
    ];
    await startsOf(store, { number: 1, drafts });
    t.same(bodiesOf(await store.history(id, EVERYTHING, 2)), ["a", "b"]);
  });

  t.test("an entry comes back with all that it went in with", async (t) => {
    const { store } = await make(t);
    const { id } = await makeRoom(store);
    const largestId = 2 ** 53 - 1;
    const drafts = [
      aDraft({ stream: id, authorId: largestId, author: "One", body: "hi" }),
      aDraft({ stream: id, authorId: null, author: "chatd", body: "waves", kind: kinds.act }),
    ];
    const [head] = await startsOf(store, { number: 1, drafts });
    const atMicros = head?.atMicros ?? 0;
    t.ok(atMicros > 0);
    const said = { kind: kinds.said, authorId: largestId, author: "One", body: "hi", ref: null };
    const acted = { kind: kinds.act, authorId: null, author: "chatd", body: "waves", ref: null };
    t.strictSame(await store.history(id, EVERYTHING, 10), [
      { stream: id, pos: 2, seq: 1, atMicros, ...said },
      { stream: id, pos: 3, seq: 2, atMicros, ...acted },
    ]);
  });

  t.test("any text comes back as it was", async (t) => {
    const { store } = await make(t);
    const { id } = await makeRoom(store);
    const bodies = [
      "grüße, Привет, 你好, مرحبا",
      "👩‍👩‍👧‍👦 🏳️‍🌈 e\u0301 \u{10ffff}",
      "it's \"quoted\", \\escaped\\, % _ ; -- '); drop table entries",
      "{1,2} [null] $1 ?1 :a @b",
      "first\n\n  third\nfourth",
      '"\n'.repeat(MAX_BODY_BYTES / 2),
      "語".repeat(Math.floor(MAX_BODY_BYTES / 3)),
      " ",
      "",
    ];
    await startsOf(store, { number: 1, drafts: someDrafts(id, ...bodies) });
    t.strictSame(bodiesOf(await store.history(id, EVERYTHING, 10)), bodies);
  });
}

function testCatchingUp(t: Test, make: MakeStore): void {
  t.test("what comes after a place is every entry of any kind, in order, some of each stream", async (t) => {
    const { store } = await make(t);
    const [planes, trains] = [await makeRoom(store, "Planes"), await makeRoom(store, "Trains")];
    const topic = aDraft({ stream: planes.id, kind: kinds.topic, body: "wings" });
    const drafts = [
      ...someDrafts(planes.id, "p1"),
      topic,
      ...someDrafts(planes.id, "p2"),
      ...someDrafts(trains.id, "t1"),
    ];
    await startsOf(store, { number: 1, drafts });
    const from = async (limit: number, ...places: readonly (readonly [number, number])[]) =>
      (
        await store.entriesFrom(
          places.map(([stream, pos]) => ({ stream, pos })),
          limit,
        )
      ).map(({ stream, pos, body }) => [stream, pos, body]);
    t.same(await from(10, [planes.id, 2]), [
      [planes.id, 2, "p1"],
      [planes.id, 3, "wings"],
      [planes.id, 4, "p2"],
    ]);
    t.match(await from(2, [trains.id, 0], [planes.id, 1]), [
      [trains.id, 1],
      [trains.id, 2, "t1"],
      [planes.id, 1],
      [planes.id, 2, "p1"],
    ]);
    t.same(await from(10, [planes.id, 5], [4711, 0]), []);
    t.same(await from(10), []);
  });

  t.test("a stream's end is told, and when the entry at a place was said", async (t) => {
    const { store } = await make(t);
    const { id } = await makeRoom(store);
    await startsOf(store, { number: 1, drafts: someDrafts(id, "a", "b") });
    const [, b] = await store.history(id, EVERYTHING, 2);
    t.same(await store.ends([{ stream: id, pos: 3 }]), [{ stream: id, pos: 3, atMicros: b?.atMicros }]);
    t.same(
      await store
        .ends([
          { stream: id, pos: 9 },
          { stream: 4711, pos: 1 },
          { stream: SERVER_STREAM, pos: 0 },
        ])
        .then((heads) => heads.map(({ stream, atMicros }) => [stream, atMicros])),
      [
        [id, null],
        [4711, null],
        [SERVER_STREAM, null],
      ],
    );
    t.same(await store.ends([]), []);
  });

  t.test("what the whole server is told has a stream of its own, which is no room", async (t) => {
    const { store } = await make(t);
    const [before] = await store.ends([{ stream: SERVER_STREAM, pos: 0 }]);
    const draft = aDraft({ stream: SERVER_STREAM, kind: kinds.broadcast, body: "hear, hear" });
    const [head] = await startsOf(store, { number: 1, drafts: [draft, draft] });
    t.equal(head?.pos, before?.pos);
    t.same(await startsOf(store, { number: 2, drafts: [draft] }).then((heads) => heads.length), 1, "its rules stay");
    t.same(
      bodiesOf(await store.entriesFrom([{ stream: SERVER_STREAM, pos: head?.pos ?? 0 }], 10)),
      Array(3).fill("hear, hear"),
    );
    t.same(await store.rooms(), []);
  });
}

function bodiesOf(entries: readonly Entry[]): string[] {
  return entries.map((entry) => entry.body);
}
