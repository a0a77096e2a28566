import type { Test } from "tap";
import { kinds } from "../../src/domain/entry.ts";
import type { Draft } from "../../src/domain/draft.ts";
import type { Store } from "../../src/ports/store.ts";
import { until } from "../support/sockets/until.ts";
import { aDraft, makeRoom, someDrafts } from "../support/world/drafts.ts";
import type { MakeStore } from "./make-store.ts";

const EVERYTHING = Number.MAX_SAFE_INTEGER;

/** A draft that gives a message another text; null: that removes it. */
function aChange(stream: number, ref: number, body: string | null, more: Partial<Draft> = {}): Draft {
  const what = body === null ? { kind: kinds.removal, body: "" } : { kind: kinds.edited, body };
  return aDraft({ stream, ref, ...what, ...more });
}

/** Some stores have times in whole milliseconds. */
async function nextMillisecond(): Promise<void> {
  const now = Date.now();
  await until(() => Date.now() > now, "the next millisecond");
}

/** Numbers and texts of the messages of a stream, and those of its changes. */
async function shown(store: Store, stream: number): Promise<{ messages: unknown; changes: unknown }> {
  const messages = await store.history(stream, EVERYTHING, 100);
  const entries = await store.entriesFrom([{ stream, pos: 1 }], 1000);
  return {
    messages: messages.map(({ seq, body }) => [seq, body]),
    changes: entries.filter(({ ref }) => ref !== null).map(({ kind, ref, body }) => [kind, ref, body]),
  };
}

/** What every `Store` has to keep of messages that change, and of drafts that come again. */
export function testChanging(t: Test, make: MakeStore): void {
  testChanges(t, make);
  testNonces(t, make);
  testPages(t, make);
}

