import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Test } from "tap";
import { kinds } from "../../src/domain/entry.ts";
import type { Store } from "../../src/ports/store.ts";
import { NO_RIGHTS, type Rights } from "../../src/domain/rights.ts";
import { openStore } from "../../src/store/open-store.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { aDraft, startsOf, makeRoom, someDrafts } from "../support/world/drafts.ts";
import { until } from "../support/sockets/until.ts";
import type { MakeStore } from "./make-store.ts";

const EVERYTHING = Number.MAX_SAFE_INTEGER;

/** What every `Store` has to keep besides what was said, and how it forgets. */
export function testKeeping(t: Test, make: MakeStore): void {
  testRights(t, make);
  testBans(t, make);
  testPrune(t, make);
}

function testRights(t: Test, make: MakeStore): void {
  t.test("a room has the rights that its last entry that moved the rules left, and at first its maker's", async (t) => {
    const { store } = await make(t);
    const { id, rights } = await makeRoom(store, "Planes", { authorId: 7 });
    t.same(rights, { ...NO_RIGHTS, owner: 7, maker: 7 });
    t.match(await store.rooms({ ids: [id] }), [{ rightsVersion: 1, rights }]);
    const ban = { id: 9, key: "two", name: "Two", untilMicros: 17, by: "one", network: "192.0.2.1", reason: "spam" };
    // A name's key is its lower case.
    const next = { owner: 7, maker: 7, operators: [8], invited: [9, 10], bans: [ban] } as unknown as Rights;
    await startsOf(store, {
      number: 1,
      drafts: [aDraft({ stream: id, kind: kinds.banned, body: "9 Two 17 192.0.2.1 spam", rights: next })],
    });
    const [record] = await store.rooms({ ids: [id] });
    t.same([record?.rightsVersion, record?.rights], [2, next]);
    await startsOf(store, {
      number: 2,
      drafts: [aDraft({ stream: id, rightsVersion: 2, kind: kinds.topic, body: "wings" })],
    });
    t.same((await store.rooms({ ids: [id] }))[0]?.rights, next, "a topic changes no rights");
  });

  t.test("of rights that an earlier chatd stored, what it did not know is nobody's", async (t) => {
    const { store } = await make(t);
    const { id } = await makeRoom(store, "Planes", { authorId: 7 });
    // It wrote no maker.
    const old = { owner: 7, operators: [], invited: [], bans: [] } as unknown as Rights;
    await startsOf(store, {
      number: 1,
      drafts: [aDraft({ stream: id, kind: kinds.operator, body: "9 Two", rights: old })],
    });
    t.same((await store.rooms({ ids: [id] }))[0]?.rights, { ...old, maker: null });
  });
}

function testBans(t: Test, make: MakeStore): void {
  t.test("bans are kept, the oldest first, one on each subject", async (t) => {
    const { store } = await make(t);
    t.same(await store.bans(), []);
    const ban = { untilMicros: null, reason: "", author: "root" };
    const [first, second, third] = [
      { ...ban, subject: "troll", atMicros: 1 },
      { ...ban, subject: "10.0.0.0/8", atMicros: 2, untilMicros: 1_795_000_000_000_000, reason: "noise — 騒音" },
      { ...ban, subject: "2001:db8::/32", atMicros: 3 },
    ];
    for (const one of [third, first, second]) await store.putBan(one);
    t.same(await store.bans(), [first, second, third]);
    const again = { ...first, atMicros: 4, reason: "again" };
    await store.putBan(again);
    t.same(await store.bans(), [second, third, again]);
    await store.removeBan("10.0.0.0/8");
    await store.removeBan("nobody");
    t.same(await store.bans(), [third, again]);
  });

  t.test("an end that no number of JavaScript holds exactly is none: the ban holds until it is lifted", async (t) => {
    const { store } = await make(t);
    const ban = { reason: "", author: "root", atMicros: 1 };
    const last = Number.MAX_SAFE_INTEGER;
    const ends = [last, last + 1, 10_435_275_310_087_000, 2 ** 62];
    for (const [i, until] of ends.entries()) await store.putBan({ ...ban, subject: `troll${i}`, untilMicros: until });
    t.same(
      (await store.bans()).map(({ untilMicros }) => untilMicros),
      [last, null, null, null],
    );
  });
}

/** The time of the last entry, when it is over. */
async function now(store: Store, stream: number, number: number): Promise<number> {
  const [head] = await startsOf(store, { number, drafts: someDrafts(stream, "now") });
  const at = head?.atMicros ?? 0;
  await until(() => Date.now() * 1000 > at, "a millisecond passes");
  return Date.now() * 1000;
}

