import type { Test } from "tap";
import { MAIN_APPLICATION } from "../../src/domain/application.ts";
import { kinds } from "../../src/domain/entry.ts";
import { type Name, nameOfChat, parseRoomName } from "../../src/domain/names.ts";
import type { ApplicationRecord } from "../../src/ports/application-store.ts";
import type { Store } from "../../src/ports/store.ts";
import { aDraft, makeRoom, someDrafts } from "../support/world/drafts.ts";
import type { MakeStore } from "./make-store.ts";

const TOKEN = "6f1c2b0a-0000-4000-8000-000000000001";

function aHandle(text: string): Name {
  const name = parseRoomName(text);
  if (!name) throw new Error(`not a handle: ${text}`);
  return name;
}

async function makeApplication(store: Store, text = "celtra", token = TOKEN): Promise<ApplicationRecord> {
  const made = await store.createApplication({ handle: aHandle(text), title: text, token });
  if (!made) throw new Error(`the handle ${text} is taken`);
  return made;
}

/** Makes rooms that are called by their numbers, and returns their records. */
async function makeChats(store: Store, application: number, count: number) {
  const made = [];
  for (let i = 0; i < count; i++) {
    const room = { application, name: null, isPrivate: false, authorId: application, author: "api" };
    made.push(await store.createRoom(room));
  }
  return made.map((record) => record ?? { id: 0, number: 0 });
}

function destroy(stream: number): ReturnType<typeof aDraft> {
  return aDraft({ stream, kind: kinds.destroyed, body: "" });
}

