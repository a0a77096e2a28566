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

t.test("a read that takes too long ends alone: those behind it are answered by the next thread", async (t) => {
  const { path, room } = await aFile(t);
  const other = new DatabaseSync(path);
  other.exec("pragma locking_mode = exclusive; begin exclusive");
  const reader = aReader(t, path, 3000);
  const late = reader.call("history", [room, 9, 9]);
  const behind = [reader.call("history", [room, 9, 9]), reader.call("ends", [[{ stream: room, pos: 1 }]])] as const;
  await t.rejects(late, { code: "unavailable", message: /no answer within 3000 ms/ });
  other.exec("rollback");
  other.close();
  t.equal((await behind[0]).length, 1);
  t.match(await behind[1], [{ stream: room, pos: 2 }]);
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
