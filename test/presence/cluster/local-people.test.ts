import t from "tap";
import { parseUserName } from "../../../src/domain/names.ts";
import type { ClusterMessage } from "../../../src/ports/cluster-message.ts";
import type { Newcomer } from "../../../src/ports/presence.ts";
import { NodeIdentity } from "../../../src/postgres/node-identity.ts";
import type { Row } from "../../../src/postgres/connection.ts";
import { LocalPeople } from "../../../src/presence/cluster/local-people.ts";
import { PostgresPeopleTable } from "../../../src/presence/postgres/people-table.ts";
import { Absences } from "../../../src/presence/absences.ts";
import { OwnPeople } from "../../../src/presence/cluster/own-people.ts";
import { Roster } from "../../../src/presence/roster.ts";
import { FakeClock } from "../../support/world/fake-clock.ts";

const NODE = 7;
const PATIENCE_MS = 1000;
const LOBBY = 1;

function newcomer(id: number, text = `n${id}`): Newcomer {
  const name = parseUserName(text);
  if (!name) throw new Error("no name");
  return { id, name, address: "192.0.2.1", sinceMicros: 1, verdictOn: () => "stays" };
}

/** The table of names as the database has it, and a node that writes to it. */
function aNode() {
  const clock = new FakeClock();
  /** Who holds which name, and where they are, as JSON. */
  const names = new Map<string, { session: number; node: number; rooms: string }>();
  const database = { names, version: 1, writes: 0, isHere: true, isHolderAlive: true, renewed: 1 };
  const release = (gone: readonly number[]): void => {
    for (const [key, { session, node }] of names) if (node === identity.id && gone.includes(session)) names.delete(key);
  };
  const put = (keys: string[], sessions: number[], rooms: string[], moved: number[], movedRooms: string[]): Row => {
    for (const [i, key] of keys.entries()) {
      if (!names.has(key)) names.set(key, { session: sessions[i] ?? 0, node: identity.id, rooms: rooms[i] ?? "" });
    }
    for (const row of names.values()) row.rooms = movedRooms[moved.indexOf(row.session)] ?? row.rooms;
    const isHeld = (session: number, i: number): boolean => names.get(keys[i] ?? "")?.session === session;
    const refused = sessions.filter((session, i) => !isHeld(session, i));
    if (database.isHolderAlive) database.renewed += 1;
    const holder = { session_id: 50, key: "late", shown: "late", address: "::1", since: 1, rooms: {}, away: null };
    return {
      held: sessions.filter(isHeld),
      refused: refused.map((session) => ({ session, renewed: database.renewed, holder })),
      moved: moved.filter((session) => [...names.values()].some((row) => row.session === session)),
    };
  };
  const write = (name: string, [, , known, ...values]: readonly unknown[]): Row => {
    database.writes += 1;
    if (!database.isHere) return { state: "fenced" };
    if (database.version < Number(known)) return { state: "past" };
    const before = database.version;
    database.version += 1;
    writes.push(name);
    if (name === "release") release(values[0] as number[]);
    const [keys, , sessions, , , rooms, moved, movedRooms] = values as [
      string[],
      unknown,
      number[],
      unknown,
      unknown,
      string[],
      number[],
      string[],
    ];
    const done = name === "presence" ? put(keys, sessions, rooms, moved, movedRooms) : {};
    return { state: "done", before, roster: database.version, ...done };
  };
  const read = (): Row[] => {
    const mine = [...names.values()].filter(({ node }) => node === identity.id);
    const rows = mine.map(({ session }) => ({
      id: NODE,
      roster: database.version,
      session_id: session,
      rooms: {},
      away: null,
    }));
    if (!database.isHere) return [];
    return rows.length > 0 ? rows : [{ id: NODE, roster: database.version, session_id: null }];
  };
  const hooks = { beforeAnswer: (): void => {} };
  const connection = {
    query: (name: string | null, _text: string, values: readonly unknown[] = []) => {
      const rows = name === "people" ? read() : [write(String(name), values)];
      hooks.beforeAnswer();
      return Promise.resolve(rows);
    },
  };
  const events: string[] = [];
  /** What was written, in order. */
  const writes: string[] = [];
  const told: ClusterMessage[] = [];
  const identity = new NodeIdentity({
    fenced: () => events.push("fenced"),
    restored: () => people.reconcile(true),
  });
  identity.become(NODE);
  const roster = new Roster();
  const table = new PostgresPeopleTable(connection, identity);
  const own = new OwnPeople(
    roster,
    new Absences(clock, (sessions) => sessions.forEach((session) => people.endAway(session))),
  );
  const parts = { table, own, roster, clock, node: identity };
  const people: LocalPeople = new LocalPeople(
    parts,
    { patienceMs: PATIENCE_MS, graceMs: () => 0 },
    {
      took: () => {},
      isElsewhere: () => false,
      tell: (message) => told.push(message),
      unconfirmed: (session) => events.push(`${session} is unconfirmed`),
      held: (session) => events.push(`${session} is held`),
      lostName: (session) => events.push(`${session} has lost`),
      ended: (sessions) => events.push(`${sessions.join(", ")} ended`),
      failed: () => {},
    },
  );
  const enter = async (id: number, name?: string): Promise<boolean> => {
    const claimed = people.claim(newcomer(id, name));
    await clock.turn();
    return (await claimed).isHeld;
  };
  return Object.assign(hooks, { clock, names, database, identity, roster, people, events, told, writes, enter });
}

