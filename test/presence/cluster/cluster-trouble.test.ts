import t from "tap";
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

t.test("a node that stops is gone at once, and its people with it", async (t) => {
  const { clock, tables, one, two } = await aCluster();
  const ann = await one.enters("ann", LOBBY);
  two.heard();
  await one.presence.stop();
  t.equal(tables.names.size, 0);
  await clock.pass(RENEW_MS);
  t.same(two.heard(), ["ann left 1", `${ann} died`], "nobody had to find that out");
  t.equal(two.presence.count, 0);
});

t.test("a node that dies is swept when its lease is over: one node finds it, and all are told", async (t) => {
  const { cluster, clock, one, two } = await aCluster();
  const three = await cluster.node("three");
  const ann = await one.enters("ann", LOBBY);
  await clock.pass(LEASE_MS);
  for (const node of [two, three]) node.heard();
  one.cutOff();
  await clock.pass(LEASE_MS - 1);
  t.same([two.heard(), three.heard()], [[], []]);
  await clock.pass(RENEW_MS + 1);
  const heard = [two.heard(), three.heard()];
  t.same(heard.filter((events) => events.includes(`${ann} died, found here`)).length, 1);
  for (const events of heard) t.same(events.slice(0, 2), ["ann left 1", `${ann} died`]);
  await two.enters("ann");
});

t.test("a node that just came back from an outage judges nobody", async (t) => {
  const { clock, tables, one, two } = await aCluster();
  await one.enters("ann", LOBBY);
  await clock.pass(LEASE_MS);
  // The database was away for everybody, and the first one to reach it finds all leases over.
  one.link.isCut = two.link.isCut = true;
  await clock.pass(2 * LEASE_MS);
  two.link.isCut = false;
  await clock.pass(RENEW_MS);
  t.equal(tables.names.size, 1);
  one.link.isCut = false;
  await clock.pass(LEASE_MS + RENEW_MS);
  t.equal(tables.names.size, 1);
  t.same(
    two.heard().filter((event) => event.includes("died")),
    [],
  );
});

t.test("a node that cannot renew its lease is isolated in time, and lets nobody in until it can", async (t) => {
  const { clock, one } = await aCluster();
  const ann = await one.enters("ann", LOBBY);
  await one.presence.lease.renew();
  one.link.isCut = true;
  await clock.pass(SILENT_MS - 1);
  t.same(one.heard(), []);
  await clock.pass(1);
  t.same(one.heard(), ["isolated"]);
  const asked = one.link.calls.length;
  await t.rejects(one.presence.claim(one.newcomer("bob")), {
    code: "unavailable",
    message: "claim bob: this node is isolated",
  });
  t.equal(one.link.calls.length, asked, "nobody is asked");
  t.ok(one.presence.isIn(LOBBY, ann), "who is here is here");
  one.link.isCut = false;
  await clock.pass(RENEW_MS);
  t.same(one.heard(), ["connected"]);
  await one.enters("bob");
});

t.test("a node whose lease had run out compares its people with the rows, though nobody swept it", async (t) => {
  const cluster = new TestCluster();
  const { clock, tables } = cluster;
  const one = await cluster.node("one");
  await one.enters("ann");
  one.link.isCut = true;
  await clock.pass(LEASE_MS + RENEW_MS);
  one.link.isCut = false;
  one.link.calls.length = 0;
  const { id } = one.presence.lease.identity;
  tables.names.set(nameOf("ghost").key, { person: one.aRow("ghost"), node: id });
  await clock.pass(RENEW_MS);
  t.same(one.heard(), ["isolated", "connected"]);
  t.same(one.link.calls, ["renew", "sweep", "ownPeople", "release"]);
  t.same([...tables.names.keys()], ["ann"], "who is in them and not here has ended");
});

