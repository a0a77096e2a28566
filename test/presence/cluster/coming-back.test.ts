import t from "tap";
import { NOWHERE } from "../../../src/ports/absence.ts";
import { testReturning } from "../../contract/returning.ts";
import {
  aCluster,
  BUS_MS,
  LEASE_MS,
  LOBBY,
  nameOf,
  PLANES,
  RENEW_MS,
  SILENT_MS,
  TestCluster,
} from "../../support/world/presence-cluster.ts";

const GRACE_MS = 600_000;
const ELSEWHERE = "198.51.100.1";

testReturning(t, async () => {
  const { clock, one } = await aCluster(GRACE_MS);
  return { clock, presence: one.presence };
});

t.test("every node knows who is away, and any of them brings somebody back with everything", async (t) => {
  const { clock, tables, one, two } = await aCluster(GRACE_MS);
  const ann = await one.enters("ann", LOBBY, PLANES);
  two.heard();
  const leaving = await one.loses(ann, LOBBY, PLANES);
  t.same(two.heard(), ["ann left 1", "ann left 2"]);
  t.same([two.presence.count, two.presence.isAway(ann), two.presence.awayFrom(PLANES)?.id], [0, true, ann]);
  t.same(await two.asks("ann", ELSEWHERE), { isHeld: false });
  t.match(await two.asks("ann"), { isHeld: true, back: { ...leaving, id: ann } });
  t.match(one.presence.find(nameOf("ann").key), { id: ann, node: two.presence.lease.identity.id });
  t.same([one.presence.isAway(ann), two.presence.isAway(ann)], [false, false]);
  for (const room of [LOBBY, PLANES]) two.presence.joined(ann, room);
  await clock.turn();
  t.match(tables.names.get(nameOf("ann").key)?.person.away, { rooms: [LOBBY, PLANES] }, "kept until they have arrived");
  two.presence.arrived({ id: ann, place: NOWHERE });
  await clock.turn();
  t.match(tables.names.get(nameOf("ann").key)?.person, { away: null });
  t.same(one.namesIn(PLANES), ["ann"]);
  await clock.pass(2 * GRACE_MS);
  t.same(
    [...one.heard(), ...two.heard()].filter((event) => event.includes("died")),
    [],
  );
  t.match(tables.names.get(nameOf("ann").key)?.node, two.presence.lease.identity.id);
});

t.test("of two who come back at two nodes at once one does", async (t) => {
  const { clock, one, two } = await aCluster(GRACE_MS);
  const ann = await one.enters("ann");
  await one.loses(ann);
  const claims = [one, two, two, one].map((node) => node.presence.claim(node.newcomer("ann")));
  await clock.turn();
  t.equal((await Promise.all(claims)).filter(({ isHeld }) => isHeld).length, 1);
});

t.test("whoever does not come back in time has ended at one node, and is gone at all", async (t) => {
  const { clock, tables, one, two } = await aCluster(GRACE_MS);
  const ann = await one.enters("ann", LOBBY);
  await one.loses(ann, LOBBY);
  for (const node of [one, two]) node.heard();
  await clock.pass(GRACE_MS - 1);
  t.same([one.heard(), two.presence.isAway(ann), tables.names.size], [[], true, 1]);
  await clock.pass(1);
  t.same([one.heard(), two.heard()], [[`${ann} died, found here`], []]);
  t.same([one.presence.isAway(ann), two.presence.isAway(ann), tables.names.size], [false, false, 0]);
});

t.test("whoever came back at another node a moment before has not ended", async (t) => {
  const { clock, hub, one, two } = await aCluster(GRACE_MS);
  const ann = await one.enters("ann");
  await one.loses(ann);
  await clock.pass(GRACE_MS - 1);
  one.heard();
  hub.loses = () => true;
  t.equal((await two.asks("ann")).isHeld, true);
  await clock.pass(1);
  t.same(
    one.heard().filter((event) => event.includes("died")),
    [],
  );
  t.equal(two.presence.find(nameOf("ann").key)?.id, ann);
});