/** The database as it was when this was called: the function restores it. */
function snapshotOf({ names, database }: ReturnType<typeof aNode>): () => void {
  const [then, version] = [new Map([...names].map(([key, row]) => [key, { ...row }])), database.version];
  return () => {
    names.clear();
    for (const [key, row] of then) names.set(key, row);
    database.version = version;
  };
}

t.test(
  "a database that was restored is noticed by the next write: releases first, then claims, then places",
  async (t) => {
    const node = aNode();
    await node.enter(1);
    await node.enter(2);
    const restore = snapshotOf(node);
    node.people.release(1);
    await node.clock.turn();
    await node.enter(3);
    node.people.joined(2, LOBBY);
    await node.clock.turn();
    restore();
    node.writes.length = 0;
    node.people.left(2, 99);
    await node.clock.turn();
    await node.clock.pass(100);
    t.same(node.events, ["3 is unconfirmed", "1 ended", "3 is held"]);
    t.same(node.writes, ["release", "presence"]);
    t.same([...node.names.keys()].toSorted(), ["n2", "n3"]);
    t.match(node.names.get("n2")?.rooms, /"1"/, "where somebody is went back, too");
    t.equal(node.identity.signature.version, node.database.version);
  },
);

t.test("a name that somebody holds who is gone is held again when their node has said so", async (t) => {
  const node = aNode();
  await node.enter(1, "late");
  node.names.set("late", { session: 50, node: 9, rooms: "" });
  node.people.reconcile(true);
  await node.clock.turn();
  await node.clock.pass(PATIENCE_MS / 2);
  t.same(node.events, ["1 is unconfirmed"]);
  node.names.delete("late");
  await node.clock.pass(PATIENCE_MS / 2);
  t.same(node.events, ["1 is unconfirmed", "1 is held"]);
});

t.test("a name that somebody else holds is lost, after a while", async (t) => {
  const node = aNode();
  await node.enter(1, "late");
  await node.enter(2);
  node.names.set("late", { session: 50, node: 9, rooms: "" });
  node.people.reconcile();
  await node.clock.turn();
  await node.clock.pass(PATIENCE_MS);
  t.same(node.events, ["1 is unconfirmed", "1 has lost"]);
  t.equal(node.roster.here.get(1), undefined);
  t.equal(node.roster.here.size, 1);
});

t.test("a name is not lost to somebody whose node is dead: it is held when that node is swept", async (t) => {
  const node = aNode();
  await node.enter(1, "late");
  node.names.set("late", { session: 50, node: 9, rooms: "" });
  node.database.isHolderAlive = false;
  node.people.reconcile(true);
  await node.clock.turn();
  await node.clock.pass(PATIENCE_MS * 5);
  t.same(node.events, ["1 is unconfirmed"]);
  node.names.delete("late");
  await node.clock.pass(PATIENCE_MS);
  t.same(node.events, ["1 is unconfirmed", "1 is held"]);
});

t.test("a claim from before the node became another counts no more", async (t) => {
  const node = aNode();
  await node.enter(1, "late");
  node.names.set("late", { session: 50, node: 9, rooms: "" });
  node.people.reconcile();
  await node.clock.turn();
  await node.clock.pass(PATIENCE_MS * 0.6);
  node.people.claimAgain();
  await node.clock.turn();
  await node.clock.pass(PATIENCE_MS * 0.6);
  t.same(node.events, ["1 is unconfirmed", "1 is unconfirmed"], "it has its whole time again");
  await node.clock.pass(PATIENCE_MS);
  t.same(node.events.slice(2), ["1 has lost"]);
});