function testChanges(t: Test, make: MakeStore): void {
  t.test("a message that is edited has its new text wherever it is read, and no old one", async (t) => {
    const { store } = await make(t);
    const { id } = await makeRoom(store);
    await store.append({ number: 1, drafts: someDrafts(id, "a", "b", "c") });
    const { starts } = await store.append({ number: 2, drafts: [aChange(id, 2, "B")] });
    t.match(starts, [{ pos: 4, seq: 3 }], "it is no message itself");
    await store.append({ number: 3, drafts: [aChange(id, 2, "B\nB")] });
    await store.append({ number: 4, drafts: someDrafts(id, "d") });
    t.same(await shown(store, id), {
      messages: [
        [1, "a"],
        [2, "B\nB"],
        [3, "c"],
        [4, "d"],
      ],
      changes: [
        [kinds.edited, 2, ""],
        [kinds.edited, 2, "B\nB"],
      ],
    });
    t.match(await store.message(id, 2), { pos: 3, seq: 2, author: "one", authorId: 7, body: "B\nB", ref: null });
  });

  t.test("of a message that is removed its number stays, and nothing else", async (t) => {
    const { store } = await make(t);
    const { id } = await makeRoom(store);
    await store.append({ number: 1, drafts: someDrafts(id, "a", "b") });
    await store.append({ number: 2, drafts: [aChange(id, 1, "A")] });
    await store.append({ number: 3, drafts: [aChange(id, 1, null)] });
    t.same(await shown(store, id), {
      messages: [[2, "b"]],
      changes: [
        [kinds.edited, 1, ""],
        [kinds.removal, 1, ""],
      ],
    });
    t.equal(await store.message(id, 1), null);
    const [, first] = await store.entriesFrom([{ stream: id, pos: 1 }], 2);
    t.match(first, { pos: 2, seq: 1, kind: kinds.removed, author: "", authorId: null, body: "" });
  });

  t.test(
    "a message that is not there, or is removed, is not changed, and the others of the batch are stored",
    async (t) => {
      const { store } = await make(t);
      const { id } = await makeRoom(store);
      const other = await makeRoom(store, "Trains");
      await store.append({ number: 1, drafts: [...someDrafts(id, "a"), ...someDrafts(other.id, "1", "2")] });
      await store.append({ number: 2, drafts: [aChange(other.id, 2, null)] });
      let number = 2;
      for (const [stream, ref] of [
        [id, 0],
        [id, 2],
        [id, 1000],
        [other.id, 2],
      ] as const) {
        const drafts = [...someDrafts(stream, "said"), aChange(stream, ref, "B")];
        t.match(await store.append({ number: (number += 1), drafts }), {
          starts: [{ stream }],
          // The line before it is the message that was not there.
          passed: stream === id && ref === 2 ? [] : [{ draft: 1, why: "no-such-message" }],
        });
      }
      t.equal(await store.message(id, 0), null);
      t.equal(await store.message(id, 1000), null);
      t.equal(await store.message(4711, 1), null);
    },
  );

  t.test("a change that was made by an older one is not taken", async (t) => {
    const { store } = await make(t);
    const { id } = await makeRoom(store);
    await store.append({ number: 1, drafts: someDrafts(id, "a") });
    const change = (expects: number, body: string) => aChange(id, 1, body, { expects });
    t.same((await store.append({ number: 2, drafts: [change(2, "first")] })).passed, []);
    const late = { number: 3, drafts: [change(2, "second")] };
    t.same((await store.append(late)).passed, [{ draft: 0, why: "changed-meanwhile" }]);
    t.match(await store.append(late), { starts: [{ pos: 3 }], passed: [{ draft: 0 }] }, "as often as it is sent");
    t.same((await store.append({ number: 4, drafts: [change(3, "third")] })).passed, []);
    t.match(await store.message(id, 1), { body: "third" });
  });

  t.test("any message is found by its number, whatever is between them, and where the first are gone", async (t) => {
    const { store } = await make(t);
    const { id } = await makeRoom(store);
    let number = 0;
    const positions: number[] = [];
    let pos = 1;
    for (let i = 0; i < 40; i++) {
      const topics = Array.from({ length: (i * 7) % 5 }, () => aDraft({ stream: id, kind: kinds.topic }));
      const batch = { number: (number += 1), drafts: [...topics, ...someDrafts(id, `${i}`)] };
      if (i === 20) await nextMillisecond();
      await store.append(batch);
      positions.push((pos += topics.length + 1));
    }
    const find = async (): Promise<(number | undefined)[]> =>
      Promise.all(positions.map(async (_, i) => (await store.message(id, i + 1))?.pos));
    t.same(await find(), positions);
    const [cut] = await store.entriesFrom([{ stream: id, pos: positions[20] ?? 0 }], 1);
    await store.prune(cut?.atMicros ?? 0, 0, 10_000);
    const left = await store.entriesFrom([{ stream: id, pos: 1 }], 1000);
    const known = new Set(left.map(({ pos }) => pos));
    t.same(
      await find(),
      positions.map((at) => (known.has(at) ? at : undefined)),
    );
    const [first] = left;
    t.ok(first && first.atMicros >= (cut?.atMicros ?? 0), "all that is older is gone");
  });
}