t.test("who went from node to node is where they were told of last, in whatever order the news comes", async (t) => {
  const { cluster, clock, one, two } = await aCluster(GRACE_MS);
  const three = await cluster.node("three");
  await clock.pass(RENEW_MS + BUS_MS);
  const ann = await one.enters("ann");
  await one.loses(ann);
  const release = three.link.hold("peopleOf");
  t.equal((await two.asks("ann")).isHeld, true);
  await one.enters("bob");
  t.match(three.presence.find(nameOf("ann").key), { id: ann, node: two.presence.lease.identity.id });
  t.equal(three.presence.isAway(ann), false);
  release();
});

t.test("the people of a node that dies may come back to any other, and those who do not have ended", async (t) => {
  const { cluster, clock, one, two } = await aCluster(GRACE_MS);
  const three = await cluster.node("three");
  const ann = await one.enters("ann", LOBBY, PLANES);
  const ben = await one.enters("ben", LOBBY);
  const eve = await one.enters("eve");
  await clock.pass(LEASE_MS);
  const { untilMicros: _, ...leaving } = await one.loses(eve, PLANES);
  for (const node of [two, three]) node.heard();
  one.cutOff();
  await clock.pass(LEASE_MS + RENEW_MS + BUS_MS);
  for (const { presence, heard } of [two, three].map((node) => ({ presence: node.presence, heard: node.heard() }))) {
    t.same(heard.toSorted(), ["ann left 1", "ann left 2", "ben left 1"]);
    t.same(
      [ann, ben, eve].map((session) => presence.isAway(session)),
      [true, true, true],
    );
  }
  t.match(await three.asks("ann"), { back: { rooms: [LOBBY, PLANES], current: PLANES, hasRightsIn: null } });
  t.match(await two.asks("eve"), { back: leaving });
  await clock.pass(GRACE_MS);
  const died = [...two.heard(), ...three.heard()].filter((event) => event.includes("died"));
  t.same(died, [`${ben} died, found here`]);
  t.same(await two.presence.goneOf([ann, ben, eve]), [ben]);
});

t.test("when their node dies they come back to where they talked, as it was a second before", async (t) => {
  const { clock, one, two } = await aCluster(GRACE_MS);
  const ann = await one.enters("ann", LOBBY, PLANES);
  const session = { id: ann, place: { ...NOWHERE, rooms: [LOBBY, PLANES], current: PLANES } };
  one.presence.arrived(session);
  await clock.turn();
  const before = one.link.calls.length;
  session.place = { ...session.place, current: LOBBY, showsTime: true };
  one.presence.moved(ann);
  one.presence.moved(ann);
  await clock.turn();
  t.equal(one.link.calls.length, before, "nothing is written for that alone");
  await clock.pass(1000);
  one.cutOff();
  await clock.pass(LEASE_MS + RENEW_MS + BUS_MS);
  t.match(await two.asks("ann"), { back: { ...session.place, hasRightsIn: null } });
});

t.test("whoever was not in all their rooms again when their node died comes back to all of them", async (t) => {
  const { clock, one, two } = await aCluster(GRACE_MS);
  const ann = await one.enters("ann", LOBBY, PLANES);
  const { untilMicros: _, ...leaving } = await one.loses(ann, LOBBY, PLANES);
  await clock.pass(LEASE_MS);
  await one.asks("ann");
  one.presence.joined(ann, LOBBY);
  await clock.turn();
  one.cutOff();
  await clock.pass(LEASE_MS + RENEW_MS + BUS_MS);
  t.match(await two.asks("ann"), { back: leaving });
});

t.test("a node that stops leaves those who may come back, also where nobody is there to keep them", async (t) => {
  const cluster = new TestCluster(GRACE_MS);
  const { clock, tables } = cluster;
  const one = await cluster.node("one");
  const ann = await one.enters("ann", LOBBY);
  const ben = await one.enters("ben", LOBBY);
  one.presence.release(ben);
  one.presence.depart(ann, {
    ...NOWHERE,
    rooms: [LOBBY],
    hasRightsIn: [],
    standing: 0,
    ignored: [],
    seenMicros: 1,
    untilMicros: clock.micros() + GRACE_MS * 1000,
    needsCode: false,
  });
  const stopped = one.presence.stop();
  await clock.turn();
  await stopped;
  t.same([...tables.names.keys()], ["ann"], "what was not written yet was written first");
  const two = await cluster.node("two");
  t.match(await two.asks("ann"), { isHeld: true, back: { id: ann, rooms: [LOBBY] } }, "before anybody keeps them");
  await two.loses(ann, LOBBY);
  await clock.pass(LEASE_MS + 2 * RENEW_MS);
  t.equal(tables.nodes.size, 1, "what is left of the first node is removed");
  await clock.pass(GRACE_MS);
  t.equal(tables.names.size, 0);
});