t.test("who quits while their claim is under way, and the node becomes another, holds nothing", async (t) => {
  const node = aNode();
  await node.enter(1, "late");
  node.beforeAnswer = () => {
    node.beforeAnswer = () => {};
    node.people.release(1);
    node.names.clear();
    node.identity.become(NODE + 1);
    node.people.claimAgain();
  };
  node.people.claimAgain();
  await node.clock.turn();
  await node.clock.pass(PATIENCE_MS);
  t.same([...node.names.keys()], []);
});

t.test("who leaves while their name is unconfirmed holds nothing", async (t) => {
  const node = aNode();
  await node.enter(1, "late");
  node.names.set("late", { session: 50, node: 9, rooms: "" });
  node.people.reconcile();
  await node.clock.turn();
  node.people.release(1);
  node.names.delete("late");
  await node.clock.pass(PATIENCE_MS * 2);
  t.same(node.events, ["1 is unconfirmed"]);
  t.same([...node.names.keys()], []);
});

t.test("a node that was taken for dead claims everybody back as another one", async (t) => {
  const node = aNode();
  await node.enter(1);
  await node.enter(2);
  node.names.clear();
  node.database.isHere = false;
  node.people.joined(1, LOBBY);
  await node.clock.turn();
  t.same(node.events, ["fenced"]);
  node.identity.become(NODE);
  node.database.isHere = true;
  node.people.claimAgain();
  t.same(node.events.slice(1), ["1 is unconfirmed", "2 is unconfirmed"]);
  await node.clock.pass(1000);
  t.same(node.events.slice(3), ["1 is held", "2 is held"]);
  t.match(node.names.get("n1")?.rooms, /"1"/);
});

t.test("nobody is told of somebody unconfirmed, and everybody of who lost their name", async (t) => {
  const node = aNode();
  await node.enter(1, "late");
  await node.enter(2);
  node.names.set("late", { session: 50, node: 9, rooms: "" });
  node.people.reconcile();
  node.people.joined(1, LOBBY);
  node.people.joined(2, LOBBY);
  await node.clock.turn();
  node.told.length = 0;
  node.people.joined(1, 5);
  node.people.joined(2, 5);
  await node.clock.turn();
  await node.clock.pass(PATIENCE_MS);
  const told = node.told.map((message) =>
    message.type === "people" ? [message.here.map(({ id }) => id), message.gone] : [],
  );
  t.same(
    told.filter(([here, gone]) => here?.length !== 0 || gone?.length !== 0),
    [
      [[2], []],
      [[], [1]],
    ],
  );
});

t.test("where somebody unconfirmed went is written when they hold their name", async (t) => {
  const node = aNode();
  await node.enter(1, "late");
  node.names.set("late", { session: 50, node: 9, rooms: "" });
  node.people.reconcile();
  await node.clock.turn();
  node.names.delete("late");
  await node.clock.pass(PATIENCE_MS / 5 - 1);
  const claimed = node.clock.pass(1);
  node.people.joined(1, LOBBY);
  await claimed;
  await node.clock.turn();
  t.match(node.names.get("late")?.rooms, /"1"/);
});

t.test("a name that was taken as a node that is gone by the time of the answer is taken again", async (t) => {
  const node = aNode();
  node.beforeAnswer = () => {
    node.beforeAnswer = () => {};
    node.names.clear();
    node.identity.become(NODE + 1);
    node.people.claimAgain();
  };
  t.equal(await node.enter(1), true);
  t.same(
    [...node.names.values()].map(({ node: holder }) => holder),
    [NODE + 1],
  );
  t.same(
    node.told.map((message) => message.type === "people" && message.node),
    [NODE + 1],
  );
});

t.test("every minute rows and people are compared, also while something is written", async (t) => {
  const node = aNode();
  node.people.start();
  await node.enter(1);
  node.names.set("ghost", { session: 40, node: NODE, rooms: "" });
  await node.clock.pass(59_999);
  node.people.joined(1, LOBBY);
  await node.clock.pass(1);
  await node.clock.turn();
  t.same([...node.names.keys()], ["n1"]);
  t.same(node.events, []);
  await node.people.stop();
});
