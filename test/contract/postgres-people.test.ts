import t, { type Test } from "tap";
import { Postgres } from "../../tools/postgres.ts";
import { type NameKey, parseUserName } from "../../src/domain/names.ts";
import { systemClock } from "../../src/daemon/system-clock.ts";
import { FIRST_CODES, NOWHERE, type Place } from "../../src/ports/absence.ts";
import { DatabaseConnection } from "../../src/postgres/connection.ts";
import { NodeIdentity } from "../../src/postgres/node-identity.ts";
import { migrate, MIGRATIONS, VERSION } from "../../src/postgres/schema.ts";
import { whereaboutsOf, type Left, type PersonRow } from "../../src/presence/cluster/people-table.ts";
import { PostgresNodeTable } from "../../src/presence/postgres/node-table.ts";
import { PostgresPeopleTable } from "../../src/presence/postgres/people-table.ts";
import { withParts } from "../../tools/parts.ts";
import { aLogin } from "../support/processes/login.ts";
import { aPostgresStore, postgresPart } from "../support/processes/postgres.ts";

const HOUR_MICROS = 3_600_000_000;
const PLACE: Place = {
  rooms: [5, 6],
  current: 5,
  knownRooms: [aKey("planes")],
  showsTime: true,
  lastWhisperer: { id: 8, name: { key: aKey("eight"), shown: "Eight" } },
  ignored: [{ key: aKey("nine"), shown: "Nine" }],
  application: 20,
  entered: [20, 21],
};
const LEFT: Left = {
  ...PLACE,
  hasRightsIn: [7],
  standing: 2,
  seenMicros: 11,
  untilMicros: HOUR_MICROS,
  needsCode: true,
};
const BACK: Left = { ...LEFT, untilMicros: null };

function aKey(text: string): NameKey {
  const name = parseUserName(text);
  if (!name) throw new Error("no name");
  return name.key;
}

function aRow(id: number, changes: Partial<PersonRow> = {}): PersonRow {
  const name = parseUserName(`n${id}`);
  if (!name) throw new Error("no name");
  return {
    id,
    name,
    address: "192.0.2.1",
    sinceMicros: 1,
    codes: FIRST_CODES,
    rooms: new Map(),
    place: null,
    away: null,
    ...changes,
  };
}

/** Two nodes on one database, each with its tables. */
async function twoNodes(t: Test, postgres: Postgres) {
  const { query, connections } = await aPostgresStore(t, postgres);
  const nodes = new PostgresNodeTable(connections.history);
  const join = async () => {
    const identity = new NodeIdentity({ fenced: () => t.fail("it is alive"), restored: () => t.fail("it is now") });
    await nodes.register({ id: identity.id, host: "here", version: "test", leaseMs: 10_000, former: [] });
    return { id: identity.id, identity, people: new PostgresPeopleTable(connections.rooms, identity) };
  };
  /** The lease of a node is over, and another one has renewed its own for long enough to judge. */
  const isDead = async (dead: number, sweeper: number) => {
    await query("update nodes set renewed_at = clock_timestamp() - interval '1 minute' where id = $1", [dead]);
    await query("update nodes set up_since = clock_timestamp() - interval '1 hour' where id = $1", [sweeper]);
  };
  await query("delete from nodes where id = 1", []);
  return { query, nodes, isDead, one: await join(), two: await join() };
}

