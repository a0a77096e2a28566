import t from "tap";
import { parseUserName } from "../../../src/domain/names.ts";
import type { ClusterMessage, Whereabouts } from "../../../src/ports/cluster-message.ts";
import type { Row } from "../../../src/postgres/connection.ts";
import { RemotePeople } from "../../../src/presence/cluster/remote-people.ts";
import { FakeClock } from "../../support/fake-clock.ts";

const NODE = 7;
const LOBBY = 1;

type People = Extract<ClusterMessage, { type: "people" }>;

function somebody(id: number, ...rooms: readonly number[]): Whereabouts {
  const name = parseUserName(`n${id}`);
  if (!name) throw new Error("no name");
  return { id, name, address: "192.0.2.1", sinceMicros: 1, rooms: new Map(rooms.map((room) => [room, id])) };
}

/** What a database with these people of the node answers. */
function rowsOf(roster: number, people: readonly Whereabouts[]): Row[] {
  const rows = people.map(({ id, name, address, sinceMicros, rooms }) => ({
    id: NODE,
    roster,
    key: name.key,
    shown: name.shown,
    session_id: id,
    address,
    since: sinceMicros,
    rooms: Object.fromEntries(rooms),
  }));
  return rows.length > 0 ? rows : [{ id: NODE, roster, session_id: null }];
}

function aCluster() {
  const clock = new FakeClock();
  const database = { rows: rowsOf(10, []), queries: 0 };
  const told: string[] = [];
  const dead: number[] = [];
  const failures: unknown[] = [];
  let held: Promise<void> | null = null;
  const connection = {
    query: async () => {
      database.queries += 1;
      await held;
      return database.rows;
    },
  };
  /** Queries wait until the function that is returned is called. */
  const hold = (): (() => void) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    held = promise;
    return () => {
      held = null;
      resolve();
    };
  };
  const people = new RemotePeople(connection, clock, {
    joined: ({ id }, room) => told.push(`${id} joined ${room}`),
    left: ({ id }, room) => told.push(`${id} left ${room}`),
    died: (sessions) => dead.push(...sessions),
    failed: (error) => failures.push(error),
  });
  const hear = (news: Partial<People>): void =>
    people.hear({
      type: "people",
      node: NODE,
      version: 0,
      previous: 0,
      part: 0,
      parts: 1,
      here: [],
      gone: [],
      ...news,
    });
  const ids = (): number[] => [...people.roster.all()].map(({ id }) => id).toSorted((a, b) => a - b);
  return { clock, database, people, told, dead, hear, hold, ids };
}

t.test("a node's people are read once, and followed by what it tells", async (t) => {
  const its = aCluster();
  its.database.rows = rowsOf(10, [somebody(1, LOBBY)]);
  its.people.compare(new Map([[NODE, 10]]));
  await its.people.read();
  its.hear({ version: 20, previous: 10, here: [somebody(2, LOBBY)] });
  its.hear({ version: 30, previous: 20, gone: [1] });
  its.hear({ version: 20, previous: 10, here: [somebody(2, LOBBY)] });
  t.same(its.told, ["1 joined 1", "2 joined 1", "1 left 1"]);
  t.same(its.ids(), [2]);
  its.people.compare(new Map([[NODE, 30]]));
  await its.clock.pass(1000);
  t.equal(its.database.queries, 1);
});

t.test("where a change is missing, or a part of one, they are read", async (t) => {
  const its = aCluster();
  its.people.compare(new Map([[NODE, 10]]));
  await its.people.read();
  its.database.rows = rowsOf(30, [somebody(1, LOBBY), somebody(2, LOBBY)]);
  its.hear({ version: 30, previous: 20, here: [somebody(2, LOBBY)] });
  t.same(its.ids(), [], "not before it is known whole");
  await its.clock.pass(50);
  t.same(its.ids(), [1, 2]);
  its.hear({ version: 40, previous: 30, part: 0, parts: 2, gone: [1] });
  its.database.rows = rowsOf(40, []);
  its.people.compare(new Map([[NODE, 40]]));
  await its.clock.pass(50);
  t.same(its.ids(), []);
});