t.test("a node that stops while the database is away waits for it for two seconds", async (t) => {
  const { clock, tables, one, two } = await aCluster(GRACE_MS);
  const ann = await one.enters("ann", LOBBY);
  one.link.isCut = true;
  await one.loses(ann, LOBBY);
  let isStopped = false;
  void one.presence.stop().then(() => (isStopped = true));
  await clock.pass(1999);
  t.equal(isStopped, false);
  await clock.pass(1);
  t.equal(isStopped, true);
  await clock.pass(2 * LEASE_MS);
  t.equal(tables.names.get(nameOf("ann").key)?.node, two.presence.lease.identity.id, "and its lease runs out");
  t.match(await two.asks("ann"), { back: { id: ann, rooms: [LOBBY] } });
});

t.test("with nobody left, the node of nobody is removed at once", async (t) => {
  const { tables, one } = await aCluster(GRACE_MS);
  await one.presence.stop();
  t.equal(tables.nodes.size, 1);
});

t.test("those whom a stopped node has left are kept by another one until their time is over", async (t) => {
  const { clock, tables, one, two } = await aCluster(GRACE_MS);
  const ann = await one.enters("ann", LOBBY);
  await one.loses(ann, LOBBY);
  await one.presence.stop();
  await clock.pass(LEASE_MS + RENEW_MS + BUS_MS);
  t.equal(tables.names.get(nameOf("ann").key)?.node, two.presence.lease.identity.id);
  t.equal(two.presence.isAway(ann), true);
  two.heard();
  await clock.pass(GRACE_MS);
  t.same([two.heard(), tables.names.size], [[`${ann} died, found here`], 0]);
});

t.test("a node that was taken for dead takes back who is there, and leaves who is away where they are", async (t) => {
  const { clock, one, two } = await aCluster(GRACE_MS);
  const ann = await one.enters("ann", LOBBY);
  const ben = await one.enters("ben");
  await one.loses(ben, PLANES);
  await clock.pass(LEASE_MS);
  one.link.isCut = true;
  await clock.pass(LEASE_MS + RENEW_MS);
  t.same([two.presence.isAway(ann), two.presence.isAway(ben)], [true, true]);
  one.heard();
  one.link.isCut = false;
  await clock.pass(2 * LEASE_MS);
  t.match(one.heard(), [`${ann} is unconfirmed`, `${ben} is unconfirmed`, "connected", `${ann} is held`]);
  t.match(two.presence.find(nameOf("ann").key), { id: ann, node: one.presence.lease.identity.id });
  t.same([one.presence.isAway(ben), two.presence.isAway(ben)], [true, true]);
  t.match(await one.asks("ben"), { back: { id: ben, rooms: [PLANES] } });
});

t.test("whoever came back while their node was taken for dead loses the name to themselves", async (t) => {
  const { clock, one, two } = await aCluster(GRACE_MS);
  const ann = await one.enters("ann", LOBBY);
  await clock.pass(LEASE_MS);
  one.link.isCut = true;
  await clock.pass(LEASE_MS + RENEW_MS);
  t.match(await two.asks("ann"), { back: { id: ann } });
  two.presence.arrived({ id: ann, place: NOWHERE });
  one.heard();
  one.link.isCut = false;
  await clock.pass(2 * LEASE_MS);
  t.match(one.heard(), [`${ann} is unconfirmed`, "connected", `${ann} has lost`]);
  t.match(one.presence.find(nameOf("ann").key), { id: ann, node: two.presence.lease.identity.id });
  t.same(await one.presence.goneOf([ann]), []);
  t.equal(two.presence.find(nameOf("ann").key)?.node, null);
});

