import type { Test } from "tap";
import { FIRST_CODES, NOWHERE } from "../../src/ports/absence.ts";
import { MAX_BODY_BYTES } from "../../src/domain/body.ts";
import { parseUserName } from "../../src/domain/names.ts";
import type { ClusterMessage } from "../../src/ports/cluster-message.ts";
import type { Bus, BusListener } from "../../src/ports/bus.ts";
import { Sequencer } from "../../src/streams/sequencer.ts";
import { Stream } from "../../src/streams/stream.ts";
import { systemClock } from "../../src/daemon/system-clock.ts";
import { startsOf, makeRoom, someDrafts } from "../support/world/drafts.ts";
import { ControlledStore } from "../support/world/controlled-store.ts";
import { FakeWatch } from "../support/world/people.ts";
import { until } from "../support/sockets/until.ts";

/** Two nodes on one bus. */
export type MakeBuses = (t: Test) => Promise<{ readonly one: Bus; readonly two: Bus }>;

const LINES = 500;
const LATE_MS = 20;

/** What every `Bus` has to do, and that nothing depends on what it need not do. */
export function testBus(t: Test, make: MakeBuses): void {
  t.test("what a node tells comes to the others whole and in order, and never back", async (t) => {
    const { one, two } = await make(t);
    const [atOne, atTwo] = [hearAll(one), hearAll(two)];
    const second = hearAll(two);
    const all = everyKindOfNews();
    for (const news of all) one.publish(news);
    await until(() => second.length === all.length, "all has come");
    t.same(atTwo, all);
    t.same(second, all, "to all who follow");
    two.publish({ type: "changed", stream: 1 });
    await until(() => atOne.length === 1, "the answer has come");
    t.same(atOne, [{ type: "changed", stream: 1 }]);
    t.equal(atTwo.length, all.length);
  });

  t.test("whatever a bus loses, repeats, delays and mixes up, entries are delivered in order and once", async (t) => {
    const { one, two } = await make(t);
    const store = new ControlledStore(systemClock);
    const record = await makeRoom(store);
    const stream = new Stream(record.id, record);
    stream.isFollowed = true;
    const delivered: string[] = [];
    const sequencer = new Sequencer(store, systemClock, new FakeWatch(), {
      deliver: (_stream, entries) => delivered.push(...entries.map(({ body }) => body)),
      takeOver: () => Promise.resolve(),
    });
    let heard = 0;
    two.listen(
      worse({
        heard(news) {
          heard += 1;
          if (news.type !== "entries") return;
          sequencer.offer(
            stream,
            news.entries.map((entry) => ({ entry, previousAtMicros: null, origin: null })),
          );
        },
        mayHaveMissed() {},
      }),
    );
    const said = Array.from({ length: LINES }, (_, i) => `line ${i}`);
    for (const [i, body] of said.entries()) {
      await startsOf(store, { number: i + 1, drafts: someDrafts(record.id, body) });
      one.publish({
        type: "entries",
        stream: record.id,
        previousAtMicros: null,
        entries: store.entriesOf(record.id).slice(-1),
      });
      if (i % 50 === 0) await until(() => heard > i / 4, "the bus keeps up");
    }
    // The last of all may be lost, and nothing comes after it that would show it.
    await until(async () => {
      await sequencer.compare([stream]);
      return delivered.length >= LINES;
    }, "all is delivered");
    t.same(delivered, said);
    t.ok(store.calls.entriesFrom < LINES / 2, `${store.calls.entriesFrom} times something missing was read`);
  });

  t.test("a text of any size comes to the others, or they are told where to read it, in order and once", async (t) => {
    const { one, two } = await make(t);
    const store = new ControlledStore(systemClock);
    const record = await makeRoom(store);
    const stream = new Stream(record.id, record);
    stream.isFollowed = true;
    const delivered: string[] = [];
    const sequencer = new Sequencer(store, systemClock, new FakeWatch(), {
      deliver: (_stream, entries) => delivered.push(...entries.map(({ body }) => body)),
      takeOver: () => Promise.resolve(),
    });
    two.listen({
      heard(news) {
        if (news.type === "changed") sequencer.catchUpSoon(stream, 0);
        if (news.type !== "entries") return;
        const arrived = news.entries.map((entry) => ({ entry, previousAtMicros: null, origin: null }));
        sequencer.offer(stream, arrived);
      },
      mayHaveMissed() {},
    });
    const [line, quotes] = ["x".repeat(MAX_BODY_BYTES), '"\n'.repeat(MAX_BODY_BYTES / 2)];
    const batches = [
      ["short"],
      [line],
      ["first\n\nthird"],
      ["short", quotes, "語".repeat(2000), "short"],
      [line, line],
    ];
    for (const [i, bodies] of batches.entries()) {
      await startsOf(store, { number: i + 1, drafts: someDrafts(record.id, ...bodies) });
      const entries = store.entriesOf(record.id).slice(-bodies.length);
      one.publish({ type: "entries", stream: record.id, previousAtMicros: null, entries });
    }
    const said = batches.flat();
    await until(() => delivered.length >= said.length, "all is delivered");
    t.same(delivered, said);
  });

  t.test("a bus that is closed says nothing any more", async (t) => {
    const { one, two } = await make(t);
    const atTwo = hearAll(two);
    one.publish({ type: "changed", stream: 1 });
    await until(() => atTwo.length === 1, "the first has come");
    await one.close();
    t.doesNotThrow(() => one.publish({ type: "changed", stream: 2 }));
    await two.close();
    t.equal(atTwo.length, 1);
  });
}

