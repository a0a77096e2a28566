import t from "tap";
import { GRACE_MS, Server, WRITTEN_MS } from "../../support/world/server.ts";
import type { Person, World } from "../../support/world/people.ts";

/** ann owns the private room Cellar, and talks there; she joined Planes last, where eve is. She owns Shed, and is not in it. */
async function aHouse(): Promise<{ server: Server; world: World; ann: Person; eve: Person }> {
  const server = new Server();
  const world = await server.start();
  const [ann, eve] = await world.enterAll("ann", "eve");
  await eve.says("/create Planes", "/join Planes");
  await ann.says("/create_private Cellar", "/create_private Shed", "/join Cellar", "/join Planes", "/join Cellar");
  return { server, world, ann, eve };
}

t.test("after a crash whoever comes back talks where they talked", async (t) => {
  const { server, ann } = await aHouse();
  await server.crash();
  const world = await server.start();
  const eve = await world.enters("eve");
  const again = await world.enters("ann");
  t.equal(again.session.id, ann.session.id);
  t.equal(again.heard().at(-1), "You are now talking in Cellar.");
  eve.heard();
  await again.says("the code is 4711");
  t.same(eve.heard(), []);
});

t.test("after a crash they may do what they might also in rooms that they were not in", async (t) => {
  const { server } = await aHouse();
  await server.crash();
  const world = await server.start();
  const again = await world.enters("ann");
  t.same(again.session.privateRooms.map(({ name }) => name.shown).toSorted(), ["Cellar", "Shed"], "once each");
  t.same([again.session.created.length, again.session.owned.length], [2, 2]);
  t.equal(await again.refusal("/join Shed"), null);
});

t.test("after a crash times, the last whisperer and rooms of before are as they were", async (t) => {
  const { server, ann, eve } = await aHouse();
  await eve.says("/whisper ann psst");
  await ann.says("/set time on", "/leave Planes", "/ignore eve");
  await server.crash();
  const again = await (await server.start()).enters("ann");
  const { session } = again;
  t.same([session.showsTime, session.lastWhisperer?.id, session.formerRooms], [true, eve.session.id, ["planes"]]);
  t.ok(session.ignores("eve"));
});

t.test("after a second crash before they are in their rooms again they come back to all of them", async (t) => {
  const { server, eve: before } = await aHouse();
  await before.says("hello");
  await server.crash();
  const world = await server.start();
  const release = world.store.hold("history");
  await world.enters("eve");
  await server.crash();
  release();
  const eve = await (await server.start()).enters("eve");
  t.same(
    eve.session.rooms.map(({ name }) => name.shown),
    ["lobby", "Planes"],
  );
});

t.test("after a crash lines of the last seconds are shown again, and no others", async (t) => {
  const { server, world, eve } = await aHouse();
  await eve.says("old");
  await world.clock.pass(5001);
  await eve.says("new");
  await server.crash();
  const again = await (await server.start()).enters("ann");
  const heard = again.heard().join("\n");
  t.match(heard, "You are back in Planes. 1 line was said meanwhile.");
  t.match(heard, /\[eve\]: new$/m);
});

t.test(
  "whoever is disconnected by a restart has seen what was said before, and has the whole time from the start on",
  async (t) => {
    const { server, world, ann, eve } = await aHouse();
    await eve.says("old");
    await world.clock.pass(3000);
    const heardMicros = 0;
    await ann.breaks({ reason: "shutdown", heardMicros });
    await eve.breaks({ reason: "shutdown", heardMicros });
    await server.crash();
    await server.clock.pass(2 * GRACE_MS);
    const next = await server.start();
    await server.clock.pass(GRACE_MS - 1);
    const again = await next.enters("ann");
    t.equal(again.session.id, ann.session.id);
    t.match(again.heard().join("\n"), "You are back in Planes. Nothing was said meanwhile.");
    await next.clock.pass(1);
    t.not((await next.enters("eve")).session.id, eve.session.id, "and no more");
  },
);

t.test("the time of whoever left before a crash goes on", async (t) => {
  const { server, ann } = await aHouse();
  await ann.breaks();
  await server.crash();
  const next = await server.start();
  await server.clock.pass(GRACE_MS - WRITTEN_MS);
  t.not((await next.enters("ann")).session.id, ann.session.id);
});

t.test(
  "a shorter time holds for those who are kept, at a start and at a reload; without one they end at once",
  async (t) => {
    const { server, ann, eve, world } = await aHouse();
    await ann.breaks();
    await eve.breaks();
    await server.crash();
    const next = await server.start(1000);
    await server.clock.pass(1000);
    t.not((await next.enters("ann")).session.id, ann.session.id);
    const before = await world.enters("bob");
    await before.breaks();
    world.chat.reload({ ...world.context.settings, graceMs: 0 });
    t.not((await world.enters("bob")).session.id, before.session.id);
    const last = await server.start(0);
    const again = await last.enters("eve");
    t.not(again.session.id, eve.session.id);
    await server.clock.pass(1000);
    t.throws(() => last.room("Cellar"), "nobody comes back to it");
  },
);

t.test("a newcomer who is in no room yet at a crash is not kept", async (t) => {
  const { server, world, eve } = await aHouse();
  await eve.says("#lobby hello");
  const release = world.store.hold("history");
  const one = await world.enters("one");
  await server.crash();
  release();
  t.same(
    [...server.people.byId.values()].filter(({ id }) => id === one.session.id),
    [],
  );
});
