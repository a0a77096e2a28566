import type { Test } from "tap";
import { type Entry, kinds } from "../../src/domain/entry.ts";
import { aDraft, startsOf, makeRoom, someDrafts } from "../support/world/drafts.ts";
import { testApplications } from "./applications.ts";
import { testChanging } from "./changing.ts";
import { testKeeping } from "./keeping.ts";
import type { MakeStore } from "./make-store.ts";
import { testReading } from "./reading.ts";
import { testRooms } from "./rooms.ts";

const EVERYTHING = Number.MAX_SAFE_INTEGER;
const AN_HOUR_MICROS = 3_600_000_000;

/** What every `Store` has to keep, whatever it keeps it in. */
export function testStore(t: Test, make: MakeStore): void {
  testPlaces(t, make);
  testClosedStreams(t, make);
  testRepeats(t, make);
  testRooms(t, make);
  testApplications(t, make);
  testReading(t, make);
  testKeeping(t, make);
  testChanging(t, make);
}

function testPlaces(t: Test, make: MakeStore): void {
  t.test("lines follow one another in their stream without a gap, over batches", async (t) => {
    const { store } = await make(t);
    const { id } = await makeRoom(store);
    const heads = [
      await startsOf(store, { number: 1, drafts: someDrafts(id, "a", "b", "c") }),
      await startsOf(store, { number: 2, drafts: someDrafts(id, "d") }),
      await startsOf(store, { number: 3, drafts: someDrafts(id, "e", "f") }),
    ];
    t.match(heads, [[{ stream: id, pos: 1, seq: 0 }], [{ pos: 4, seq: 3 }], [{ pos: 5, seq: 4 }]]);
    const entries = await store.history(id, EVERYTHING, 10);
    t.same(bodiesOf(entries), ["a", "b", "c", "d", "e", "f"]);
    t.same(
      entries.map((entry) => entry.pos),
      [2, 3, 4, 5, 6, 7],
      "position 1 is the making of the room",
    );
  });

  t.test("only messages are counted by seq", async (t) => {
    const { store } = await make(t);
    const { id } = await makeRoom(store);
    const drafts = [
      aDraft({ stream: id, body: "a" }),
      aDraft({ stream: id, kind: kinds.topic, body: "wings" }),
      aDraft({ stream: id, kind: kinds.act, body: "waves" }),
    ];
    await startsOf(store, { number: 1, drafts });
    const [head] = await startsOf(store, { number: 2, drafts: someDrafts(id, "b") });
    t.match(head, { pos: 4, seq: 2 });
    t.same(
      (await store.history(id, EVERYTHING, 10)).map((entry) => [entry.pos, entry.seq, entry.body]),
      [
        [2, 1, "a"],
        [4, 2, "waves"],
        [5, 3, "b"],
      ],
    );
  });

  t.test("a batch of several streams goes into each in the batch's order", async (t) => {
    const { store } = await make(t);
    const planes = await makeRoom(store, "Planes");
    const trains = await makeRoom(store, "Trains");
    const drafts = [
      aDraft({ stream: trains.id, body: "t1" }),
      aDraft({ stream: planes.id, body: "p1" }),
      aDraft({ stream: trains.id, body: "t2" }),
    ];
    const heads = await startsOf(store, { number: 1, drafts });
    t.same(new Set(heads.map((head) => head.stream)), new Set([planes.id, trains.id]));
    t.ok(heads.every((head) => head.pos === 1 && head.seq === 0));
    t.same(bodiesOf(await store.history(trains.id, EVERYTHING, 10)), ["t1", "t2"]);
    t.same(bodiesOf(await store.history(planes.id, EVERYTHING, 10)), ["p1"]);
  });

  t.test("an attempt that was given up, and comes after later batches, stores nothing", async (t) => {
    const { store, forgetOutcomes } = await make(t);
    const { id } = await makeRoom(store);
    const given = { number: 1, drafts: someDrafts(id, "once") };
    await startsOf(store, given);
    for (const number of [2, 3, 4]) await startsOf(store, { number, drafts: someDrafts(id, `batch ${number}`) });
    const late = { number: 2, drafts: someDrafts(id, "never") };
    await forgetOutcomes(4);
    await t.rejects(startsOf(store, late), { code: "broken" });
    await t.rejects(startsOf(store, given), { code: "broken" });
    t.same(bodiesOf(await store.history(id, EVERYTHING, 10)), ["once", "batch 2", "batch 3", "batch 4"]);
  });

  t.test("the time of the entry before a batch is told with its place", async (t) => {
    const { store } = await make(t);
    const { id } = await makeRoom(store);
    const [first] = await startsOf(store, { number: 1, drafts: someDrafts(id, "a", "b") });
    const [created] = await store.entriesFrom([{ stream: id, pos: 1 }], 2);
    t.equal(first?.previousAtMicros, created?.atMicros);
    const again = { number: 2, drafts: someDrafts(id, "c") };
    const [second] = await startsOf(store, again);
    t.equal(second?.previousAtMicros, first?.atMicros);
    t.same(await startsOf(store, again), [second], "also when it is sent again");
  });

  t.test("a batch of a thousand lines is taken whole", async (t) => {
    const { store } = await make(t);
    const { id } = await makeRoom(store);
    await startsOf(store, {
      number: 1,
      drafts: Array.from({ length: 1000 }, (_, i) => aDraft({ stream: id, body: `${i}` })),
    });
    t.match(await store.rooms({ ids: [id] }), [{ pos: 1001, seq: 1000 }]);
    t.same(bodiesOf(await store.history(id, EVERYTHING, 2)), ["998", "999"]);
  });

  t.test("the entries of a batch carry the time that its answer tells, and it never goes back", async (t) => {
    const { store, ahead } = await make(t);
    const { id } = await makeRoom(store);
    await ahead(AN_HOUR_MICROS, id, () => startsOf(store, { number: 1, drafts: someDrafts(id, "from a fast clock") }));
    const [head] = await startsOf(store, { number: 2, drafts: someDrafts(id, "b", "c") });
    const [first, ...batch] = await store.history(id, EVERYTHING, 10);
    t.same(
      batch.map((entry) => entry.atMicros),
      [head?.atMicros, head?.atMicros],
    );
    const stepMicros = (head?.atMicros ?? 0) - (first?.atMicros ?? 0);
    t.ok(stepMicros >= 0 && stepMicros <= 1000, `${stepMicros} µs later`);
    const other = await makeRoom(store, "Trains");
    const [otherHead] = await startsOf(store, { number: 3, drafts: someDrafts(other.id, "d") });
    t.ok((otherHead?.atMicros ?? 0) < (head?.atMicros ?? 0), "a stream waits for its own clock only");
  });
}

