import t from "tap";
import { type Name, parseUserName } from "../../src/domain/names.ts";
import type { Newcomer } from "../../src/ports/presence.ts";
import { systemClock } from "../../src/daemon/system-clock.ts";
import { FIRST_CODES, NOWHERE } from "../../src/ports/absence.ts";
import type { KeptPerson } from "../../src/ports/people-store.ts";
import { MemoryPresence } from "../../src/presence/memory.ts";
import { FakePeopleStore } from "../support/world/kept-people.ts";
import { testReturning } from "../contract/returning.ts";
import { FakeClock } from "../support/world/fake-clock.ts";

function aName(text: string): Name {
  const name = parseUserName(text);
  if (!name) throw new Error(`not a name: ${text}`);
  return name;
}

function aNewcomer(text: string, id: number, address = "192.0.2.1"): Newcomer {
  return {
    id,
    name: aName(text),
    address,
    sinceMicros: 1,
    verdictOn: (absence) => (absence.address === address ? absence.codes : "stays"),
  };
}

t.test("a name is taken once, in whatever case", async (t) => {
  const presence = new MemoryPresence(new FakeClock());
  t.equal((await presence.claim(aNewcomer("One", 1))).isHeld, true);
  t.equal((await presence.claim(aNewcomer("one", 2))).isHeld, false);
  t.equal((await presence.claim(aNewcomer("ONE", 1))).isHeld, false, "nor twice by the same session");
});

t.test("of many who claim a name at the same instant exactly one gets it", async (t) => {
  const presence = new MemoryPresence(new FakeClock());
  const claims = await Promise.all(Array.from({ length: 100 }, (_, i) => presence.claim(aNewcomer("one", i))));
  t.same(claims.filter(({ isHeld }) => isHeld).length, 1);
});

t.test("a name is free when its holder gives it back", async (t) => {
  const presence = new MemoryPresence(new FakeClock());
  await presence.claim(aNewcomer("one", 1));
  presence.release(1);
  t.equal((await presence.claim(aNewcomer("one", 2))).isHeld, true);
});

t.test("nobody gives back what is somebody else's", async (t) => {
  const presence = new MemoryPresence(new FakeClock());
  await presence.claim(aNewcomer("one", 1));
  t.equal((await presence.claim(aNewcomer("one", 2))).isHeld, false);
  presence.release(2);
  t.equal((await presence.claim(aNewcomer("one", 2))).isHeld, false);
  t.same(presence.names(100).first, ["one"]);
});

t.test("names are sorted without case, shown as written, and always those of the moment", async (t) => {
  const presence = new MemoryPresence(new FakeClock());
  t.same(presence.names(100).first, []);
  for (const [i, text] of ["bob", "Carl", "Adam", "_x", "a1"].entries()) await presence.claim(aNewcomer(text, i));
  t.same(presence.names(100).first, ["_x", "a1", "Adam", "bob", "Carl"]);
  presence.release(0);
  t.same(presence.names(100).first, ["_x", "a1", "Adam", "Carl"]);
  await presence.claim(aNewcomer("BOB", 9));
  t.same(presence.names(100).first, ["_x", "a1", "Adam", "BOB", "Carl"]);
});

t.test("as many names are shown as asked for, and how many there are", async (t) => {
  const presence = new MemoryPresence(new FakeClock());
  for (const [i, text] of ["c", "a", "b"].entries()) await presence.claim(aNewcomer(text, i));
  t.same(presence.names(3), { first: ["a", "b", "c"], count: 3 });
  t.same(presence.names(2), { first: ["a", "b"], count: 3 });
  t.same(presence.names(0), { first: [], count: 3 });
});

