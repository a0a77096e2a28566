import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Worker } from "node:worker_threads";
import t, { type Test } from "tap";
import { FileStore } from "../../src/store/sqlite/file-store.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { aDraft, makeRoom, someDrafts } from "../support/world/drafts.ts";
import { until } from "../support/sockets/until.ts";
import { nextWorker } from "../support/processes/workers.ts";

const EVERYTHING = Number.MAX_SAFE_INTEGER;

interface Opened {
  readonly store: FileStore;
  readonly path: string;
  readonly room: number;
  /** The thread that writes. */
  readonly writer: Worker;
}

async function open(t: Test): Promise<Opened> {
  const path = join(aFolder(t), "chatd.db");
  const store = new FileStore(path, null, 1);
  t.teardown(() => store.close().catch(() => {}));
  const started = nextWorker();
  const { id } = await makeRoom(store);
  return { store, path, room: id, writer: await started };
}

/** What the file holds, whatever the store thinks. */
function bodiesIn(path: string): unknown[] {
  using db = new DatabaseSync(path, { readOnly: true });
  return db
    .prepare("select body from entries where kind < 10 order by pos")
    .all()
    .map((row) => row["body"]);
}

t.test("a batch whose answer was lost is stored once, and the repeat gets its place", async (t) => {
  const { store, path, room, writer } = await open(t);
  const batch = { number: 1, drafts: someDrafts(room, "a", "b") };
  writer.removeAllListeners("message");
  const lost = store.append(batch);
  await until(() => bodiesIn(path).length === 2, "the batch is stored");
  await writer.terminate();
  await t.rejects(lost, {
    name: "StoreError",
    code: "unavailable",
    message: `the thread that works on ${path} is gone: it ended`,
  });

  t.match((await store.append(batch)).starts, [{ stream: room, pos: 1, seq: 0 }]);
  t.match((await store.append({ number: 2, drafts: someDrafts(room, "c") })).starts, [{ pos: 3, seq: 2 }]);
  t.same(bodiesIn(path), ["a", "b", "c"]);
});

t.test("a batch that the thread died of before it was stored is stored by the repeat", async (t) => {
  const { store, path, room, writer } = await open(t);
  const batch = { number: 1, drafts: someDrafts(room, "a", "b") };
  using other = new DatabaseSync(path);
  other.exec("begin immediate");
  const lost = store.append(batch);
  const ended = writer.terminate();
  const rejected = t.rejects(lost, { code: "unavailable" });
  other.exec("rollback");
  await ended;
  await rejected;

  t.match((await store.append(batch)).starts, [{ pos: 1, seq: 0 }]);
  t.same(bodiesIn(path), ["a", "b"]);
});

t.test("every call that waits for a thread that dies is told", async (t) => {
  const { store, path, room, writer } = await open(t);
  using other = new DatabaseSync(path);
  other.exec("begin immediate");
  const calls = [
    store.append({ number: 1, drafts: someDrafts(room, "a") }),
    store.rooms(),
    store.rooms({ ids: [room] }),
  ];
  const outcomes = Promise.allSettled(calls);
  const ended = writer.terminate();
  other.exec("rollback");
  await ended;
  t.match(
    await outcomes,
    Array.from({ length: 3 }, () => ({ status: "rejected", reason: { code: "unavailable" } })),
  );
  t.match(await store.rooms(), [{ id: room }]);
});

t.test("an error that nobody catches in the thread ends it, and the next call has a new one", async (t) => {
  const { store, room, writer } = await open(t);
  const gone = new Promise((resolve) => writer.once("exit", resolve));
  // Not what the thread expects: it cannot take that apart.
  writer.postMessage(null);
  await gone;
  t.match((await store.append({ number: 1, drafts: [aDraft({ stream: room })] })).starts, [{ pos: 1 }]);
});

t.test("the writer goes on when the reader dies, and history is read by a new one", async (t) => {
  const { store, room } = await open(t);
  const started = nextWorker();
  await store.append({ number: 1, drafts: someDrafts(room, "a") });
  t.same((await store.history(room, EVERYTHING, 10)).length, 1);
  await (await started).terminate();
  await store.append({ number: 2, drafts: someDrafts(room, "b") });
  t.same((await store.history(room, EVERYTHING, 10)).length, 2);
});

t.test("closing ends both threads after what was asked before is done", async (t) => {
  const { store, path, room, writer } = await open(t);
  const started = nextWorker();
  await store.history(room, EVERYTHING, 1);
  const reader = await started;
  const ended = Promise.all([writer, reader].map((worker) => new Promise((resolve) => worker.once("exit", resolve))));
  const stored = store.append({ number: 1, drafts: someDrafts(room, "a") });
  await store.close();
  await stored;
  t.same(await ended, [0, 0]);
  t.same(bodiesIn(path), ["a"]);
});

t.test("pages of history do not wait for a long read of another kind", async (t) => {
  const { store, room } = await open(t);
  await store.append({ number: 1, drafts: someDrafts(room, "a") });
  let isDone = false;
  const positions = Array.from({ length: 50_000 }, () => ({ stream: room, pos: 1 }));
  const long = store.entriesFrom(positions, 2).then((entries) => {
    isDone = true;
    return entries;
  });
  t.equal((await store.history(room, EVERYTHING, 10)).length, 1);
  t.notOk(isDone);
  t.equal((await long).length, 100_000);
});