function testClosedStreams(t: Test, make: MakeStore): void {
  t.test("a closed stream takes nothing, and the others of the batch take theirs", async (t) => {
    const { store } = await make(t);
    const gone = await makeRoom(store, "Gone");
    const open = await makeRoom(store, "Open");
    await startsOf(store, { number: 1, drafts: [aDraft({ stream: gone.id, kind: kinds.destroyed, body: "" })] });
    // Under the version that the room had when it ended: it is closed, and that alone keeps the line out.
    const drafts = [aDraft({ stream: gone.id, rightsVersion: 2 }), aDraft({ stream: open.id, body: "kept" })];
    const heads = await startsOf(store, { number: 2, drafts });
    t.same(
      heads.map((head) => head.stream),
      [open.id],
    );
    t.same(await store.history(gone.id, EVERYTHING, 10), []);
    t.same(bodiesOf(await store.history(open.id, EVERYTHING, 10)), ["kept"]);
  });

  t.test("a stream whose rules are others takes nothing, and the others of the batch take theirs", async (t) => {
    const { store } = await make(t);
    const moved = await makeRoom(store, "Moved");
    const same = await makeRoom(store, "Same");
    await startsOf(store, { number: 1, drafts: [aDraft({ stream: moved.id, kind: kinds.invited, body: "9 nine" })] });
    const drafts = [aDraft({ stream: same.id, body: "kept" }), aDraft({ stream: moved.id, rightsVersion: 1 })];
    const heads = await startsOf(store, { number: 2, drafts });
    t.same(
      heads.map((head) => head.stream),
      [same.id],
    );
    t.same(await store.history(moved.id, EVERYTHING, 10), []);
    await startsOf(store, {
      number: 3,
      drafts: [aDraft({ stream: moved.id, rightsVersion: 2, body: "judged again" })],
    });
    t.same(bodiesOf(await store.history(moved.id, EVERYTHING, 10)), ["judged again"]);
  });

  t.test("one line that was judged by other rules keeps all of its stream out", async (t) => {
    const { store } = await make(t);
    const { id } = await makeRoom(store);
    const mixed = [aDraft({ stream: id, rightsVersion: 2 }), aDraft({ stream: id, rightsVersion: 1 })];
    t.same(await startsOf(store, { number: 1, drafts: mixed }), []);
    t.same(await startsOf(store, { number: 2, drafts: mixed.toReversed() }), []);
    t.match(await store.rooms({ ids: [id] }), [{ pos: 1, seq: 0 }]);
  });

  t.test("a stream that does not exist takes nothing", async (t) => {
    const { store } = await make(t);
    t.same(await startsOf(store, { number: 1, drafts: someDrafts(4711, "a") }), []);
    t.same(await store.history(4711, EVERYTHING, 10), []);
  });
}

function testRepeats(t: Test, make: MakeStore): void {
  t.test("a batch that is sent again has no effect and gets its first answer", async (t) => {
    const { store } = await make(t);
    const { id } = await makeRoom(store);
    const batch = { number: 1, drafts: someDrafts(id, "a", "b") };
    const first = await startsOf(store, batch);
    t.same(await startsOf(store, batch), first);
    t.same(await startsOf(store, batch), first);
    t.same(bodiesOf(await store.history(id, EVERYTHING, 10)), ["a", "b"]);
    t.match(await startsOf(store, { number: 2, drafts: someDrafts(id, "c") }), [{ pos: 3, seq: 2 }]);
  });

  t.test("a repeat gets its first answer also when the rules have moved by it", async (t) => {
    const { store } = await make(t);
    const { id } = await makeRoom(store);
    const batch = {
      number: 1,
      drafts: [aDraft({ stream: id }), aDraft({ stream: id, kind: kinds.destroyed, body: "" })],
    };
    const first = await startsOf(store, batch);
    t.match(first, [{ stream: id, pos: 1, seq: 0 }]);
    t.same(await startsOf(store, batch), first);
  });

  t.test("a repeat of a batch of which nothing was taken is still not taken", async (t) => {
    const { store } = await make(t);
    const { id } = await makeRoom(store);
    const tooEarly = {
      number: 1,
      drafts: [aDraft({ stream: id, rightsVersion: 1, kind: kinds.owner, body: "7 one" })],
    };
    await startsOf(store, tooEarly);
    const stale = { number: 2, drafts: [aDraft({ stream: id, rightsVersion: 1 })] };
    t.same(await startsOf(store, stale), []);
    t.same(await startsOf(store, stale), []);
    t.match(await store.rooms({ ids: [id] }), [{ pos: 2, seq: 0 }]);
  });
}

function bodiesOf(entries: readonly Entry[]): string[] {
  return entries.map((entry) => entry.body);
}
