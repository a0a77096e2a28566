import t from "tap";
import { signIn } from "../../../src/chat/sessions/sign-in.ts";
import { aNode, type FakeNode } from "../../support/world/node.ts";
import { aWorld, FakeOutlet } from "../../support/world/people.ts";

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

t.test("with the words, the connection of a holder at another node is closed without a question", async (t) => {
  const node = await aFarHolder(2);
  const words = node.context.returnWords.of(999);
  const outlet = Object.assign(new FakeOutlet(node.clock), { address: FAR_AWAY });
  const signedIn = signIn(node.context, `far:${words}`, outlet);
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
  const words = node.context.returnWords.of(999);
  const rejected = t.rejects(signIn(node.context, `far:${words}`, outlet), { code: "name-taken" });
  await node.clock.turn();
  const asked = node.bus.published.at(-1);
  if (asked?.type === "probe") await node.hears({ type: "ack", id: asked.id, isThere: false });
  await node.clock.pass(1000);
  await rejected;
});

t.test("with wrong words nobody at another node is asked", async (t) => {
  const node = await aFarHolder(1);
  const outlet = Object.assign(new FakeOutlet(node.clock), { address: FAR_AWAY });
  await t.rejects(signIn(node.context, "far:0000-0000", outlet), { code: "name-taken" });
  t.same(
    node.bus.published.filter(({ type }) => type === "probe"),
    [],
  );
});
