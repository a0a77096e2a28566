import t from "tap";
import { signIn } from "../../../src/chat/sessions/sign-in.ts";
import { aNode, type FakeNode } from "../../support/world/node.ts";
import { aWorld, FakeOutlet, type Person, type World } from "../../support/world/people.ts";

t.test("a session begins under a name that is free, and none under one that is not", async (t) => {
  const world = await aWorld();
  const { session } = await signIn(world.context, "One", new FakeOutlet());
  const holder = () => world.context.sessions.get(world.context.presence.find(session.name.key)?.id ?? null);
  t.equal(holder(), session);
  await t.rejects(signIn(world.context, "oNE", new FakeOutlet()), { code: "name-taken" });
  t.equal(holder(), session);
  t.equal(world.context.sessions.size, 1);
});

t.test("a session that ends is in no room, and its name is free", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes");
  await one.ends();
  t.same(one.session.rooms, []);
  t.equal(one.session.current, null);
  t.same(await two.says("/users", "/users Planes"), ["Online users: two", "Nobody is in Planes."]);
  await world.enters("one");
});

t.test("a session ends when what it said is stored, and has its name and rooms until then", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  const release = world.store.hold("append");
  one.types("last words");
  await one.ends();
  t.same(await two.says("/users"), ["Online users: one, two"]);
  release();
  await world.clock.turn();
  t.same(two.heard(), ["[one]: last words", "[*]: User one left lobby."]);
  t.same(await two.says("/users"), ["Online users: two"]);
});

t.test("a name that somebody here has is nobody else's, also where the database has forgotten that", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  world.context.presence.claim = () => Promise.resolve({ isHeld: true, back: null });
  await t.rejects(signIn(world.context, "one", new FakeOutlet()), { code: "name-taken" });
  t.same([...world.context.sessions.all()], [one.session]);
});

/** `far` is at another node, and comes from elsewhere; the name is free when that node has said so often enough. */
async function aFarHolder(refusals: number): Promise<FakeNode> {
  const node = await aNode();
  node.elsewhere("far", 999);
  const claim = node.presence.claim.bind(node.presence);
  let left = refusals;
  node.presence.claim = (newcomer) => {
    if (left-- > 0) return Promise.resolve({ isHeld: false });
    node.presence.forget({ id: 999 });
    return claim(newcomer);
  };
  return node;
}

const FAR_AWAY = "198.51.100.1";

t.test("with the code, the connection of a holder at another node is closed without a question", async (t) => {
  const node = await aFarHolder(2);
  const code = node.context.returnCodes.of(999, 0);
  const outlet = Object.assign(new FakeOutlet(node.clock), { address: FAR_AWAY });
  const signedIn = signIn(node.context, `far:${code}`, outlet);
  await node.clock.turn();
  const asked = node.bus.published.at(-1);
  t.match(asked, { type: "probe", to: 999, isSame: true });
  if (asked?.type === "probe") await node.hears({ type: "ack", id: asked.id, isThere: false });
  await node.clock.pass(200);
  t.equal((await signedIn).session.name.shown, "far", "also where their row is written a moment later");
});

t.test("a name that its holder's node says is free, and is not, is somebody else's", async (t) => {
  const node = await aFarHolder(Number.POSITIVE_INFINITY);
  const outlet = Object.assign(new FakeOutlet(node.clock), { address: FAR_AWAY });
  const code = node.context.returnCodes.of(999, 0);
  const rejected = t.rejects(signIn(node.context, `far:${code}`, outlet), { code: "name-taken" });
  await node.clock.turn();
  const asked = node.bus.published.at(-1);
  if (asked?.type === "probe") await node.hears({ type: "ack", id: asked.id, isThere: false });
  await node.clock.pass(1000);
  await rejected;
});

t.test("with a wrong code nobody at another node is asked", async (t) => {
  const node = await aFarHolder(1);
  const outlet = Object.assign(new FakeOutlet(node.clock), { address: FAR_AWAY });
  await t.rejects(signIn(node.context, "far:0000-0000", outlet), { code: "wrong-code" });
  t.same(
    node.bus.published.filter(({ type }) => type === "probe"),
    [],
  );
});

t.test("with a wrong code nobody is asked to show that they are there, at the same address either", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  const { address } = one.outlet;
  await t.rejects(signIn(world.context, "one:0000-0000", Object.assign(new FakeOutlet(), { address })), {
    code: "wrong-code",
  });
  t.equal(one.outlet.asked, 0);
  await t.rejects(signIn(world.context, "one", Object.assign(new FakeOutlet(), { address })), { code: "name-taken" });
  t.equal(one.outlet.asked, 1);
});