t.test("to show the first of many names only those are looked at", async (t) => {
  const presence = new MemoryPresence(new FakeClock());
  let looks = 0;
  for (let i = 0; i < 1000; i++) {
    const newcomer = aNewcomer(`n${(i * 7919) % 1000}`, i);
    const { key, shown } = newcomer.name;
    const name = { key, shown };
    Object.defineProperty(name, "key", { get: () => (looks++, key) });
    Object.defineProperty(name, "shown", { get: () => (looks++, shown) });
    await presence.claim({ ...newcomer, name });
  }
  // Who asks first has them put in order.
  presence.names(1);
  looks = 0;
  t.equal(presence.names(100).first.length, 100);
  t.equal(looks, 100);
});

t.test("the eldest is who joined first, also where the clock was set back since", async (t) => {
  let nowMicros = 10_000_000;
  const presence = new MemoryPresence({ ...systemClock, micros: () => nowMicros });
  for (const [id, name] of ["one", "two"].entries()) {
    await presence.claim(aNewcomer(name, id + 1));
    presence.joined(id + 1, 5);
    nowMicros -= 5_000_000;
  }
  t.equal(presence.eldestIn(5, () => false)?.id, 1);
});

testReturning(t, () => {
  const clock = new FakeClock();
  return Promise.resolve({ clock, presence: new MemoryPresence(clock) });
});

t.test("when nobody is away any more no timer waits", async (t) => {
  const clock = new FakeClock();
  const presence = new MemoryPresence(clock);
  await presence.claim(aNewcomer("one", 1));
  const untilMicros = clock.micros() + 60_000_000;
  presence.depart(1, { ...NOWHERE, hasRightsIn: [], standing: 0, seenMicros: 0, untilMicros, needsCode: false });
  await clock.pass(60_000);
  t.equal(clock.plannedCount, 0);
});

/** Somebody who talked in room 7 of 7 and 8, and was here when that was written. */
function aKeptPerson(text: string, id: number): KeptPerson {
  const { verdictOn: _, ...person } = aNewcomer(text, id);
  const place = { ...NOWHERE, rooms: [7, 8], current: 7 };
  const unknown = { hasRightsIn: null, standing: 0, seenMicros: null, untilMicros: null };
  return { ...person, ...place, ...unknown, codes: FIRST_CODES, needsCode: false };
}

/** A presence that keeps people in a store, where some are already. */
async function aKeepingPresence(store: FakePeopleStore, { graceMs = 60_000 } = {}) {
  const clock = new FakeClock();
  const presence = new MemoryPresence(clock);
  const untilMicros = clock.micros() + graceMs * 1000;
  await presence.keep({ store, health: () => {}, untilMicros, seenBeforeCrash: (lastMicros) => lastMicros - 3 });
  return { clock, presence, untilMicros };
}

t.test("those who were here at the end of the last process are away, with what they have seen", async (t) => {
  const store = new FakePeopleStore();
  store.lastEntryMicros = 10;
  const [one, two, three] = [aKeptPerson("one", 1), aKeptPerson("two", 2), aKeptPerson("three", 3)];
  await store.keepPeople([one, { ...two, seenMicros: 5 }, { ...three, untilMicros: 4_000_000_000_000_000 }], []);
  const { presence, untilMicros } = await aKeepingPresence(store);
  t.match(await presence.claim(aNewcomer("one", 9)), {
    back: { ...one, seenMicros: 7, untilMicros },
  });
  t.match(await presence.claim(aNewcomer("two", 9)), {
    back: { seenMicros: 5, untilMicros },
  });
  t.match(await presence.claim(aNewcomer("three", 9)), { back: { untilMicros } });
});

t.test("the end of their time is stored, so that a crash gives them no more", async (t) => {
  const store = new FakePeopleStore();
  await store.keepPeople([aKeptPerson("one", 1)], []);
  const { clock, untilMicros } = await aKeepingPresence(store);
  await clock.pass(5000);
  t.equal(store.byId.get(1)?.untilMicros, untilMicros);
});