t.test("after a restore what a node tells counts again, though the database knows less than before", async (t) => {
  const its = aCluster();
  its.people.compare(new Map([[NODE, 10]]));
  await its.people.read();
  its.hear({ version: 90, previous: 10, here: [somebody(1, LOBBY)] });
  its.people.compare(new Map([[NODE, 10]]));
  await its.clock.pass(1000);
  t.same(its.ids(), [1], "what is at hand is all there is, until something changes");
  its.database.rows = rowsOf(100, [somebody(1, LOBBY), somebody(2, LOBBY)]);
  its.hear({ version: 100, previous: 10, here: [somebody(2, LOBBY)] });
  await its.clock.pass(50);
  t.same(its.ids(), [1, 2]);
  t.same(its.told, ["1 joined 1", "2 joined 1"]);
});

t.test("what is found missing of a node while others are read is read, too", async (t) => {
  const its = aCluster();
  its.people.compare(new Map([[NODE, 10]]));
  const release = its.hold();
  await its.clock.pass(50);
  its.people.compare(
    new Map([
      [NODE, 10],
      [8, 10],
    ]),
  );
  await its.clock.pass(50);
  t.equal(its.database.queries, 1);
  release();
  await its.clock.turn();
  await its.clock.pass(50);
  t.equal(its.database.queries, 2);
});

t.test("a database that knows less than before twice was restored: what it has is all there is", async (t) => {
  const its = aCluster();
  its.people.compare(new Map([[NODE, 10]]));
  await its.people.read();
  its.hear({ version: 90, previous: 10, here: [somebody(1, LOBBY)] });
  its.people.compare(new Map([[NODE, 90]]));
  its.hear({ version: 95, previous: 90, here: [somebody(2, LOBBY)] });
  its.people.compare(new Map([[NODE, 90]]));
  await its.clock.pass(1000);
  t.same([its.ids(), its.database.queries], [[1, 2], 1], "that was told while it was asked");
  its.database.rows = rowsOf(40, [somebody(3, LOBBY)]);
  its.people.compare(new Map([[NODE, 40]]));
  await its.clock.pass(50);
  t.same(its.ids(), [3]);
});

t.test("late news of a node that has become another moves nobody back", async (t) => {
  const its = aCluster();
  its.people.compare(new Map([[NODE, 10]]));
  await its.people.read();
  its.hear({ version: 20, previous: 10, here: [somebody(1, LOBBY)] });
  its.people.compare(new Map([[NODE, 20]]));
  its.people.hear({
    type: "people",
    node: 3,
    version: 15,
    previous: -1,
    part: 0,
    parts: 1,
    here: [somebody(1)],
    gone: [],
  });
  its.people.compare(new Map([[NODE, 20]]));
  t.same([its.ids(), its.told], [[1], ["1 joined 1"]]);
});

t.test("with a node its people are gone", async (t) => {
  const its = aCluster();
  its.database.rows = rowsOf(10, [somebody(1, LOBBY), somebody(2)]);
  its.people.compare(new Map([[NODE, 10]]));
  await its.people.read();
  its.people.compare(new Map());
  t.same(its.told, ["1 joined 1", "1 left 1"]);
  t.same(its.dead, [1, 2]);
  t.same([its.ids(), its.people.roster.find(somebody(1).name.key)], [[], null]);
});

t.test("they are sorted by name, as many as asked for, whatever becomes of them", async (t) => {
  const its = aCluster();
  its.database.rows = rowsOf(10, [somebody(3), somebody(1, LOBBY), somebody(2)]);
  its.people.compare(new Map([[NODE, 10]]));
  await its.people.read();
  const names = (limit: number): string[] => its.people.roster.firstByName(limit).map(({ name }) => name.shown);
  t.same(
    [names(9), names(2)],
    [
      ["n1", "n2", "n3"],
      ["n1", "n2"],
    ],
  );
  its.hear({ version: 20, previous: 10, here: [somebody(1), somebody(0)], gone: [2] });
  t.same(names(9), ["n0", "n1", "n3"], "who moved is there once");
  its.people.compare(new Map());
  t.same(names(9), []);
});
