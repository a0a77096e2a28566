import t from "tap";
import { signIn } from "../../../src/chat/sessions/sign-in.ts";
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
