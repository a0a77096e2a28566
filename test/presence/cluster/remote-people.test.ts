import t from "tap";
import { FIRST_CODES, NOWHERE } from "../../../src/ports/absence.ts";
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
  return {
    id,
    name,
    address: "192.0.2.1",
    sinceMicros: 1,
    codes: FIRST_CODES,
    rooms: new Map(rooms.map((room) => [room, id])),
  };
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
    away: null,
  }));
  return rows.length > 0 ? rows : [{ id: NODE, roster, session_id: null }];
}

/** @param graceMs how long those may come back whose node is gone */
function aCluster(graceMs = 0) {
  const clock = new FakeClock();
  /** `present`: sessions that hold a name; null: that cannot be asked now. */
  const database = { rows: rowsOf(10, []), queries: 0, present: [] as readonly number[] | null };
  const told: string[] = [];
  const dead: number[] = [];
  const failures: unknown[] = [];
  let held: Promise<void> | null = null;
  const connection = {
    query: async (name: string | null) => {
      if (name === null && database.present === null) throw new Error("no");
      if (name === null) return database.present?.map((session) => ({ session_id: session })) ?? [];
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
  const people = new RemotePeople(table, roster, clock, () => graceMs, {
    isOwn: (id) => roster.here.has(id),
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

const LATER = 1_795_000_600_000_000;
const LEFT = {
  ...NOWHERE,
  rooms: [LOBBY],
  hasRightsIn: [],
  standing: 0,
  seenMicros: 1,
  untilMicros: LATER,
  needsCode: false,
};

t.test(
  "whoever is away is known by their session and rooms, and is in none, until they are told of as there",
  async (t) => {
    const cluster = aCluster(600_000);
    const { people } = cluster;
    people.compare(new Map([[NODE, 10]]));
    await people.read();
    cluster.hear({ version: 20, previous: 10, here: [somebody(1, LOBBY)] });
    cluster.hear({ version: 30, previous: 20, here: [{ ...somebody(1), away: LEFT }] });
    t.same(cluster.told.splice(0), ["1 joined 1", "1 left 1"]);
    t.same([people.isAway(1), people.has(1), [...people.away.in(LOBBY)].map(({ id }) => id)], [true, true, [1]]);
    t.same([cluster.ids(), [...people.away.in(2)]], [[], []]);
    cluster.hear({ version: 40, previous: 30, here: [somebody(1, LOBBY)] });
    t.same([cluster.ids(), people.isAway(1), cluster.told], [[1], false, ["1 joined 1"]]);
    cluster.hear({ version: 50, previous: 40, here: [{ ...somebody(1), away: LEFT }] });
    cluster.hear({ version: 60, previous: 50, gone: [1] });
    t.same([people.isAway(1), people.has(1)], [false, false]);
  },
);

t.test("with a node its people leave their rooms, and have ended where the database knows them no more", async (t) => {
  const cluster = aCluster(600_000);
  const { people, database } = cluster;
  database.rows = rowsOf(10, [somebody(1, LOBBY), somebody(2), somebody(3)]);
  people.compare(new Map([[NODE, 10]]));
  await people.read();
  cluster.hear({ version: 20, previous: 10, here: [{ ...somebody(3), away: LEFT }] });
  cluster.told.length = 0;
  database.present = null;
  people.compare(new Map());
  await cluster.clock.turn();
  t.same([cluster.told, cluster.dead, cluster.failures.length], [["1 left 1"], [], 1]);
  t.same(
    [1, 2, 3].map((id) => [people.isAway(id), people.has(id)]),
    Array.from({ length: 3 }, () => [true, false]),
    "as long as that is not known they may come back",
  );
  t.match([...people.away.in(LOBBY)], [{ id: 3 }, { id: 1, rooms: [LOBBY] }]);
  database.present = [1, 3];
  people.compare(new Map());
  await cluster.clock.turn();
  t.same([cluster.dead, people.isAway(2)], [[2], false]);
  people.hear({
    type: "people",
    node: 8,
    version: 30,
    previous: -1,
    part: 0,
    parts: 1,
    here: [{ ...somebody(1), away: LEFT }],
    gone: [],
  });
  database.present = [];
  people.compare(new Map([[8, 30]]));
  await cluster.clock.turn();
  t.same([cluster.dead, people.isAway(1)], [[2, 3], true], "whom another node keeps is asked for no more");
});

t.test("what a node tells of somebody is old where another one has told of them since", async (t) => {
  const cluster = aCluster(600_000);
  const { people } = cluster;
  const tells = (node: number, version: number, previous: number, more: Partial<People>): void =>
    people.hear({ type: "people", node, version, previous, part: 0, parts: 1, here: [], gone: [], ...more });
  tells(NODE, 10, -1, { here: [{ ...somebody(1), away: LEFT }] });
  // The next news of the first node comes before that of the node where somebody came back earlier.
  tells(NODE, 30, 10, { here: [somebody(2)] });
  tells(8, 20, -1, { here: [somebody(1, LOBBY)] });
  t.same([cluster.ids(), people.isAway(1)], [[1, 2], false]);
  tells(9, 15, -1, { here: [somebody(1)] });
  tells(9, 16, 15, { gone: [1] });
  t.same([cluster.ids(), cluster.roster.nodeOf(1)], [[1, 2], 8]);
});