await withParts(t, [postgresPart], "people who may come back, in the database", async (t) => {
  const postgres = await Postgres.start();
  t.teardown(() => postgres.remove());

  t.test("whoever is away in a database of version 4 comes back to the rooms that it knows", async (t) => {
    const url = await postgres.database();
    const name = new URL(url).pathname.slice(1);
    const { shown } = aLogin(url);
    await postgres.query(
      name,
      "create table chatd_schema (version int not null, min_node int not null, cluster uuid not null default gen_random_uuid())",
    );
    for (const { sql } of MIGRATIONS.slice(0, 4)) await postgres.query(name, sql);
    await postgres.query(name, "insert into chatd_schema (version, min_node) values (4, 1)");
    await postgres.query(name, "insert into nodes (id, host, version, lease) values (1, 'here', 'test', '10s')");
    await postgres.query(
      name,
      `insert into names (key, shown, session_id, node_id, address, since, away) values ('ann', 'Ann', 1, 1, '::1', 1,
         '{"rooms": [5, 6], "current": 5, "others": [7], "seen": 11, "until": 12}'), ('bob', 'Bob', 2, 1, '::1', 1, null)`,
    );
    const connection = new DatabaseConnection(aLogin(url), systemClock, { purpose: "people", deadlineMs: 5000 });
    t.teardown(() => connection.close());
    t.match(await migrate(connection, shown), { from: 4, to: VERSION });
    t.equal(MIGRATIONS[4]?.minNode, 5);
    const minNode = MIGRATIONS.at(-1)?.minNode;
    t.same(await connection.query(null, "select min_node from chatd_schema", []), [{ min_node: minNode }]);
    const former = "select proname from pg_proc where proname in ('chatd_presence_3', 'chatd_sweep_1')";
    t.same(await connection.query(null, former, []), [], "which nodes of the version before need");
    const identity = new NodeIdentity({ fenced: () => t.fail("it is alive"), restored: () => t.fail("it is now") });
    identity.become(1);
    const { people = [] } = (await new PostgresPeopleTable(connection, identity).peopleOf([1])).get(1) ?? {};
    const left = {
      ...NOWHERE,
      rooms: [5, 6],
      current: 5,
      hasRightsIn: [7],
      standing: 3,
      seenMicros: 11,
      untilMicros: 12,
      needsCode: false,
    };
    t.match(
      people.toSorted((a, b) => a.id - b.id),
      [
        { id: 1, codes: FIRST_CODES, place: null, away: left },
        { id: 2, away: null },
      ],
    );
  });

  t.test("whoever is away is refused to others, with what they left, and taken over by who names that", async (t) => {
    const { one, two } = await twoNodes(t, postgres);
    t.match(await one.people.put([aRow(1, { rooms: new Map([[5, 9]]) })], []), { held: new Set([1]) });
    const live = await two.people.put([aRow(2, { name: aRow(1).name })], []);
    t.match(live.refused.get(2), { holder: { id: 1, away: null, rooms: new Map([[5, 9]]) } });
    const departed = await one.people.put([], [aRow(1, { away: LEFT })]);
    t.same(departed.moved, new Set([1]));
    const { refused } = await two.people.put([aRow(2, { name: aRow(1).name })], []);
    t.same(refused.get(2)?.holder, aRow(1, { away: LEFT }));
    t.ok((refused.get(2)?.renewedMicros ?? 0) > 0);
    const other = await two.people.put([aRow(1, { away: { ...BACK, rooms: [5] } })], []);
    t.same([other.held.size, other.refused.get(1)?.holder?.away], [0, LEFT], "what they left is something else by now");
    const back = aRow(1, { away: BACK, codes: [0, 9], address: "::1", name: { key: aRow(1).name.key, shown: "N1" } });
    const taken = await two.people.put([back], []);
    t.same([taken.held, taken.refused.size], [new Set([1]), 0]);
    t.ok(taken.version > departed.version, "they are told of by a later version than before");
    t.same((await two.people.ownPeople()).people, [back]);
    t.same((await one.people.ownPeople()).people, []);
    t.equal(whereaboutsOf(back).away, undefined, "and are there");
    const late = await one.people.put([aRow(1, { away: BACK })], [aRow(1, { away: LEFT })]);
    t.same([late.held.size, late.moved.size], [0, 0], "whoever is there is taken over by nobody");
    const arrived = await two.people.put([], [aRow(1, { rooms: new Map([[5, 12]]) })]);
    t.same(arrived.moved, new Set([1]));
    t.match((await one.people.peopleOf([two.id])).get(two.id), { people: [{ rooms: new Map([[5, 12]]), away: null }] });
  });

  t.test("whoever is there takes their name back, however they are away; an absence takes nobody's", async (t) => {
    const { one, two } = await twoNodes(t, postgres);
    await one.people.put([aRow(1), aRow(2)], [aRow(1, { away: LEFT })]);
    await one.people.put([], [aRow(1, { away: LEFT }), aRow(2, { away: LEFT })]);
    const written = await two.people.put([aRow(1), aRow(2, { away: LEFT }), aRow(3, { away: LEFT })], []);
    t.same([written.held, [...written.refused.keys()]], [new Set([1, 3]), [2]], "where there is none it is kept");
    t.same(
      (await two.people.ownPeople()).people.toSorted((a, b) => a.id - b.id),
      [aRow(1), aRow(3, { away: LEFT })],
    );
  });

  t.test("a node takes its people over from what it was before, and no others who are there", async (t) => {
    const { query, one, two } = await twoNodes(t, postgres);
    await one.people.put([aRow(1)], []);
    t.match(await two.people.put([aRow(1)], []), { held: new Set() });
    const next = 4711;
    await query("insert into nodes (id, host, version, lease) values ($1, 'here', 'test', '10s')", [next]);
    one.identity.become(next);
    t.match(await one.people.put([aRow(1, { rooms: new Map([[5, 1]]) })], []), { held: new Set([1]), node: next });
    t.match(await query("select node_id::int, rooms from names", []), [{ node_id: next, rooms: { 5: 1 } }]);
  });

  t.test("what is released and held elsewhere by now is said to be", async (t) => {
    const { one, two } = await twoNodes(t, postgres);
    await one.people.put([aRow(1), aRow(2)], []);
    await one.people.put([], [aRow(1, { away: LEFT })]);
    await two.people.put([aRow(1, { away: BACK })], []);
    t.same((await one.people.release([1, 2, 3])).elsewhere, new Set([1]));
    t.same(await one.people.present([1, 2, 3]), new Set([1]));
  });

  t.test("two nodes that take one another's people at once end in no deadlock", async (t) => {
    const { one, two } = await twoNodes(t, postgres);
    const ids = Array.from({ length: 200 }, (_, i) => i + 1);
    const [odd, even] = [ids.filter((id) => id % 2 === 1), ids.filter((id) => id % 2 === 0)];
    const away = (some: readonly number[]) => some.map((id) => aRow(id, { away: LEFT }));
    const back = (some: readonly number[]) => some.map((id) => aRow(id, { away: BACK }));
    await Promise.all([one.people.put(away(odd), []), two.people.put(away(even), [])]);
    const written = await Promise.all([
      one.people.put(back(even), away(odd)),
      two.people.put(back(odd.toReversed()), away(even.toReversed())),
    ]);
    const all = [...written[0].held, ...written[1].held].length + written[0].refused.size + written[1].refused.size;
    t.equal(all, ids.length);
  });

  t.test("a sweep takes over the people of a dead node, as they were last", async (t) => {
    const { query, nodes, isDead, one, two } = await twoNodes(t, postgres);
    const rooms = new Map([
      [9, 300],
      [5, 100],
      [7, 200],
    ]);
    await one.people.put([aRow(1, { rooms }), aRow(2), aRow(3), aRow(4), aRow(5, { rooms, place: PLACE })], []);
    const last = await one.people.put([], [aRow(3, { away: LEFT }), aRow(4, { away: BACK, rooms })]);
    await isDead(one.id, two.id);
    const untilMicros = 2 * HOUR_MICROS;
    t.same(await nodes.sweep(one.id, untilMicros), { nodes: [], sessions: null }, "nobody sweeps itself");
    const [renewed] = await query(
      "select (extract(epoch from renewed_at) * 1000000)::float8 as at from nodes where id = $1",
      [one.id],
    );
    t.same(await nodes.sweep(two.id, untilMicros), { nodes: [one.id], sessions: null });
    const { people, version } = await two.people.ownPeople();
    t.ok(version > last.version, "others see that there is something to read");
    const seenMicros = Number(renewed?.["at"]);
    const known = { seenMicros, untilMicros, needsCode: false };
    const left: Left = { ...NOWHERE, rooms: [5, 7, 9], current: 9, hasRightsIn: null, standing: 3, ...known };
    t.same(
      people.toSorted((a, b) => a.id - b.id),
      [
        aRow(1, { away: left }),
        aRow(2, { away: { ...left, rooms: [], current: null } }),
        aRow(3, { away: LEFT }),
        aRow(4, { away: { ...LEFT, untilMicros } }),
        aRow(5, { away: { ...left, ...PLACE } }),
      ],
    );
  });

  t.test("without a time to come back they end with their node", async (t) => {
    const { query, nodes, isDead, one, two } = await twoNodes(t, postgres);
    await one.people.put([aRow(1)], []);
    await isDead(one.id, two.id);
    t.same(await nodes.sweep(two.id, null), { nodes: [one.id], sessions: [1] });
    t.same(await query("select * from names", []), []);
    t.same(await nodes.sweep(two.id, null), { nodes: [], sessions: [] });
  });

  t.test("a node that leaves people behind is dead at once, and one without people is gone", async (t) => {
    const { query, nodes, isDead, one, two } = await twoNodes(t, postgres);
    await one.people.put([aRow(1, { away: LEFT })], []);
    await isDead(0, two.id);
    await nodes.remove(one.id, true);
    t.same((await two.people.peopleOf([one.id])).get(one.id)?.people, [aRow(1, { away: LEFT })]);
    const until = systemClock.micros();
    t.same(await nodes.sweep(two.id, until), { nodes: [one.id], sessions: null });
    t.same((await two.people.ownPeople()).people, [aRow(1, { away: LEFT })]);
    await nodes.remove(two.id, false);
    t.same(await query("select * from names", []), []);
    t.same(await query("select * from nodes", []), []);
  });
});
