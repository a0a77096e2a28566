import type { Test } from "tap";
import { type Entry, type Kind, kinds } from "../../src/domain/entry.ts";
import { nameOfChat } from "../../src/domain/names.ts";
import { NO_RIGHTS } from "../../src/domain/rights.ts";
import { aDraft, aNewRoom, startsOf, makeRoom } from "../support/world/drafts.ts";
import type { MakeStore } from "./make-store.ts";

const EVERYTHING = Number.MAX_SAFE_INTEGER;

/** Rooms, their names and topics, and the versions of their rights. */
export function testRooms(t: Test, make: MakeStore): void {
  t.test("a room begins with one entry and no message", async (t) => {
    const { store } = await make(t);
    const record = await makeRoom(store, "Planes", { isPrivate: true });
    t.match(record, {
      name: { shown: "Planes", key: "planes" },
      isPrivate: true,
      topic: "",
      rightsVersion: 1,
      pos: 1,
      seq: 0,
    });
    t.same(await store.rooms(), [record]);
    t.same(await store.rooms({ ids: [record.id] }), [record]);
    t.same(await store.history(record.id, EVERYTHING, 10), []);
  });

  t.test("rooms come in the order in which they were made, each with its own number", async (t) => {
    const { store } = await make(t);
    const made = [await makeRoom(store, "b"), await makeRoom(store, "a"), await makeRoom(store, "c")];
    t.same(await store.rooms(), made);
    t.equal(new Set(made.map((room) => room.id)).size, 3);
    t.same(await store.rooms({ ids: [4711] }), []);
  });

  t.test("a room's name is taken, in any case of its letters and also by a private room", async (t) => {
    const { store } = await make(t);
    await makeRoom(store, "Planes");
    await makeRoom(store, "Secret", { isPrivate: true });
    t.equal(await store.createRoom(aNewRoom("planes")), null);
    t.equal(await store.createRoom(aNewRoom("PLANES", { isPrivate: true })), null);
    t.equal(await store.createRoom(aNewRoom("secret")), null);
    t.equal((await store.rooms()).length, 2);
  });

  t.test("rooms are found by their ids, and by the keys of their names", async (t) => {
    const { store } = await make(t);
    const [planes, trains] = [await makeRoom(store, "Planes"), await makeRoom(store, "Trains")];
    t.same(await store.rooms({ keys: [trains.name.key] }), [trains]);
    t.same(await store.rooms({ keys: [nameOfChat(1).key, planes.name.key] }), [planes]);
    t.same(await store.rooms({ ids: [trains.id, planes.id] }), [planes, trains]);
    t.same(await store.rooms({ ids: [trains.id], keys: [planes.name.key] }), []);
    t.same(await store.rooms({ ids: [] }), []);
  });

  t.test("the name of a destroyed room is free again, for another stream", async (t) => {
    const { store } = await make(t);
    const first = await makeRoom(store, "Planes");
    await startsOf(store, {
      number: 1,
      drafts: [
        aDraft({ stream: first.id, body: "old" }),
        aDraft({ stream: first.id, kind: kinds.destroyed, body: "" }),
      ],
    });
    t.same(await store.rooms(), []);
    t.same(await store.rooms({ ids: [first.id] }), []);
    const second = await makeRoom(store, "planes");
    t.not(second.id, first.id);
    t.match(second, { pos: 1, seq: 0, rightsVersion: 1, name: { shown: "planes" } });
    t.same(await store.history(second.id, EVERYTHING, 10), []);
    t.same(bodiesOf(await store.history(first.id, EVERYTHING, 10)), ["old"], "what was said is kept");
  });

  const moves: readonly (readonly [Kind, boolean])[] = [
    [kinds.said, false],
    [kinds.act, false],
    [kinds.topic, false],
    [kinds.owner, true],
    [kinds.invited, true],
  ];
  for (const [kind, isMoving] of moves) {
    t.test(`an entry of kind ${kind} ${isMoving ? "moves" : "does not move"} the version of the rules`, async (t) => {
      const { store } = await make(t);
      const { id } = await makeRoom(store);
      await startsOf(store, { number: 1, drafts: [aDraft({ stream: id, kind })] });
      t.match(await store.rooms({ ids: [id] }), [{ rightsVersion: isMoving ? 2 : 1 }]);
    });
  }

  t.test("a batch moves the rules of several rooms, each of its own, and others' lines follow", async (t) => {
    const { store } = await make(t);
    const [planes, trains, ships] = [
      await makeRoom(store, "Planes"),
      await makeRoom(store, "Trains"),
      await makeRoom(store, "Ships"),
    ];
    const [first, second] = [
      { ...NO_RIGHTS, owner: 7, operators: [8] },
      { ...NO_RIGHTS, owner: 7, invited: [9] },
    ];
    const batch = {
      number: 1,
      drafts: [
        aDraft({ stream: ships.id, body: "s1" }),
        aDraft({ stream: planes.id, kind: kinds.operator, body: "8 eight", rights: first }),
        aDraft({ stream: trains.id, body: "t1" }),
        aDraft({ stream: trains.id, kind: kinds.invited, body: "9 nine", rights: second }),
        aDraft({ stream: ships.id, body: "s2" }),
      ],
    };
    const heads = await startsOf(store, batch);
    t.equal(heads.length, 3);
    t.ok(heads.every((head) => head.pos === 1 && head.seq === 0));
    t.match(await store.rooms(), [
      { rightsVersion: 2, rights: first, pos: 2, seq: 0 },
      { rightsVersion: 2, rights: second, pos: 3, seq: 1 },
      { rightsVersion: 1, rights: ships.rights, pos: 3, seq: 2 },
    ]);
    t.same(await startsOf(store, batch), heads, "sent again, it gets its first answer");
    const next = [planes, trains].map(({ id }) => aDraft({ stream: id, rightsVersion: 2, body: "behind" }));
    t.equal((await startsOf(store, { number: 2, drafts: next })).length, 2);
  });

  t.test("a batch ends several rooms, and moves the rules of those that take it alone", async (t) => {
    const { store } = await make(t);
    const [planes, trains, ships, cars] = [
      await makeRoom(store, "Planes"),
      await makeRoom(store, "Trains"),
      await makeRoom(store, "Ships"),
      await makeRoom(store, "Cars"),
    ];
    await startsOf(store, { number: 1, drafts: [aDraft({ stream: cars.id, kind: kinds.invited, body: "9 nine" })] });
    const ends = [planes, cars, trains].map(({ id }) => aDraft({ stream: id, kind: kinds.destroyed, body: "" }));
    const heads = await startsOf(store, { number: 2, drafts: [...ends, aDraft({ stream: ships.id, body: "s" })] });
    t.same(new Set(heads.map((head) => head.stream)), new Set([planes.id, trains.id, ships.id]));
    t.match(await store.rooms(), [
      { id: ships.id, rightsVersion: 1, seq: 1 },
      { id: cars.id, rightsVersion: 2, pos: 2 },
    ]);
    t.ok(await store.createRoom(aNewRoom("trains")), "its name is free");
  });

  t.test("a topic is part of its room, and the last one holds", async (t) => {
    const { store } = await make(t);
    const planes = await makeRoom(store, "Planes");
    const trains = await makeRoom(store, "Trains");
    await startsOf(store, { number: 1, drafts: [aDraft({ stream: planes.id, kind: kinds.topic, body: "wings" })] });
    t.match(await store.rooms(), [{ topic: "wings" }, { topic: "" }]);
    const topics = [
      aDraft({ stream: planes.id, kind: kinds.topic, body: "tails" }),
      aDraft({ stream: planes.id, kind: kinds.topic, body: "" }),
      aDraft({ stream: trains.id, kind: kinds.topic, body: "rails" }),
    ];
    await startsOf(store, { number: 2, drafts: topics });
    t.match(await store.rooms(), [{ topic: "" }, { topic: "rails" }]);
  });
}

function bodiesOf(entries: readonly Entry[]): string[] {
  return entries.map((entry) => entry.body);
}