function hearAll(bus: Bus): ClusterMessage[] {
  const heard: ClusterMessage[] = [];
  bus.listen({ heard: (news) => heard.push(news), mayHaveMissed: () => {} });
  return heard;
}

/** Of ten pieces of news one is lost, one comes twice, one late, and one behind the next; always the same ones. */
function worse(follower: BusListener): BusListener {
  let count = 0;
  let held: ClusterMessage | null = null;
  const pass = (news: ClusterMessage): void => {
    follower.heard(news);
    if (held) follower.heard(held);
    held = null;
  };
  return {
    ...follower,
    heard(news) {
      const turn = (count += 1) % 10;
      if (turn === 2) return;
      if (turn === 4) pass(news);
      if (turn === 6) setTimeout(() => follower.heard(news), LATE_MS);
      else if (turn === 8) held = news;
      else pass(news);
    },
  };
}

function everyKindOfNews(): ClusterMessage[] {
  const name = parseUserName("Far");
  if (!name) throw new Error("no name");
  const rooms = new Map([
    [1, 1_795_000_000_000_000],
    [7, 1_795_000_000_000_001],
  ]);
  const untilMicros = 1_795_000_000_000_007;
  const away = {
    ...NOWHERE,
    rooms: [7, 1],
    current: 7,
    hasRightsIn: [9],
    standing: 3,
    seenMicros: 1_795_000_000_000_005,
    untilMicros,
    needsCode: true,
  };
  const entry = {
    stream: 3,
    pos: 4,
    seq: 2,
    atMicros: 1_795_000_000_000_000,
    kind: 0,
    authorId: 2 ** 47,
    author: "Far",
    ref: null,
  };
  return [
    {
      type: "entries",
      stream: 3,
      previousAtMicros: 1_795_000_000_000_000,
      entries: [{ ...entry, body: "ünï \u{1f680}:'\"\\ " }],
    },
    { type: "entries", stream: 3, previousAtMicros: null, entries: [{ ...entry, pos: 5, authorId: null, body: "" }] },
    {
      type: "entries",
      stream: 3,
      previousAtMicros: null,
      entries: [
        { ...entry, kind: 14, body: "", ref: 7 },
        { ...entry, body: "" },
      ],
    },
    { type: "changed", stream: 3 },
    {
      type: "people",
      node: 9,
      version: 1_795_000_000_000_009,
      previous: 1_795_000_000_000_000,
      part: 0,
      parts: 2,
      here: [
        { id: 5, name, address: "::1", sinceMicros: 1_795_000_000_000_000, codes: [2, 3], rooms },
        { id: 8, name, address: "::1", sinceMicros: 1_795_000_000_000_000, codes: FIRST_CODES, rooms: new Map(), away },
        {
          id: 9,
          name,
          address: "::1",
          sinceMicros: 1_795_000_000_000_000,
          codes: FIRST_CODES,
          rooms: new Map(),
          away: { ...away, rooms: [], current: null, hasRightsIn: null },
        },
      ],
      gone: [6, 7],
    },
    { type: "whisper", id: "5.1", to: 6, from: 5, author: "Far", text: "psst" },
    { type: "ack", id: "5.1", isThere: false },
    { type: "probe", id: "5.2", to: 6, address: "192.0.2.1", isSame: true },
  ];
}
