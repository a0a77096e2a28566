import t from "tap";
import { aCluster, BUS_MS, LOBBY, nameOf, PLANES, RENEW_MS, TestNode } from "../../support/world/presence-cluster.ts";

const nobodyIsOut = (): boolean => false;

t.test("a name is one person's in the whole cluster, also where two ask for it at the same moment", async (t) => {
  const { clock, one, two } = await aCluster();
  const claims = [one, two, one].map((node, i) => node.presence.claim(node.newcomer(i === 1 ? "ANN" : "ann")));
  await clock.turn();
  const isHeld = (await Promise.all(claims)).map((claimed) => claimed.isHeld);
  t.equal(isHeld.filter(Boolean).length, 1);
  t.same(
    [one, two].map(({ presence }) => presence.names(9)),
    [isHeld[1] ? "ANN" : "ann", isHeld[1] ? "ANN" : "ann"].map((name) => ({ first: [name], count: 1 })),
  );
});

t.test("everybody is known at every node: by name, by room, and how many they are", async (t) => {
  const { one, two } = await aCluster();
  const ann = await one.enters("ann", LOBBY, PLANES);
  const bob = await two.enters("Bob", LOBBY);
  for (const { text, presence } of [one, two]) {
    const here = text === "one" ? ann : bob;
    t.same(presence.names(9), { first: ["ann", "Bob"], count: 2 });
    t.same([presence.count, presence.countElsewhere], [2, 1]);
    t.same(presence.namesIn(LOBBY, 1), { first: ["ann"], count: 2 });
    t.same([presence.countIn(LOBBY), presence.countIn(PLANES)], [2, 1]);
    t.same([presence.isIn(PLANES, ann), presence.isIn(PLANES, bob)], [true, false]);
    const isHere = Object.fromEntries([...presence.people()].map(({ id, node }) => [id, node === null]));
    t.same(isHere, { [ann]: here === ann, [bob]: here === bob });
    t.equal(presence.find(nameOf("BOB").key)?.id, bob);
  }
  t.equal(two.presence.find(nameOf("ann").key)?.node, one.presence.lease.identity.id);
  t.same(
    [one.heard(), two.heard()],
    [["Bob joined 1"], ["ann joined 1", "ann joined 2"]],
    "each is told of the others",
  );
});

t.test(
  "who leaves a room has left it everywhere, and whose session ends has left all, and their name is free",
  async (t) => {
    const { clock, one, two } = await aCluster();
    const ann = await one.enters("ann", LOBBY, PLANES);
    two.heard();
    one.presence.left(ann, LOBBY);
    await clock.turn();
    t.same([two.heard(), two.namesIn(LOBBY)], [["ann left 1"], []]);
    one.presence.release(ann);
    t.equal(one.presence.find(nameOf("ann").key), null);
    await clock.turn();
    t.same([two.heard(), two.presence.count], [["ann left 2"], 0]);
    await two.enters("ann");
    t.same(one.presence.names(9).first, ["ann"]);
  },
);

t.test("all that happens while something is written is written together after it", async (t) => {
  const { clock, one, two } = await aCluster();
  const release = one.link.hold("put");
  const first = one.presence.claim(one.newcomer("n0"));
  await clock.turn();
  const others = Array.from({ length: 100 }, (_, i) => one.presence.claim(one.newcomer(`n${i + 1}`)));
  await clock.turn();
  t.equal(one.link.calls.filter((call) => call === "put").length, 1);
  t.equal(one.presence.count, 0, "who is not written is not logged in");
  release();
  await clock.turn();
  t.ok((await Promise.all([first, ...others])).every(({ isHeld }) => isHeld));
  t.equal(one.link.calls.filter((call) => call === "put").length, 2);
  t.equal(two.presence.countElsewhere, 101, "told in as many parts as it takes");
  await clock.pass(RENEW_MS);
  t.notOk(two.link.calls.includes("peopleOf"));
});

t.test("of whom it is not known whether they got their name, it is given back", async (t) => {
  const { clock, tables, one, two } = await aCluster();
  one.link.answersToLose = 1;
  const claim = one.presence.claim(one.newcomer("ann"));
  const rejected = t.rejects(claim, { code: "unavailable" });
  await clock.turn();
  await rejected;
  t.equal(tables.names.size, 1, "they have it, and nobody knows");
  t.match(one.health, { code: "unavailable" });
  t.equal(one.presence.count, 0);
  await clock.pass(500);
  t.equal(tables.names.size, 0);
  await two.enters("ann");
});