/** One's connection broke a minute ago, and ten minutes are given to come back. */
async function aBrokenConnection(): Promise<{ world: World; one: Person; code: string }> {
  const world = await aWorld({ graceMs: 600_000 });
  const [one] = await world.enterAll("one");
  const code = world.context.returnCodes.of(one.session.id, 0);
  await one.breaks();
  await world.clock.pass(60_000);
  return { world, one, code };
}

/** Somebody at another address than all others. */
function elsewhere(): FakeOutlet {
  return Object.assign(new FakeOutlet(), { address: FAR_AWAY });
}

t.test("whoever comes from elsewhere is told that the name is kept, and for how long", async (t) => {
  const { world } = await aBrokenConnection();
  const nowMicros = world.clock.micros();
  await t.rejects(signIn(world.context, "ONE", elsewhere()), {
    code: "name-kept",
    args: { name: "ONE", untilMicros: nowMicros + 540_000_000, nowMicros },
  });
});

t.test("a code may be typed with the full stop of a sentence, and one that is mistyped is called so", async (t) => {
  const { world, one, code } = await aBrokenConnection();
  for (const typed of [code.slice(1), code.slice(0, -1), `${code}0`, "-", "0000-0000"]) {
    await t.rejects(signIn(world.context, `one:${typed}`, elsewhere()), { code: "wrong-code", args: { name: "one" } });
  }
  const { session, isTooLate } = await signIn(world.context, `one:${code}.`, elsewhere());
  t.same([session.id, isTooLate], [one.session.id, false]);
  await t.rejects(
    signIn(world.context, "one:0000-0000", elsewhere()),
    { code: "wrong-code" },
    "and while they are here",
  );
});

t.test("whoever comes back has the name as it was first written", async (t) => {
  const { world, one } = await aBrokenConnection();
  const { session } = await signIn(world.context, "ONE", new FakeOutlet());
  t.same([session.id, session.name], [one.session.id, one.session.name]);
});

t.test("who is refused a name that is held is told that it may be free soon where its holder was asked", async (t) => {
  const { world } = await aBrokenConnection();
  await world.enterAll("one");
  const refused = { code: "name-taken" };
  await t.rejects(signIn(world.context, "one", new FakeOutlet()), { ...refused, args: { mayBeFreeSoon: true } });
  await t.rejects(signIn(world.context, "one", elsewhere()), { ...refused, args: { mayBeFreeSoon: false } });
});

t.test("a login without the code ends a session that comes back by its code alone, and that is known", async (t) => {
  const { world, one } = await aBrokenConnection();
  const [again] = await world.enterAll("one");
  await again.breaks({ reason: "gave-no-sign" });
  const { session, back, hasEndedKept } = await signIn(world.context, "one", new FakeOutlet());
  t.same([back, hasEndedKept], [null, true]);
  t.not(session.id, one.session.id);
  t.equal((await signIn(world.context, "two", elsewhere())).hasEndedKept, false);
});

t.test("from the same address the name is enough, also with a wrong code", async (t) => {
  const { world, one } = await aBrokenConnection();
  const { session } = await signIn(world.context, "one:0000-0000", new FakeOutlet());
  t.equal(session.id, one.session.id);
});

t.test("with a code, whoever comes too late begins anew, and it is known that they hoped for more", async (t) => {
  const { world, one, code } = await aBrokenConnection();
  await world.clock.pass(540_000);
  const { session, back, isTooLate } = await signIn(world.context, `one:${code}`, elsewhere());
  t.same([back, isTooLate], [null, true]);
  t.not(session.id, one.session.id);
  t.equal((await signIn(world.context, "two", elsewhere())).isTooLate, false);
});

t.test("a name that is banned while it is claimed is nobody's", async (t) => {
  const world = await aWorld();
  const claim = world.context.presence.claim.bind(world.context.presence);
  world.context.presence.claim = async (newcomer) => {
    const claimed = await claim(newcomer);
    await world.context.bans.add({ subject: "one", untilMicros: null, reason: "", author: "root", atMicros: 1 });
    return claimed;
  };
  await t.rejects(signIn(world.context, "one", new FakeOutlet()), { code: "name-banned" });
  t.same([world.context.sessions.size, world.context.presence.count], [0, 0]);
});