function testPrune(t: Test, make: MakeStore): void {
  t.test("old entries go, newer ones stay", async (t) => {
    const { store } = await make(t);
    const { id } = await makeRoom(store);
    await startsOf(store, { number: 1, drafts: someDrafts(id, "a", "b") });
    const before = await now(store, id, 2);
    await startsOf(store, { number: 3, drafts: someDrafts(id, "c", "d") });
    t.same(await store.prune(before, id, 100), { entries: 4, next: null }, "the making of the room too");
    t.same(await bodies(store, id), ["c", "d"]);
    t.same(await store.prune(before, id, 100), { entries: 0, next: null });
  });

  t.test("of the last entry its place stays, and its text goes", async (t) => {
    const { store } = await make(t);
    const { id } = await makeRoom(store);
    await startsOf(store, { number: 1, drafts: [aDraft({ stream: id, kind: kinds.topic, body: "wings" })] });
    await startsOf(store, { number: 2, drafts: someDrafts(id, "a") });
    const before = await now(store, id, 3);
    t.same(await store.prune(before, id, 100), { entries: 4, next: null });
    t.same(await bodies(store, id), []);
    t.match(
      await store.rooms({ ids: [id] }),
      [{ pos: 4, seq: 2, topic: "wings", rightsVersion: 1 }],
      "numbers are not given again",
    );
    t.same(await store.prune(before, id, 100), { entries: 0, next: null });
    const [head] = await startsOf(store, { number: 4, drafts: someDrafts(id, "b") });
    t.match(head, { pos: 4, seq: 2 });
    t.match(await store.history(id, EVERYTHING, 10), [{ pos: 5, seq: 3, body: "b" }]);
  });

  t.test("so many go at once, and the next call goes on from there", async (t) => {
    const { store } = await make(t);
    const planes = await makeRoom(store, "Planes");
    const trains = await makeRoom(store, "Trains");
    const quiet = await makeRoom(store, "Quiet");
    await startsOf(store, { number: 1, drafts: someDrafts(planes.id, "1", "2", "3", "4") });
    await startsOf(store, { number: 2, drafts: someDrafts(trains.id, "1", "2") });
    const before = await now(store, quiet.id, 3);
    const counts: number[] = [];
    for (let from: number | null = planes.id; from !== null;) {
      const pruned: { entries: number; next: number | null } = await store.prune(before, from, 2);
      t.ok(pruned.entries <= 3, "the limit, and a last one whose place stays");
      counts.push(pruned.entries);
      from = pruned.next;
    }
    t.equal(
      counts.reduce((sum, count) => sum + count),
      5 + 3 + 2,
    );
    for (const { id } of [planes, trains, quiet]) t.same(await bodies(store, id), []);
  });

  t.test("a batch that is sent again gets its first answer, also when what it wrote is gone", async (t) => {
    const { store } = await make(t);
    const { id } = await makeRoom(store);
    const batch = { number: 2, drafts: someDrafts(id, "a", "b") };
    const heads = await startsOf(store, batch);
    await until(() => Date.now() * 1000 > (heads[0]?.atMicros ?? 0), "a millisecond passes");
    await store.prune(Date.now() * 1000, 0, 100);
    // The time of the entry before is gone with that.
    const again = await startsOf(store, batch);
    t.match(
      again,
      heads.map(({ stream, pos, seq, atMicros }) => ({ stream, pos, seq, atMicros: atMicros })),
    );
    t.same(await bodies(store, id), []);
  });
}

/** What a `Store` has to keep that can copy itself. */
export function testBackup(t: Test, make: MakeStore): void {
  t.test("a backup is a database of its own, whole though lines are stored meanwhile", async (t) => {
    const { store } = await make(t);
    const { id } = await makeRoom(store);
    await startsOf(store, { number: 1, drafts: someDrafts(id, "a", "b") });
    const path = join(aFolder(t), "copy.db");
    const progress: number[] = [];
    const writing = store.backup(path, (done) => progress.push(done));
    for (let i = 2; i < 50; i++) await startsOf(store, { number: i, drafts: someDrafts(id, `line ${i}`) });
    await writing;
    t.equal(progress.at(-1), 1);
    const copy = await openStore({ type: "sqlite", path, maxPages: null }, 99);
    t.teardown(() => copy.close());
    t.same((await bodies(copy, id)).slice(0, 2), ["a", "b"]);
    const [head] = await startsOf(copy, { number: 1, drafts: someDrafts(id, "goes on") });
    t.equal(head?.pos, (await copy.rooms({ ids: [id] }))[0]?.seq, "no place is missing in it");
  });

  t.test("a backup is refused where something is, or nothing can be, and leaves nothing half-made", async (t) => {
    const { store } = await make(t);
    await makeRoom(store);
    const folder = aFolder(t);
    const there = join(folder, "there.db");
    writeFileSync(there, "precious");
    await t.rejects(
      store.backup(there, () => {}),
      { code: "broken", message: `${there} already exists. Choose another name for the backup.` },
    );
    const nowhere = join(folder, "nowhere", "copy.db");
    await t.rejects(
      store.backup(nowhere, () => {}),
      { name: "StoreError", message: `cannot write the backup to ${nowhere}: its folder does not exist.` },
    );
    t.same(readdirSync(folder), ["there.db"]);
    t.notOk(existsSync(nowhere));
  });
}

async function bodies(store: Store, stream: number): Promise<string[]> {
  return (await store.history(stream, EVERYTHING, 100)).map(({ body }) => body);
}
