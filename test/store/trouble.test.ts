import { closeSync, mkdirSync, openSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import t, { type Test } from "tap";
import type { Draft } from "../../src/domain/draft.ts";
import { StoreError } from "../../src/ports/store-error.ts";
import type { Store } from "../../src/ports/store.ts";
import { openStore } from "../../src/store/open-store.ts";
import { addBallast, dropBallast, pageCount } from "../support/processes/ballast.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { aDraft, aNewRoom, makeRoom, someDrafts } from "../support/world/drafts.ts";

const EVERYTHING = Number.MAX_SAFE_INTEGER;
const PAGE_BYTES = 4096;

async function open(t: Test, path: string, maxPages: number | null = null): Promise<Store> {
  const store = await openStore({ type: "sqlite", path, maxPages }, 1);
  t.teardown(() => store.close().catch(() => {}));
  return store;
}

/** A file with a room and these lines in it, closed again. */
async function aFile(t: Test, ...bodies: readonly string[]): Promise<{ path: string; room: number }> {
  const path = join(aFolder(t), "chatd.db");
  const store = await openStore({ type: "sqlite", path, maxPages: null }, 9);
  const { id } = await makeRoom(store);
  if (bodies.length > 0) await store.append({ number: 1, drafts: someDrafts(id, ...bodies) });
  await store.close();
  return { path, room: id };
}

function largeDrafts(stream: number): Draft[] {
  return Array.from({ length: 20 }, (_, i) => aDraft({ stream, body: `${i} ${"x".repeat(2000)}` }));
}

/** Appends until something goes wrong, and returns the batch that failed, with its error. */
async function fill(store: Store, stream: number): Promise<{ number: number; error: unknown }> {
  for (let number = 1; number <= 100; number++) {
    try {
      await store.append({ number, drafts: largeDrafts(stream) });
    } catch (error) {
      return { number, error };
    }
  }
  throw new Error("the disk does not become full");
}

t.test("a full disk keeps nothing of a batch, and takes the same batch when there is space", async (t) => {
  const { path, room } = await aFile(t, "before");
  addBallast(path, 100);
  const store = await open(t, path, pageCount(path) + 30);
  const { number, error } = await fill(store, room);
  t.match(error, new StoreError("full", `store a batch in ${path}: database or disk is full: the disk is full; `));
  const [before] = await store.rooms({ ids: [room] });
  t.equal(before?.seq, 1 + (number - 1) * 20);
  t.equal((await store.history(room, EVERYTHING, 1))[0]?.seq, before?.seq, "what was said can be read meanwhile");
  await t.rejects(store.append({ number, drafts: largeDrafts(room) }), { code: "full" });
  t.strictSame(await store.rooms({ ids: [room] }), [before]);

  dropBallast(path);
  t.match((await store.append({ number, drafts: largeDrafts(room) })).starts, [{ pos: before?.pos, seq: before?.seq }]);
  t.match(await store.rooms({ ids: [room] }), [{ seq: 1 + number * 20 }]);
});

t.test("on a full disk no room is made, and its name is not taken", async (t) => {
  const { path, room } = await aFile(t);
  addBallast(path, 100);
  const store = await open(t, path, pageCount(path) + 5);
  await fill(store, room);
  let made = 0;
  for (let failed: unknown = null; failed === null && made < 1000; made++) {
    await store.createRoom(aNewRoom(`room-${made}`)).catch((error: unknown) => (failed = error));
    if (failed) t.match(failed, { name: "StoreError", code: "full" });
  }
  t.equal((await store.rooms()).length, made, "the first room, and all that were made but the last");
  dropBallast(path);
  t.ok(await store.createRoom(aNewRoom(`room-${made - 1}`)));
});

t.test("a disk too full for the tables is a failure that says so, and passes", async (t) => {
  const path = join(aFolder(t), "chatd.db");
  addBallast(path, 100);
  await t.rejects(open(t, path, pageCount(path)), { code: "full", message: /^open .*: the disk is full; / });
  dropBallast(path);
  t.same(await (await open(t, path, pageCount(path))).rooms(), []);
});

t.test("a file that is no database is refused, and one that takes its place is opened", async (t) => {
  const path = join(aFolder(t), "chatd.db");
  writeFileSync(path, "Dear diary, today I learned to chat. ".repeat(100));
  await t.rejects(open(t, path), {
    code: "broken",
    message: `open ${path}: file is not a database: this is no chatd database; name another file.`,
  });
  rmSync(path);
  t.same(await (await open(t, path)).rooms(), []);
});

t.test("a folder in the place of the file is refused", async (t) => {
  const folder = join(aFolder(t), "chatd.db");
  mkdirSync(folder);
  await t.rejects(open(t, folder), {
    code: "broken",
    message: `open ${folder}: unable to open database file: it cannot be opened; check that the folder exists and can be written.`,
  });
});

t.test("a damaged page is a failure of whatever needs it, and of nothing else", async (t) => {
  const { path, room } = await aFile(t, ...Array.from({ length: 200 }, (_, i) => `${i} ${"x".repeat(1000)}`));
  damageLastPages(path);
  const store = await open(t, path);
  const damaged = {
    code: "broken",
    message: new RegExp(`${path}: .*: the file is damaged; restore it from a backup\\.$`),
  };
  await t.rejects(store.history(room, EVERYTHING, 10), damaged);
  await t.rejects(store.append({ number: 1, drafts: someDrafts(room, "a") }), damaged);
  await t.rejects(store.rooms(), damaged);
  await t.rejects(store.createRoom(aNewRoom("Trains")), damaged);
  t.equal(await store.createRoom(aNewRoom("Planes")), null, "names are on a page that is whole");
});

t.test("a file that only a newer chatd understands is refused", async (t) => {
  const { path } = await aFile(t, "a");
  setSchema(path, 99, 98);
  await t.rejects(open(t, path), {
    code: "broken",
    message: /: it was written by a newer chatd \(schema 99, this one knows \d+\)\. Start that version\.$/,
  });
  setSchema(path, 99, 1);
  const store = await open(t, path);
  t.match(await store.rooms(), [{ seq: 1 }], "one that a newer chatd has only added to is opened");
});

/** Everything behind the first pages, which hold the tables' roots. */
function damageLastPages(path: string): void {
  const first = 20;
  const file = openSync(path, "r+");
  const bytes = statSync(path).size - first * PAGE_BYTES;
  writeSync(file, Buffer.alloc(bytes, 0xff), 0, bytes, first * PAGE_BYTES);
  closeSync(file);
}

function setSchema(path: string, version: number, minNode: number): void {
  using db = new DatabaseSync(path);
  db.prepare("update chatd_schema set version = ?, min_node = ?").run(version, minNode);
}