t.test("a node that was swept comes back as another, and its people get their names back", async (t) => {
  const { clock, one, two } = await aCluster();
  const ann = await one.enters("ann", LOBBY);
  await clock.pass(LEASE_MS);
  const first = one.presence.lease.identity.id;
  two.heard();
  one.link.isCut = true;
  await clock.pass(LEASE_MS + RENEW_MS);
  t.same(two.heard(), ["ann left 1", `${ann} died`, `${ann} died, found here`]);
  one.heard();
  one.link.isCut = false;
  await clock.pass(RENEW_MS);
  const { id } = one.presence.lease.identity;
  t.not(id, first);
  t.same(one.heard(), [`${ann} is unconfirmed`, "connected", `${ann} is held`]);
  await clock.pass(RENEW_MS + BUS_MS);
  t.same(two.heard(), ["ann joined 1"]);
  t.match(two.presence.find(nameOf("ann").key), { id: ann, node: id });
  t.same([one.presence.count, one.presence.countElsewhere], [1, 0], "they never were anywhere else to their own node");
});

t.test("whose name was given away meanwhile has lost it, when its new holder is shown to be alive", async (t) => {
  const { clock, one, two } = await aCluster();
  const ann = await one.enters("ann", LOBBY);
  const bob = await one.enters("bob", LOBBY);
  await clock.pass(LEASE_MS);
  one.link.isCut = true;
  await clock.pass(LEASE_MS + RENEW_MS);
  const other = await two.enters("ann");
  one.heard();
  one.link.isCut = false;
  await clock.pass(RENEW_MS);
  t.same(one.heard(), [`${ann} is unconfirmed`, `${bob} is unconfirmed`, "connected", `${bob} is held`]);
  t.equal(one.presence.find(nameOf("ann").key)?.id, ann, "as long as that is not known, it is theirs here");
  await clock.pass(LEASE_MS);
  t.same(one.heard(), [`${ann} has lost`]);
  t.equal(one.presence.find(nameOf("ann").key)?.id, other);
  t.same(one.namesIn(LOBBY), ["bob"]);
  await clock.pass(RENEW_MS + BUS_MS);
  t.same(two.namesIn(LOBBY), ["bob"]);
  t.equal(two.presence.find(nameOf("ann").key)?.id, other);
});

t.test("a move of somebody unconfirmed is told and written when they hold their name again", async (t) => {
  const { clock, tables, one, two } = await aCluster();
  const ann = await one.enters("ann", LOBBY);
  await clock.pass(LEASE_MS);
  one.link.isCut = true;
  await clock.pass(LEASE_MS + RENEW_MS);
  two.heard();
  one.link.isCut = false;
  const release = one.link.hold("put");
  await clock.pass(RENEW_MS);
  one.presence.joined(ann, PLANES);
  await clock.turn();
  t.same(two.namesIn(PLANES), []);
  release();
  await clock.turn();
  await clock.pass(RENEW_MS + BUS_MS);
  t.same(two.heard(), ["ann joined 1", "ann joined 2"]);
  t.same([...(tables.names.get(nameOf("ann").key)?.person.rooms.keys() ?? [])], [LOBBY, PLANES], "and written");
});

t.test("a database that was restored is noticed: rows become again what people are", async (t) => {
  const { clock, tables, one, two } = await aCluster();
  const ann = await one.enters("ann", LOBBY);
  const bob = await one.enters("bob", LOBBY);
  const restore = tables.backUp();
  one.presence.release(ann);
  one.presence.left(bob, LOBBY);
  one.presence.joined(bob, PLANES);
  const eve = await one.enters("eve", PLANES);
  for (const node of [one, two]) node.heard();
  restore();
  await clock.pass(RENEW_MS);
  const heard = one.heard();
  t.equal(heard[0], "rewound");
  t.same(heard.slice(1).toSorted(), [`${ann} died, found here`, `${eve} is held`, `${eve} is unconfirmed`].toSorted());
  await clock.pass(RENEW_MS + BUS_MS);
  const rows = [...tables.names].map(([key, { person }]) => [key, [...person.rooms.keys()]]);
  t.same(Object.fromEntries(rows), { bob: [PLANES], eve: [PLANES] });
  t.same([two.namesIn(LOBBY), two.namesIn(PLANES)], [[], ["bob", "eve"]]);
  t.same([one.namesIn(LOBBY), one.namesIn(PLANES)], [[], ["bob", "eve"]]);
});
