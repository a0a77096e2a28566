import { deepEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { FIRST_CODES } from "../../src/ports/absence.ts";
import { parseUserName } from "../../src/domain/names.ts";
import type { Whereabouts } from "../../src/ports/cluster-message.ts";
import { MemoryPresence } from "../../src/presence/memory.ts";
import { type LocalPerson, Roster } from "../../src/presence/roster.ts";
import { FakeClock } from "../support/world/fake-clock.ts";
import { holds } from "../support/property.ts";

const LOBBY = 1;
const PLANES = 2;
const NODE = 7;
const OTHER_NODE = 8;

function nameOf(text: string) {
  const name = parseUserName(text);
  if (!name) throw new Error(`not a name: ${text}`);
  return name;
}

/** @param rooms the rooms where they are: the one with the number 5 since the time 5 */
function somebody(id: number, text: string, ...rooms: readonly number[]): Whereabouts {
  const places = rooms.map((room): [number, number] => [room, room]);
  return { id, name: nameOf(text), address: "192.0.2.1", sinceMicros: 1, codes: FIRST_CODES, rooms: new Map(places) };
}

function here(id: number, text: string, ...rooms: readonly number[]): LocalPerson {
  const { rooms: places, ...person } = somebody(id, text, ...rooms);
  return { ...person, rooms: new Map(places), node: null };
}

/** A roster, and what others are told. */
function aRoster() {
  const told: string[] = [];
  const roster = new Roster();
  const movements = {
    joined: ({ id }: Whereabouts, room: number) => told.push(`${id} joined ${room}`),
    left: ({ id }: Whereabouts, room: number) => told.push(`${id} left ${room}`),
  };
  const put = (node: number, ...people: readonly Whereabouts[]): void => {
    for (const person of people) roster.put(node, person, movements);
  };
  const idsIn = (room: number): number[] => [...roster.peopleIn(room)].map(({ id }) => id);
  return { roster, movements, told, put, idsIn };
}

t.test("who is logged in here is found by name, in any case of the letters, and counted", (t) => {
  const { roster } = aRoster();
  t.equal(roster.find(nameOf("one").key), null);
  roster.add(here(1, "One"));
  t.match(roster.find(nameOf("oNE").key), { id: 1, node: null, name: { shown: "One" } });
  t.same([roster.has(1), roster.has(2), roster.count, roster.countElsewhere], [true, false, 1, 0]);
  roster.remove(1);
  t.equal(roster.find(nameOf("one").key), null);
  t.same([roster.has(1), roster.count, [...roster.here.keys()]], [false, 0, []]);
  t.end();
});

t.test("only who is logged in here enters and leaves rooms", (t) => {
  const { roster, put, idsIn } = aRoster();
  put(NODE, somebody(2, "two", LOBBY));
  for (const id of [2, 3]) {
    roster.enter(id, PLANES, 1);
    roster.leave(id, LOBBY);
  }
  t.same([idsIn(PLANES), idsIn(LOBBY)], [[], [2]], "neither somebody elsewhere, nor somebody unknown");
  roster.add(here(1, "one"));
  roster.enter(1, PLANES, 5);
  t.same([roster.isIn(PLANES, 1), roster.isIn(LOBBY, 1), roster.countIn(PLANES)], [true, false, 1]);
  t.same([...(roster.here.get(1)?.rooms ?? [])], [[PLANES, 5]]);
  roster.leave(1, LOBBY);
  t.same(idsIn(PLANES), [1], "who is not in a room does not leave it");
  roster.leave(1, PLANES);
  roster.leave(1, PLANES);
  t.same([roster.isIn(PLANES, 1), idsIn(PLANES), roster.countIn(PLANES)], [false, [], 0]);
  roster.remove(1);
  roster.enter(1, PLANES, 6);
  t.same(idsIn(PLANES), [], "nor who is gone");
  t.end();
});

t.test("who is gone is in no room", (t) => {
  const { roster, movements, told, idsIn } = aRoster();
  roster.add(here(1, "one", LOBBY, PLANES));
  t.same([idsIn(LOBBY), idsIn(PLANES)], [[1], [1]]);
  roster.remove(1, movements);
  t.same([idsIn(LOBBY), idsIn(PLANES)], [[], []]);
  t.same(told, ["1 left 1", "1 left 2"]);
  roster.remove(1, movements);
  t.equal(told.length, 2);
  t.end();
});

t.test("names are sorted without case, as many as asked for, those of everybody and those in one room", (t) => {
  const { roster, put } = aRoster();
  for (const [id, text] of ["bob", "Carl", "_x"].entries()) roster.add(here(id, text, LOBBY));
  put(NODE, somebody(10, "Adam", LOBBY), somebody(11, "a1"));
  t.same(roster.names(9), { first: ["_x", "a1", "Adam", "bob", "Carl"], count: 5 });
  t.same(roster.namesIn(LOBBY, 9), { first: ["_x", "Adam", "bob", "Carl"], count: 4 });
  t.same(
    [roster.names(2), roster.namesIn(LOBBY, 0)],
    [
      { first: ["_x", "a1"], count: 5 },
      { first: [], count: 4 },
    ],
  );
  t.same(roster.namesIn(PLANES, 9), { first: [], count: 0 });
  // From here on an order that somebody asked for is kept.
  roster.remove(0);
  roster.leave(1, LOBBY);
  put(NODE, somebody(11, "a1", LOBBY), somebody(12, "dora", LOBBY));
  t.same(roster.names(9), { first: ["_x", "a1", "Adam", "Carl", "dora"], count: 5 });
  t.same(roster.namesIn(LOBBY, 9), { first: ["_x", "a1", "Adam", "dora"], count: 4 });
  roster.enter(1, LOBBY, 9);
  roster.removeNode(NODE, { joined() {}, left() {} });
  t.same(roster.names(9), { first: ["_x", "Carl"], count: 2 });
  t.same(roster.namesIn(LOBBY, 9), { first: ["_x", "Carl"], count: 2 });
  t.end();
});

t.test("where two nodes have somebody of one name, those here come first, and each is there after the other", (t) => {
  const { roster, put } = aRoster();
  const { key } = nameOf("one");
  put(NODE, somebody(2, "ONE", LOBBY));
  roster.add(here(1, "one", LOBBY));
  t.equal(roster.find(key)?.id, 1);
  t.same([roster.count, roster.countElsewhere, roster.names(9).count, roster.countIn(LOBBY)], [2, 1, 2, 2]);
  put(NODE, somebody(2, "ONE"));
  t.equal(roster.find(key)?.id, 1, "also when it is told later where the other is");
  roster.remove(1);
  t.equal(roster.find(key)?.id, 2);
  roster.add(here(3, "One"));
  roster.remove(2);
  t.equal(roster.find(key)?.id, 3);
  t.end();
});

t.test("of two elsewhere the one counts that was told last, also when the other goes after that", (t) => {
  const { roster, put } = aRoster();
  const { key } = nameOf("one");
  put(NODE, somebody(2, "one"));
  put(OTHER_NODE, somebody(3, "one"));
  t.match(roster.find(key), { id: 3, node: OTHER_NODE });
  roster.remove(2);
  t.match(roster.find(key), { id: 3, node: OTHER_NODE });
  t.end();
});

t.test("of somebody elsewhere it is told into which rooms they came and which they left, once", (t) => {
  const { roster, told, put, idsIn } = aRoster();
  put(NODE, somebody(1, "one", LOBBY), somebody(2, "two", LOBBY));
  put(NODE, somebody(1, "one", LOBBY, PLANES));
  put(NODE, somebody(1, "one", LOBBY, PLANES));
  t.same(told, ["1 joined 1", "2 joined 1", "1 joined 2"]);
  t.same(idsIn(LOBBY), [1, 2], "and where they stay, they keep their place");
  put(NODE, somebody(1, "one", PLANES));
  t.same(told.slice(3), ["1 left 1"]);
  put(NODE, somebody(1, "one", LOBBY, PLANES));
  t.same(idsIn(LOBBY), [2, 1], "who comes again is the last");
  t.equal(roster.nodeOf(1), NODE);
  t.end();
});

t.test("who comes back as somebody of another node has moved, and is not gone with the first one", (t) => {
  const { roster, movements, told, put, idsIn } = aRoster();
  put(NODE, somebody(1, "one", LOBBY));
  put(OTHER_NODE, somebody(1, "one", LOBBY));
  t.same([roster.nodeOf(1), roster.count, idsIn(LOBBY)], [OTHER_NODE, 1, [1]]);
  t.same(roster.removeNode(NODE, movements), []);
  t.same(told, ["1 joined 1"]);
  t.same(roster.removeNode(OTHER_NODE, movements), [1]);
  t.same([roster.has(1), told.slice(1)], [false, ["1 left 1"]]);
  t.end();
});

t.test("somebody who is here is nowhere else, whatever is told of them", (t) => {
  const { roster, told, put, idsIn } = aRoster();
  roster.add(here(1, "one", LOBBY));
  put(NODE, somebody(1, "one", PLANES));
  t.same([roster.nodeOf(1), idsIn(PLANES), idsIn(LOBBY), told], [null, [], [1], []]);
  t.same([roster.count, roster.countElsewhere], [1, 0]);
  t.end();
});

t.test("the people of a node that was read are all that it has", (t) => {
  const { roster, movements, told, put, idsIn } = aRoster();
  put(NODE, somebody(1, "one", LOBBY), somebody(2, "two", LOBBY));
  put(OTHER_NODE, somebody(4, "four", LOBBY));
  told.length = 0;
  roster.replace(NODE, [somebody(2, "two", LOBBY), somebody(3, "three", LOBBY)], movements);
  t.same(told, ["1 left 1", "3 joined 1"]);
  t.same(idsIn(LOBBY), [2, 4, 3]);
  t.end();
});

t.test("the eldest in a room is who joined it first of those who count", async (t) => {
  const clock = new FakeClock();
  const presence = new MemoryPresence(clock);
  t.equal(
    presence.eldestIn(LOBBY, () => false),
    null,
  );
  const ids = [3, 1, 2];
  for (const id of ids) await presence.claim({ ...somebody(id, `n${id}`), sinceMicros: id, verdictOn: () => "stays" });
  for (const id of ids) {
    presence.joined(id, LOBBY);
    await clock.pass(1);
  }
  t.match(
    presence.eldestIn(LOBBY, () => false),
    { id: 3, name: { shown: "n3" } },
  );
  t.match(
    presence.eldestIn(LOBBY, ({ id }) => id === 3),
    { id: 1 },
  );
  t.equal(
    presence.eldestIn(LOBBY, () => true),
    null,
  );
  presence.left(3, LOBBY);
  presence.joined(3, LOBBY);
  t.match(
    presence.eldestIn(LOBBY, () => false),
    { id: 1 },
    "who left and came again joined last",
  );
  presence.release(1);
  t.match(
    presence.eldestIn(LOBBY, () => false),
    { id: 2 },
  );
});

/** What may happen to somebody: six of them, of three names, here and at two nodes. */
const change = fc.record({
  what: fc.constantFrom("add", "enter", "leave", "put", "remove", "remove node"),
  id: fc.nat(5),
  node: fc.constantFrom(NODE, OTHER_NODE),
  rooms: fc.subarray([LOBBY, PLANES]),
  asksNames: fc.boolean(),
});

t.test(
  "whatever happens, all that can be asked fits together, and those who were told know who is where",
  async (t) => {
    holds(
      t,
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const roster = new Roster();
        const known = new Set<string>();
        const movements = {
          joined: ({ id }: Whereabouts, room: number) => void known.add(`${id} in ${room}`),
          left: ({ id }: Whereabouts, room: number) => void known.delete(`${id} in ${room}`),
        };
        for (const { what, id, node, rooms, asksNames } of changes) {
          const text = `n${id % 3}`;
          const [room = LOBBY] = rooms;
          // Nobody has the id of somebody else, and nobody here a name twice.
          if (what === "add" && !roster.has(id) && roster.find(nameOf(text).key)?.node !== null) {
            roster.add(here(id, text, ...rooms));
          }
          if (what === "enter") roster.enter(id, room, 1);
          if (what === "leave") roster.leave(id, room);
          if (what === "put") roster.put(node, somebody(id, text, ...rooms), movements);
          if (what === "remove") roster.remove(id, roster.nodeOf(id) === null ? null : movements);
          if (what === "remove node") roster.removeNode(node, movements);
          if (asksNames) roster.names(1);
          if (asksNames) roster.namesIn(LOBBY, 1);
          checkRoster(roster, known);
        }
      }),
    );
  },
);

