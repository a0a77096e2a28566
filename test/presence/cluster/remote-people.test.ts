import t from "tap";
import { parseUserName } from "../../../src/domain/names.ts";
import type { ClusterMessage, Whereabouts } from "../../../src/ports/cluster-message.ts";
import type { Row } from "../../../src/postgres/connection.ts";
import { NodeIdentity } from "../../../src/postgres/node-identity.ts";
import { RemotePeople } from "../../../src/presence/cluster/remote-people.ts";
import { PostgresPeopleTable } from "../../../src/presence/postgres/people-table.ts";
import { Roster } from "../../../src/presence/roster.ts";
import { FakeClock } from "../../support/world/fake-clock.ts";

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
  const roster = new Roster();
  const table = new PostgresPeopleTable(connection, new NodeIdentity({ fenced: () => {}, restored: () => {} }));
  const people = new RemotePeople(table, roster, clock, {
    joined: ({ id }, room) => told.push(`${id} joined ${room}`),
    left: ({ id }, room) => told.push(`${id} left ${room}`),
    died: (sessions) => dead.push(...sessions),
    failed: (error) => failures.push(error),
  });
  const hear = (message: Partial<People>): void =>
    people.hear({
      type: "people",
      node: NODE,
      version: 0,
      previous: 0,
      part: 0,
      parts: 1,
      here: [],
      gone: [],
      ...message,
    });
  const ids = (): number[] => [...roster.people()].map(({ id }) => id).toSorted((a, b) => a - b);
  return { clock, database, roster, people, told, dead, failures, hear, hold, ids };
}

t.test("a node's people are read once, and followed by what it tells", async (t) => {
  const cluster = aCluster();
  cluster.database.rows = rowsOf(10, [somebody(1, LOBBY)]);
  cluster.people.compare(new Map([[NODE, 10]]));
  await cluster.people.read();
  cluster.hear({ version: 20, previous: 10, here: [somebody(2, LOBBY)] });
  cluster.hear({ version: 30, previous: 20, gone: [1] });
  cluster.hear({ version: 20, previous: 10, here: [somebody(2, LOBBY)] });
  t.same(cluster.told, ["1 joined 1", "2 joined 1", "1 left 1"]);
  t.same(cluster.ids(), [2]);
  cluster.people.compare(new Map([[NODE, 30]]));
  await cluster.clock.pass(1000);
  t.equal(cluster.database.queries, 1);
});

t.test("where a change is missing, or a part of one, they are read", async (t) => {
  const cluster = aCluster();
  cluster.people.compare(new Map([[NODE, 10]]));
  await cluster.people.read();
  cluster.database.rows = rowsOf(30, [somebody(1, LOBBY), somebody(2, LOBBY)]);
  cluster.hear({ version: 30, previous: 20, here: [somebody(2, LOBBY)] });
  t.same(cluster.ids(), [], "not before it is known whole");
  await cluster.clock.pass(50);
  t.same(cluster.ids(), [1, 2]);
  cluster.hear({ version: 40, previous: 30, part: 0, parts: 2, gone: [1] });
  cluster.database.rows = rowsOf(40, []);
  cluster.people.compare(new Map([[NODE, 40]]));
  await cluster.clock.pass(50);
  t.same(cluster.ids(), []);
});

t.test("after a restore what a node tells counts again, though the database knows less than before", async (t) => {
  const cluster = aCluster();
  cluster.people.compare(new Map([[NODE, 10]]));
  await cluster.people.read();
  cluster.hear({ version: 90, previous: 10, here: [somebody(1, LOBBY)] });
  cluster.people.compare(new Map([[NODE, 10]]));
  await cluster.clock.pass(1000);
  t.same(cluster.ids(), [1], "what is at hand is all there is, until something changes");
  cluster.database.rows = rowsOf(100, [somebody(1, LOBBY), somebody(2, LOBBY)]);
  cluster.hear({ version: 100, previous: 10, here: [somebody(2, LOBBY)] });
  await cluster.clock.pass(50);
  t.same(cluster.ids(), [1, 2]);
  t.same(cluster.told, ["1 joined 1", "2 joined 1"]);
});

t.test("what is found missing of a node while others are read is read, too", async (t) => {
  const cluster = aCluster();
  cluster.people.compare(new Map([[NODE, 10]]));
  const release = cluster.hold();
  await cluster.clock.pass(50);
  cluster.people.compare(
    new Map([
      [NODE, 10],
      [8, 10],
    ]),
  );
  await cluster.clock.pass(50);
  t.equal(cluster.database.queries, 1);
  release();
  await cluster.clock.turn();
  await cluster.clock.pass(50);
  t.equal(cluster.database.queries, 2);
});

t.test("a database that knows less than before twice was restored: what it has is all there is", async (t) => {
  const cluster = aCluster();
  cluster.people.compare(new Map([[NODE, 10]]));
  await cluster.people.read();
  cluster.hear({ version: 90, previous: 10, here: [somebody(1, LOBBY)] });
  cluster.people.compare(new Map([[NODE, 90]]));
  cluster.hear({ version: 95, previous: 90, here: [somebody(2, LOBBY)] });
  cluster.people.compare(new Map([[NODE, 90]]));
  await cluster.clock.pass(1000);
  t.same([cluster.ids(), cluster.database.queries], [[1, 2], 1], "that was told while it was asked");
  cluster.database.rows = rowsOf(40, [somebody(3, LOBBY)]);
  cluster.people.compare(new Map([[NODE, 40]]));
  await cluster.clock.pass(50);
  t.same(cluster.ids(), [3]);
});

t.test("late news of a node that has become another moves nobody back", async (t) => {
  const cluster = aCluster();
  cluster.people.compare(new Map([[NODE, 10]]));
  await cluster.people.read();
  cluster.hear({ version: 20, previous: 10, here: [somebody(1, LOBBY)] });
  cluster.people.compare(new Map([[NODE, 20]]));
  cluster.people.hear({
    type: "people",
    node: 3,
    version: 15,
    previous: -1,
    part: 0,
    parts: 1,
    here: [somebody(1)],
    gone: [],
  });
  cluster.people.compare(new Map([[NODE, 20]]));
  t.same([cluster.ids(), cluster.told], [[1], ["1 joined 1"]]);
});

t.test("with a node its people are gone", async (t) => {
  const cluster = aCluster();
  cluster.database.rows = rowsOf(10, [somebody(1, LOBBY), somebody(2)]);
  cluster.people.compare(new Map([[NODE, 10]]));
  await cluster.people.read();
  cluster.people.compare(new Map());
  t.same(cluster.told, ["1 joined 1", "1 left 1"]);
  t.same(cluster.dead, [1, 2]);
  t.same([cluster.ids(), cluster.roster.find(somebody(1).name.key)], [[], null]);
});

t.test("they are sorted by name, as many as asked for, whatever becomes of them", async (t) => {
  const cluster = aCluster();
  cluster.database.rows = rowsOf(10, [somebody(3), somebody(1, LOBBY), somebody(2)]);
  cluster.people.compare(new Map([[NODE, 10]]));
  await cluster.people.read();
  const names = (limit: number): string[] => [...cluster.roster.names(limit).first];
  t.same(
    [names(9), names(2)],
    [
      ["n1", "n2", "n3"],
      ["n1", "n2"],
    ],
  );
  cluster.hear({ version: 20, previous: 10, here: [somebody(1), somebody(0)], gone: [2] });
  t.same(names(9), ["n0", "n1", "n3"], "who moved is there once");
  cluster.people.compare(new Map());
  t.same(names(9), []);
});
