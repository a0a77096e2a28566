import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import t, { type Test } from "tap";
import { kinds } from "../../src/domain/entry.ts";
import { StoreError } from "../../src/ports/store-error.ts";
import type { Store } from "../../src/ports/store.ts";
import { openStore } from "../../src/store/open-store.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { aDraft, makeRoom, someDrafts } from "../support/world/drafts.ts";

const EVERYTHING = Number.MAX_SAFE_INTEGER;

/** Opens the file; closed when the test ends, or before by the function that comes with it. */
async function open(t: Test, path: string, node = 1): Promise<{ store: Store; close: () => Promise<void> }> {
  const store = await openStore({ type: "sqlite", path, maxPages: null }, node);
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (isClosed) return;
    isClosed = true;
    await store.close();
  };
  t.teardown(close);
  return { store, close };
}

async function bodies(store: Store, stream: number): Promise<string[]> {
  return (await store.history(stream, EVERYTHING, 100)).map((entry) => entry.body);
}

t.test("a file that is opened again has everything that was in it", async (t) => {
  const path = join(aFolder(t), "chatd.db");
  const first = await open(t, path, 1);
  const planes = await makeRoom(first.store, "Planes");
  const secret = await makeRoom(first.store, "Secret", { isPrivate: true });
  const gone = await makeRoom(first.store, "Gone");
  const drafts = [
    aDraft({ stream: planes.id, kind: kinds.topic, body: "wings" }),
    ...someDrafts(planes.id, "a", "b"),
    aDraft({ stream: secret.id, body: "psst" }),
    aDraft({ stream: gone.id, kind: kinds.destroyed, body: "" }),
  ];
  await first.store.append({ number: 1, drafts });
  const before = [await first.store.rooms(), await first.store.history(planes.id, EVERYTHING, 10)];
  await first.close();

  const second = await open(t, path, 2);
  t.strictSame([await second.store.rooms(), await second.store.history(planes.id, EVERYTHING, 10)], before);
  t.match(before[0], [
    { topic: "wings", pos: 4, seq: 2 },
    { isPrivate: true, seq: 1 },
  ]);
  t.not((await makeRoom(second.store, "Gone")).id, gone.id);
});

t.test("the batches of a process that is gone are no repeats for the next one", async (t) => {
  const path = join(aFolder(t), "chatd.db");
  const first = await open(t, path, 1);
  const { id } = await makeRoom(first.store);
  await first.store.append({ number: 1, drafts: someDrafts(id, "old") });
  await first.close();
  const second = await open(t, path, 2);
  const { starts } = await second.store.append({ number: 1, drafts: someDrafts(id, "new") });
  t.match(starts, [{ pos: 2, seq: 1 }]);
  t.same(await bodies(second.store, id), ["old", "new"]);
});

t.test("history is read while a batch waits to be written", async (t) => {
  const path = join(aFolder(t), "chatd.db");
  const { store } = await open(t, path);
  const { id } = await makeRoom(store);
  await store.append({ number: 1, drafts: someDrafts(id, "a") });
  using other = new DatabaseSync(path);
  other.exec("begin immediate");
  let isStored = false;
  const storing = store.append({ number: 2, drafts: someDrafts(id, "b") }).then(() => (isStored = true));
  t.same(await bodies(store, id), ["a"]);
  t.notOk(isStored);
  other.exec("rollback");
  await storing;
  t.same(await bodies(store, id), ["a", "b"]);
});

t.test("a second chatd is kept from a file that is in use, and gets it when the first has ended", async (t) => {
  const path = join(aFolder(t), "chatd.db");
  const first = await open(t, path, 1);
  const { id } = await makeRoom(first.store);
  await t.rejects(open(t, path, 2), {
    name: "StoreError",
    code: "broken",
    message: `${path} is in use by another chatd. Wait until it has ended, or choose another --data-dir.`,
  });
  await first.store.append({ number: 1, drafts: someDrafts(id, "the first goes on") });
  await first.close();
  const second = await open(t, path, 2);
  t.same(await bodies(second.store, id), ["the first goes on"]);
});

t.test("a copy of the file and its log, as after a crash of the machine, has every stored line", async (t) => {
  const folder = aFolder(t);
  const path = join(folder, "chatd.db");
  const { store } = await open(t, path);
  const { id } = await makeRoom(store);
  await store.append({ number: 1, drafts: someDrafts(id, "a", "b") });
  const copy = join(folder, "copy.db");
  copyFileSync(path, copy);
  copyFileSync(`${path}-wal`, `${copy}-wal`);
  const recovered = await open(t, copy, 2);
  t.same(await bodies(recovered.store, id), ["a", "b"]);
});

t.test("errors of the store are StoreErrors on this side of the thread too", async (t) => {
  const { store } = await open(t, join(aFolder(t), "chatd.db"));
  const { id } = await makeRoom(store);
  const bad = aDraft({ stream: id, authorId: 1.5 });
  await t.rejects(store.append({ number: 1, drafts: [aDraft({ stream: id }), bad] }), StoreError);
  t.match(await store.rooms({ ids: [id] }), [{ pos: 1, seq: 0 }], "nothing of the batch was kept");
  t.match((await store.append({ number: 1, drafts: [aDraft({ stream: id })] })).starts, [{ pos: 1 }]);
});