function checkRoster(roster: Roster, known: ReadonlySet<string>): void {
  const all = [...roster.people()];
  const elsewhere = all.filter(({ node }) => node !== null);
  deepEqual([roster.count, roster.countElsewhere], [all.length, elsewhere.length]);
  deepEqual(new Set(all.filter(({ node }) => node === null)), new Set(roster.here.values()));
  deepEqual(roster.names(9).first, namesOf(all));
  deepEqual(new Set(elsewhere.flatMap(({ id, rooms }) => [...rooms.keys()].map((room) => `${id} in ${room}`))), known);
  for (const room of [LOBBY, PLANES]) {
    const people = all.filter(({ rooms }) => rooms.has(room));
    deepEqual(new Set(roster.peopleIn(room)), new Set(people));
    deepEqual(roster.namesIn(room, 9), { first: namesOf(people), count: people.length });
    deepEqual(roster.countIn(room), people.length);
    for (const { id, rooms } of all) deepEqual(roster.isIn(room, id), rooms.has(room));
  }
  for (const { id, node, name } of all) {
    deepEqual([roster.has(id), roster.nodeOf(id)], [true, node]);
    const local = all.find((one) => one.node === null && one.name.key === name.key);
    const found = roster.find(name.key);
    // Of two elsewhere either may be found, and after one of them went, for a moment nobody.
    if (local) deepEqual(found, local);
    else if (found) deepEqual([found.node === null, found.name.key], [false, name.key]);
  }
}

function namesOf(people: readonly Whereabouts[]): string[] {
  return people.map(({ name }) => name.shown).toSorted();
}

t.test("whoever has a name is found, in whatever order two nodes tell that it went from one to another", (t) => {
  const { roster, put } = aRoster();
  const { key } = nameOf("sue");
  put(NODE, somebody(101, "sue", LOBBY));
  put(OTHER_NODE, somebody(202, "sue"));
  put(NODE, somebody(101, "sue", PLANES));
  roster.remove(101);
  t.equal(roster.find(key)?.id, 202);
  put(OTHER_NODE, somebody(202, "sue", LOBBY));
  t.equal(roster.find(key)?.id, 202);
  roster.remove(202);
  t.equal(roster.find(key), null);
  t.end();
});