function testNonces(t: Test, make: MakeStore): void {
  const nonce = "0123456789abcdef".repeat(2);

  t.test("a draft that comes again is not stored again, and is told where the first one is", async (t) => {
    const { store } = await make(t);
    const { id } = await makeRoom(store);
    const draft = aDraft({ stream: id, body: "once", nonce });
    await store.append({ number: 1, drafts: [...someDrafts(id, "a"), draft] });
    const [, , first] = await store.entriesFrom([{ stream: id, pos: 1 }], 3);
    const again = { number: 2, drafts: [...someDrafts(id, "b"), draft, ...someDrafts(id, "c")] };
    const { pos = 0, seq = 0, atMicros = 0 } = first ?? {};
    const passed = [{ draft: 1, why: "repeated", pos, seq, atMicros, isSame: true }];
    t.match(await store.append(again), { starts: [{ pos: 3, seq: 2 }], passed });
    t.match(await store.append(again), { starts: [{ pos: 3, seq: 2 }], passed }, "also when the batch comes again");
    t.same(
      (await store.history(id, EVERYTHING, 10)).map(({ seq, body }) => [seq, body]),
      [
        [1, "a"],
        [2, "once"],
        [3, "b"],
        [4, "c"],
      ],
    );
  });

  t.test("another draft with the same nonce is told apart, and in another stream it is none", async (t) => {
    const { store } = await make(t);
    const { id } = await makeRoom(store);
    const other = await makeRoom(store, "Trains");
    await store.append({ number: 1, drafts: [aDraft({ stream: id, body: "once", nonce })] });
    const drafts = [
      aDraft({ stream: id, body: "twice", nonce }),
      aDraft({ stream: other.id, body: "once", nonce }),
      aDraft({ stream: id, body: "once", nonce: nonce.replace("0", "f") }),
    ];
    t.match((await store.append({ number: 2, drafts })).passed, [{ draft: 0, why: "repeated", isSame: false }]);
    const byAnother = aDraft({ stream: id, body: "once", author: "two", nonce });
    t.match((await store.append({ number: 3, drafts: [byAnother] })).passed, [{ why: "repeated", isSame: false }]);
  });

  t.test("a stream that takes nothing passes nothing", async (t) => {
    const { store } = await make(t);
    const { id } = await makeRoom(store);
    await store.append({ number: 1, drafts: [aDraft({ stream: id, nonce })] });
    const drafts = [aDraft({ stream: id, nonce, rightsVersion: 9 }), aChange(id, 9, "x", { rightsVersion: 9 })];
    t.same(await store.append({ number: 2, drafts }), { starts: [], passed: [] });
  });
}

function testPages(t: Test, make: MakeStore): void {
  t.test(
    "a page begins at the n-th message that is there, or at a number, whatever was removed, changed, or was too old",
    async (t) => {
      const { store } = await make(t);
      const { id } = await makeRoom(store);
      let number = 0;
      const write = (...drafts: Draft[]) => store.append({ number: (number += 1), drafts });
      await write(...Array.from({ length: 150 }, (_, i) => aDraft({ stream: id, body: `${i + 1}` })));
      for (const seq of [1, 2, 7, 40, 64, 65, 66, 128, 149, 150]) await write(aChange(id, seq, null));
      for (const seq of [3, 100]) await write(aChange(id, seq, `${seq}`));
      await nextMillisecond();
      await write(aDraft({ stream: id, kind: kinds.topic }), ...someDrafts(id, "151", "152", "153"));
      const [last] = await store.entriesFrom([{ stream: id, pos: 154 }], 1);
      // What was pruned was removed before, in part.
      for (const prunedBefore of [0, last?.atMicros ?? 0]) {
        await store.prune(prunedBefore, 0, 55);
        const there = await store.history(id, EVERYTHING, 1000);
        for (const n of [1, 2, 5, 30, 36, 37, 38, 60, 100, there.length - 1, there.length, there.length + 1, 10_000]) {
          const { messages, count } = await store.page(id, n, 3);
          t.same([n, messages.map(({ seq }) => seq)], [n, there.slice(n - 1, n + 2).map(({ seq }) => seq)]);
          t.equal(count, there.length);
        }
        for (const seq of [1, 2, 3, 35, 40, 41, 64, 67, 129, 148, 149, 150, 152, 153, 154, 10_000]) {
          const { messages, count } = await store.page(id, { seq }, 3);
          const expected = there.filter((message) => message.seq >= seq).slice(0, 3);
          t.same([seq, messages.map((message) => message.seq)], [seq, expected.map((message) => message.seq)]);
          t.equal(count, there.length);
        }
      }
    },
  );

  t.test("a page tells of each message when it changed last, and where the stream ends", async (t) => {
    const { store } = await make(t);
    const { id } = await makeRoom(store);
    t.same(await store.page(id, 1, 10), { messages: [], count: 0, pos: 1 });
    t.same(await store.page(4711, 1, 10), { messages: [], count: 0, pos: 0 });
    await store.append({ number: 1, drafts: someDrafts(id, "a", "b") });
    await store.append({ number: 2, drafts: [aChange(id, 1, "A")] });
    t.match(await store.page(id, 1, 10), {
      messages: [
        { seq: 1, pos: 2, changedPos: 4, body: "A" },
        { seq: 2, pos: 3, changedPos: 3, body: "b" },
      ],
      count: 2,
      pos: 4,
    });
  });
}