t.test("a database that was restored gets back who is away, and forgets who came back elsewhere", async (t) => {
  const { clock, tables, one, two } = await aCluster(GRACE_MS);
  const ann = await one.enters("ann");
  const ben = await one.enters("ben");
  await one.loses(ben, LOBBY);
  const restore = tables.backUp();
  await one.loses(ann, PLANES);
  await two.asks("ben");
  two.presence.arrived({ id: ben, place: NOWHERE });
  const eve = await one.enters("eve");
  await one.loses(eve);
  await clock.turn();
  restore();
  await clock.pass(LEASE_MS + RENEW_MS);
  t.same(
    [ann, ben, eve].map((session) => one.presence.isAway(session)),
    [true, false, true],
  );
  const rows = new Map([...tables.names.values()].map(({ person, node }) => [person.id, { node, away: person.away }]));
  t.match(rows.get(ann), { node: one.presence.lease.identity.id, away: { rooms: [PLANES] } });
  t.match(rows.get(ben), { node: two.presence.lease.identity.id, away: null });
  t.match(rows.get(eve), { node: one.presence.lease.identity.id, away: { rooms: [] } });
  const died = [...one.heard(), ...two.heard()].filter((event) => event.includes("died"));
  t.same(died, []);
});

t.test("an absence of another node is ended, too", async (t) => {
  const { clock, one, two } = await aCluster(GRACE_MS);
  const ann = await one.enters("ann", PLANES);
  await one.loses(ann, PLANES);
  const absence = two.presence.awayAs(nameOf("ann").key);
  if (!absence) throw new Error("nobody is away");
  const ended = two.presence.end(absence);
  await clock.turn();
  t.equal(await ended, true);
  await clock.turn();
  t.same(
    [one, two].map(({ presence }) => [...presence.away()]),
    [[], []],
  );
  t.match(await one.asks("ann"), { isHeld: true, back: null });
});

t.test("every node finds who is away by the name", async (t) => {
  const { one, two } = await aCluster(GRACE_MS);
  const ann = await one.enters("ann", PLANES);
  await one.loses(ann, PLANES);
  const { key } = nameOf("ann");
  t.same([one.presence.awayAs(key)?.id, two.presence.awayAs(key)?.id], [ann, ann]);
  await two.asks("ann");
  t.same([one.presence.awayAs(key), two.presence.awayAs(key)], [null, null]);
});

t.test("of whom it is not known whether they came back, nothing is lost", async (t) => {
  const { clock, one, two } = await aCluster(GRACE_MS);
  const ann = await one.enters("ann", LOBBY);
  await one.loses(ann, LOBBY);
  const newcomer = two.newcomer("ann");
  const claimed = two.presence.claim({
    ...newcomer,
    verdictOn: ({ codes }) => {
      two.link.answersToLose = 1;
      return codes;
    },
  });
  const rejected = t.rejects(claimed, { code: "unavailable" });
  await clock.turn();
  await rejected;
  await clock.pass(1000);
  t.equal(two.presence.isAway(ann), true);
  t.match(await one.asks("ann"), { back: { id: ann, rooms: [LOBBY] } });
  await clock.pass(SILENT_MS);
});

t.test("nobody comes back when the time is over, also where their node has not ended it yet", async (t) => {
  const { clock, tables, one, two } = await aCluster(GRACE_MS);
  const ann = await one.enters("ann", LOBBY);
  await one.loses(ann, LOBBY);
  const { person } = tables.names.get(nameOf("ann").key) ?? {};
  if (!person?.away) throw new Error("she is away");
  Object.assign(person, { away: { ...person.away, untilMicros: clock.micros() } });
  t.same(await two.asks("ann"), { isHeld: false });
});

t.test("a node that starts knows who is away", async (t) => {
  const { cluster, clock, one } = await aCluster(GRACE_MS);
  const ann = await one.enters("ann", PLANES);
  await one.loses(ann, PLANES);
  const three = await cluster.node("three");
  await clock.turn();
  t.same([three.presence.isAway(ann), three.presence.awayFrom(PLANES)?.id, three.presence.count], [true, ann, 0]);
});