t.test("whoever leaves is stored as they left, and without an end of their time if the process ends", async (t) => {
  const store = new FakePeopleStore();
  const { clock, presence, untilMicros } = await aKeepingPresence(store);
  for (const [id, text] of ["one", "two"].entries()) await presence.claim(aNewcomer(text, id + 1));
  for (const id of [1, 2]) presence.arrived({ id, place: NOWHERE });
  const leaving = {
    ...NOWHERE,
    rooms: [7],
    hasRightsIn: [],
    standing: 0,
    seenMicros: 5,
    untilMicros,
    needsCode: false,
  };
  presence.depart(1, leaving);
  await clock.pass(5000);
  t.match(store.byId.get(1), { rooms: [7], seenMicros: 5, untilMicros });
  t.match(store.byId.get(2), { seenMicros: null, untilMicros: null });
  presence.depart(2, leaving, true);
  await presence.close();
  t.match(store.byId.get(2), { rooms: [7], seenMicros: 5, untilMicros: null });
});

t.test("whoever comes back is told so when their codes are stored, or cannot be", async (t) => {
  const store = new FakePeopleStore();
  const people = ["one", "two", "three"].map((text, i) => aKeptPerson(text, i + 1));
  await store.keepPeople(people, []);
  const { clock, presence } = await aKeepingPresence(store);
  const { promise: isWritten, resolve: write } = Promise.withResolvers<void>();
  const keepPeople = store.keepPeople.bind(store);
  let writes = 0;
  store.keepPeople = async (...args) => {
    writes += 1;
    await isWritten;
    await keepPeople(...args);
  };
  const back: number[] = [];
  const comesBack = async (text: string): Promise<void> => {
    const claimed = await presence.claim({ ...aNewcomer(text, 9), verdictOn: () => [0, 7] });
    if (claimed.isHeld) back.push(claimed.back?.id ?? 0);
  };
  for (const text of ["one", "two", "three"]) void comesBack(text);
  await clock.turn();
  t.same([back, writes], [[], 1]);
  t.same(await presence.claim(aNewcomer("one", 9)), { isHeld: false }, "they are here already");
  write();
  await clock.turn();
  t.same(
    [back, store.byId.get(3)?.codes],
    [
      [1, 2, 3],
      [0, 7],
    ],
  );
  presence.depart(1, {
    ...NOWHERE,
    hasRightsIn: [],
    standing: 0,
    seenMicros: 0,
    untilMicros: Infinity,
    needsCode: false,
  });
  store.keepPeople = () => Promise.reject(new Error("full"));
  await comesBack("one");
  t.same(back, [1, 2, 3, 1]);
});

t.test("an absence that is ended is stored as such before it is said, however many are ended", async (t) => {
  const store = new FakePeopleStore();
  await store.keepPeople(
    ["one", "two"].map((text, i) => aKeptPerson(text, i + 1)),
    [],
  );
  const { presence } = await aKeepingPresence(store);
  t.same(await Promise.all([...presence.away()].map((absence) => presence.end(absence))), [true, true]);
  t.equal(store.byId.size, 0);
});

t.test("a shorter time is stored", async (t) => {
  const store = new FakePeopleStore();
  await store.keepPeople([aKeptPerson("one", 1)], []);
  const { clock, presence } = await aKeepingPresence(store);
  // What was read is written once.
  await clock.pass(5000);
  const untilMicros = clock.micros() + 10_000_000;
  presence.keepNoLongerThan(untilMicros);
  await clock.pass(5000);
  t.match(store.byId.get(1), { untilMicros });
});

t.test(
  "whoever comes back while the process ends, and leaves by a broken connection, has no more time than others",
  async (t) => {
    const store = new FakePeopleStore();
    const { presence, untilMicros } = await aKeepingPresence(store);
    await presence.claim(aNewcomer("one", 1));
    const leaving = { ...NOWHERE, hasRightsIn: [], standing: 0, seenMicros: 5, untilMicros, needsCode: false };
    presence.depart(1, leaving, true);
    t.match(await presence.claim(aNewcomer("one", 2)), { back: { id: 1 } });
    presence.depart(1, leaving);
    await presence.close();
    t.match(store.byId.get(1), { untilMicros });
  },
);
