import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import t, { type Test } from "tap";
import { FileStore } from "../../src/store/sqlite/file-store.ts";
import { SqliteThread } from "../../src/store/sqlite/sqlite-thread.ts";
import { addBallast, dropBallast, pageCount } from "../support/processes/ballast.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { makeRoom, someDrafts } from "../support/world/drafts.ts";
import { nextWorker } from "../support/processes/workers.ts";

/** A file with one room in which "a" was said. */
async function aFile(t: Test): Promise<{ path: string; room: number }> {
  const path = join(aFolder(t), "chatd.db");
  const store = new FileStore(path, null, 1);
  const { id } = await makeRoom(store);
  await store.append({ number: 1, drafts: someDrafts(id, "a") });
  await store.close();
  return { path, room: id };
}

function aReader(t: Test, path: string, deadlineMs: number): SqliteThread {
  const thread = new SqliteThread({ path, readOnly: true, node: 1, maxPages: null }, deadlineMs);
  t.teardown(() => thread.close());
  return thread;
}

t.test("who waits for a call past its deadline is told at once, not when the thread can be ended", async (t) => {
  const { path, room } = await aFile(t);
  const other = new DatabaseSync(path);
  // With this not even a reader gets at the file: it waits inside SQLite, where it cannot be interrupted.
  other.exec("pragma locking_mode = exclusive; begin exclusive");
  const reader = aReader(t, path, 1000);
  const started = nextWorker();
  const late = t.rejects(reader.call("history", [room, 9, 9]), { code: "unavailable", message: /is gone: / });
  const worker = await started;
  const ended = new Promise((resolve) => worker.once("exit", resolve));
  const first = await Promise.race([late.then(() => "told"), ended.then(() => "ended")]);
  t.equal(first, "told");
  other.exec("rollback");
  other.close();
  await ended;
});

t.test(
  "after a read that took too long the next one is answered by another thread, while the first is stuck",
  async (t) => {
    const { path, room } = await aFile(t);
    const other = new DatabaseSync(path);
    other.exec("pragma locking_mode = exclusive; begin exclusive");
    const reader = aReader(t, path, 3000);
    const late = reader.call("history", [room, 9, 9]);
    await t.rejects(late, { code: "unavailable", message: /no answer within 3000 ms/ });
    const next = [reader.call("history", [room, 9, 9]), reader.call("ends", [[{ stream: room, pos: 1 }]])] as const;
    other.exec("rollback");
    other.close();
    t.equal((await next[0]).length, 1);
    t.match(await next[1], [{ stream: room, pos: 2 }]);
  },
);

t.test("reads that wait behind a slow one wait no longer than it", async (t) => {
  const { path, room } = await aFile(t);
  const other = new DatabaseSync(path);
  other.exec("pragma locking_mode = exclusive; begin exclusive");
  const reader = aReader(t, path, 1000);
  const started = nextWorker();
  const reads = Array.from({ length: 5 }, () => reader.call("history", [room, 9, 9]));
  const outcomes = Promise.allSettled(reads);
  const worker = await started;
  let threads = 1;
  void nextWorker().then(() => (threads += 1));
  const ended = new Promise((resolve) => worker.once("exit", resolve));
  for (const { status } of await outcomes) t.equal(status, "rejected");
  t.equal(threads, 1, "no thread was started for those that had no time left");
  other.exec("rollback");
  other.close();
  await ended;
});

t.test("a reader that is closed fails what waits for it, and does not come back", async (t) => {
  const { path, room } = await aFile(t);
  const other = new DatabaseSync(path);
  other.exec("pragma locking_mode = exclusive; begin exclusive");
  const reader = aReader(t, path, 60_000);
  const started = nextWorker();
  const waiting = [1, 2].map(() => reader.call("history", [room, 9, 9]));
  const outcomes = Promise.allSettled(waiting);
  const ended = new Promise((resolve) => void started.then((worker) => worker.once("exit", resolve)));
  await started;
  await reader.close();
  t.match(await outcomes, [
    { status: "rejected", reason: { code: "unavailable", message: /it was closed/ } },
    { status: "rejected", reason: { code: "unavailable" } },
  ]);
  other.exec("rollback");
  other.close();
  await ended;
});

t.test("reads behind one that a thread died of are answered by the next thread", async (t) => {
  const { path, room } = await aFile(t);
  const started = nextWorker();
  const reader = aReader(t, path, 60_000);
  const lost = reader.call("history", [room, 9, 9]);
  const behind = reader.call("history", [room, 9, 9]);
  const rejected = t.rejects(lost, { code: "unavailable", message: /it ended/ });
  await (await started).terminate();
  await rejected;
  t.equal((await behind).length, 1);
});

t.test("a thread that cannot open its file holds nothing of it, and opens it when it can", async (t) => {
  const path = join(aFolder(t), "chatd.db");
  addBallast(path, 100);
  const writer = new SqliteThread({ path, readOnly: false, node: 1, maxPages: pageCount(path) });
  t.teardown(() => writer.close());
  await t.rejects(writer.call("rooms", [{}]), { code: "full" });
  await t.rejects(writer.call("rooms", [{}]), { code: "full" });
  dropBallast(path);
  t.same(await writer.call("rooms", [{}]), []);
});

t.test("a thread that was never used, or never opened its file, is closed like any other", async (t) => {
  const path = join(aFolder(t), "missing", "chatd.db");
  const thread = new SqliteThread({ path, readOnly: false, node: 1, maxPages: null });
  await thread.close();
  await t.rejects(thread.call("rooms", [{}]), { code: "broken" });
  await thread.close();
});