/** Applications, and the numbers of their rooms. */
export function testApplications(t: Test, make: MakeStore): void {
  t.test("an application has a handle of its own, which is free when it has ended", async (t) => {
    const { store } = await make(t);
    const [main, ...others] = await store.applications();
    t.match(main, {
      id: MAIN_APPLICATION,
      handle: { key: "main" },
      token: null,
      isActive: true,
      isOpen: true,
      chats: 0,
    });
    t.same(others, []);
    const celtra = await makeApplication(store, "Celtra");
    const made = { handle: { shown: "Celtra", key: "celtra" }, title: "Celtra", token: TOKEN };
    t.match(celtra, { ...made, isActive: true, isOpen: false, chats: 0 });
    t.same(await store.applications(), [main, celtra]);
    for (const text of ["CELTRA", "main"]) {
      const other = { handle: aHandle(text), title: "", token: TOKEN.replace("1", "2") };
      t.equal(await store.createApplication(other), null, text);
    }
    t.equal(await store.endApplication(celtra.id), true);
    t.equal(await store.endApplication(celtra.id), false);
    t.equal(await store.endApplication(MAIN_APPLICATION), false);
    t.same(await store.applications(), [main]);
    t.not((await makeApplication(store, "celtra")).id, celtra.id);
  });

  t.test("what is changed of an application changes, and nothing else", async (t) => {
    const { store } = await make(t);
    const { id } = await makeApplication(store);
    await makeApplication(store, "other", TOKEN.replace("1", "2"));
    const change = { handle: aHandle("Test"), title: "a test", token: TOKEN.replace("1", "3") };
    t.match(await store.changeApplication(id, change), { ...change, isActive: true, isOpen: false });
    t.match(await store.changeApplication(id, { isActive: false }), { ...change, isActive: false, isOpen: false });
    t.match(await store.changeApplication(id, { isOpen: true, handle: aHandle("TEST") }), {
      isOpen: true,
      isActive: false,
    });
    t.equal(await store.changeApplication(id, { handle: aHandle("other"), title: "no" }), null);
    t.equal(await store.changeApplication(4711, { title: "no" }), null);
    t.match(
      (await store.applications()).find((one) => one.id === id),
      { handle: { shown: "TEST" }, title: "a test" },
    );
  });

  t.test("rooms are numbered in their application, and a number is never given twice", async (t) => {
    const { store } = await make(t);
    const [one, other] = [await makeApplication(store), await makeApplication(store, "test", TOKEN.replace("1", "2"))];
    const [first, second] = await makeChats(store, one.id, 2);
    t.match(first, { application: one.id, number: 1, name: nameOfChat(1), pos: 1, seq: 0 });
    t.match(await makeChats(store, other.id, 1), [{ application: other.id, number: 1 }]);
    await store.append({ number: 1, drafts: [destroy(second?.id ?? 0)] });
    t.match(await makeChats(store, one.id, 1), [{ number: 3 }]);
    const planes = { application: one.id, name: aHandle("Planes"), isPrivate: false, authorId: 7, author: "one" };
    t.match(await store.createRoom(planes), { number: 4, name: { shown: "Planes" } });
    t.equal(await store.createRoom(planes), null, "its name is taken there");
    t.match(await makeRoom(store, "Planes"), { application: MAIN_APPLICATION, number: 1 }, "and free elsewhere");
    t.match(await makeChats(store, one.id, 1), [{ number: 5 }], "no number was lost");
  });

  t.test("of many rooms that are made at once each has its number", async (t) => {
    const { store } = await make(t);
    const { id } = await makeApplication(store);
    const made = await Promise.all(Array.from({ length: 30 }, () => makeChats(store, id, 1)));
    t.same(
      made
        .flat()
        .map(({ number }) => number)
        .toSorted((a, b) => a - b),
      Array.from({ length: 30 }, (_, i) => i + 1),
    );
  });

  t.test("rooms are found by their numbers and names in their application", async (t) => {
    const { store } = await make(t);
    const { id } = await makeApplication(store);
    const [first, second] = await makeChats(store, id, 2);
    const planes = await makeRoom(store, "Planes");
    t.same(await store.rooms(), [planes], "without a filter those of main");
    t.same(await store.rooms({ application: id }), [first, second]);
    t.same(await store.rooms({ application: id, numbers: [2, 3] }), [second]);
    t.same(await store.rooms({ application: id, keys: [nameOfChat(1).key, planes.name.key] }), [first]);
    t.same(await store.rooms({ numbers: [1] }), [planes]);
    t.same(
      await store.rooms({ ids: [planes.id, first?.id ?? 0] }),
      [first, planes].toSorted((a, b) => (a?.id ?? 0) - (b?.id ?? 0)),
    );
    t.same(await store.rooms({ ids: [first?.id ?? 0], application: MAIN_APPLICATION }), []);
  });

  t.test("a room that is to be made once is made once", async (t) => {
    const { store } = await make(t);
    const { id } = await makeApplication(store);
    const room = { application: id, name: null, isPrivate: false, authorId: id, author: "api", nonce: "ab".repeat(16) };
    const made = await store.createRoom(room);
    t.match(made, { number: 1 });
    t.same(await store.createRoom(room), made);
    t.match(await store.createRoom({ ...room, nonce: "cd".repeat(16) }), { number: 2 });
    const twice = { ...room, nonce: "ef".repeat(16) };
    t.match(await Promise.all([store.createRoom(twice), store.createRoom(twice)]), [{ number: 3 }, { number: 3 }]);
    t.match(await store.createRoom({ ...room, nonce: "01".repeat(16) }), { number: 4 }, "a repeat took no number");
    await store.append({ number: 1, drafts: [destroy(made?.id ?? 0)] });
    t.equal(await store.createRoom(room), null, "it has ended");
  });

  t.test("public rooms and their messages are counted and listed, without those that are gone", async (t) => {
    const { store } = await make(t);
    const { id } = await makeApplication(store);
    const chats = await makeChats(store, id, 70);
    const hidden = { application: id, name: aHandle("Secret"), isPrivate: true, authorId: 7, author: "one" };
    t.match(await store.createRoom(hidden), { number: 71 });
    await makeChats(store, id, 1);
    const said = chats[4]?.id ?? 0;
    await store.append({ number: 1, drafts: someDrafts(said, "a", "b", "c") });
    await store.append({ number: 2, drafts: [aDraft({ stream: said, kind: kinds.removal, body: "", ref: 2 })] });
    const gone = [1, 2, 64, 65, 70];
    await store.append({ number: 3, drafts: gone.map((number) => destroy(chats[number - 1]?.id ?? 0)) });
    const there = Array.from({ length: 72 }, (_, i) => i + 1).filter((number) => ![...gone, 71].includes(number));
    for (const n of [1, 3, 60, 61, 62, 65, 66, 67, 1000]) {
      const { chats: listed, count } = await store.chats(id, n, 3);
      t.same([n, ...listed.map(({ number }) => number)], [n, ...there.slice(n - 1, n + 2)]);
      t.equal(count, there.length);
    }
    const [, , fifth] = (await store.chats(id, 1, 3)).chats;
    t.match(fifth, { id: said, number: 5, name: nameOfChat(5), messages: 2 });
    t.match(
      (await store.applications()).find((one) => one.id === id),
      { chats: there.length },
    );
    t.same(await store.chats(4711, 1, 10), { chats: [], count: 0 });
  });

  t.test("what belongs to an application that has ended is deleted a little at a time, and nothing else", async (t) => {
    const { store } = await make(t);
    const [one, other] = [await makeApplication(store), await makeApplication(store, "test", TOKEN.replace("1", "2"))];
    const [chats, [left]] = [await makeChats(store, one.id, 5), await makeChats(store, other.id, 1)];
    const ids = chats.map(({ id }) => id);
    await store.append({ number: 1, drafts: [...ids, left?.id ?? 0].flatMap((id) => someDrafts(id, "a", "b", "c")) });
    t.equal(await store.sweepEnded(1000), false);
    await store.endApplication(one.id);
    let steps = 1;
    while (await store.sweepEnded(3)) steps += 1;
    t.ok(steps > 5, `${steps} steps`);
    t.same(await store.rooms({ ids }), []);
    t.same(
      await store.entriesFrom(
        ids.map((stream) => ({ stream, pos: 0 })),
        10,
      ),
      [],
    );
    t.same((await store.append({ number: 2, drafts: ids.flatMap((id) => someDrafts(id, "late")) })).starts, []);
    t.match(await store.chats(other.id, 1, 10), { chats: [{ number: 1, messages: 3 }], count: 1 });
  });
}