t.test("where a claim fails, the moves of others are written again", async (t) => {
  const { clock, one, two } = await aCluster();
  const ann = await one.enters("ann");
  one.link.isCut = true;
  one.presence.joined(ann, LOBBY);
  const rejected = t.rejects(one.presence.claim(one.newcomer("bob")), { code: "unavailable" });
  await clock.turn();
  await rejected;
  t.same(two.namesIn(LOBBY), []);
  one.link.isCut = false;
  await clock.pass(500);
  t.same([two.heard(), two.namesIn(LOBBY)], [["ann joined 1"], ["ann"]]);
});

t.test("a node that starts knows who is there before it lets anybody in", async (t) => {
  const { cluster, one } = await aCluster();
  await one.enters("ann", LOBBY);
  const three = new TestNode(cluster, "three");
  const started = three.presence.start();
  await cluster.clock.turn();
  await started;
  t.same([three.namesIn(LOBBY), three.presence.count], [["ann"], 1]);
  t.same(three.link.calls, ["register", "renew", "sweep", "peopleOf"]);
});

t.test("what is lost on its way is read when the next news shows the gap", async (t) => {
  const { clock, hub, one, two } = await aCluster();
  const ann = await one.enters("ann", LOBBY);
  hub.loses = () => true;
  await one.enters("bob", LOBBY);
  hub.loses = () => false;
  one.presence.left(ann, LOBBY);
  await clock.turn();
  t.same(two.namesIn(LOBBY), ["ann"], "not before it is known whole");
  t.notOk(two.link.calls.includes("peopleOf"), "it may be on its way");
  await clock.pass(BUS_MS);
  t.same(two.namesIn(LOBBY), ["bob"]);
  t.same(two.heard(), ["ann joined 1", "ann left 1", "bob joined 1"]);
  one.presence.joined(ann, LOBBY);
  await clock.turn();
  t.same(two.namesIn(LOBBY), ["ann", "bob"], "and then its news is followed again");
  t.equal(two.link.calls.filter((call) => call === "peopleOf").length, 1);
});

t.test("the last news that is lost is found with the next lease, or at once when the bus was away", async (t) => {
  const { clock, hub, one, two } = await aCluster();
  hub.loses = () => true;
  await one.enters("ann", LOBBY);
  await clock.pass(RENEW_MS + BUS_MS);
  t.same(two.namesIn(LOBBY), ["ann"]);
  await one.enters("bob", LOBBY);
  hub.mayHaveMissed();
  await clock.turn();
  await clock.pass(BUS_MS);
  t.same(two.namesIn(LOBBY), ["ann", "bob"]);
});

t.test("the eldest in a room is who joined first, wherever they are", async (t) => {
  const { clock, one, two } = await aCluster();
  const bob = await two.enters("bob");
  const ann = await one.enters("ann");
  two.presence.joined(bob, LOBBY);
  await clock.pass(5);
  one.presence.joined(ann, LOBBY);
  await clock.turn();
  for (const { presence } of [one, two]) {
    t.equal(presence.eldestIn(LOBBY, nobodyIsOut)?.id, bob);
    t.equal(presence.eldestIn(LOBBY, ({ id }) => id === bob)?.id, ann);
    t.equal(presence.eldestIn(PLANES, nobodyIsOut), null);
  }
});

t.test("whose session nobody knows is looked for in the database, and only they are", async (t) => {
  const { clock, hub, one, two } = await aCluster();
  const ann = await one.enters("ann");
  t.same([await one.presence.goneOf([ann]), await two.presence.goneOf([ann])], [[], []]);
  t.same(
    [...one.link.calls, ...two.link.calls].filter((call) => call === "present"),
    [],
  );
  hub.loses = () => true;
  const bob = await one.enters("bob");
  t.same(await two.presence.goneOf([ann, bob, 4711]), [4711]);
  two.link.isCut = true;
  await t.rejects(two.presence.goneOf([4711]), { code: "unavailable" });
  await clock.turn();
});

t.test("what a node tells of itself is nothing to itself, under whatever id", async (t) => {
  const { clock, one } = await aCluster();
  const ann = await one.enters("ann", LOBBY);
  await clock.pass(RENEW_MS);
  t.same(
    [...one.presence.people()].map(({ id, node }) => [id, node]),
    [[ann, null]],
  );
  t.same(one.heard(), []);
});
