import t from "tap";
import { inPlanes } from "../support/world/planes.ts";

t.test("lists who is banned, by whom, until when and why, the last one at the end", async (t) => {
  const { world, one, two } = await inPlanes();
  t.same(await one.says("/bans"), ["Nobody is banned from Planes."]);
  await one.says("/ban Troll being rude", "/op two");
  await two.says("/ban three 10m", "/ban kim 1d spam");
  t.same(await one.says("/bans"), [
    "Users banned from Planes: Troll by one (being rude), three by two until 11:17 UTC, kim by two until 2026-11-19 11:07 UTC (spam)",
  ]);
  t.same(await two.says("/bans"), await one.says("/bans"), "operators, too");
  await world.clock.pass(10 * 60_000);
  await one.says("/unban troll");
  t.same(await one.says("/bans"), ["Users banned from Planes: kim by two until 2026-11-19 11:07 UTC (spam)"]);
});

t.test("takes a room, also one that its owner or operator is not in", async (t) => {
  const { one, two } = await inPlanes();
  await one.says("/op two", "/ban troll", "/create Trains", "/join Trains");
  t.same(await one.says("/bans"), ["Nobody is banned from Trains."]);
  for (const keeper of [one, two]) {
    await keeper.says("/leave Planes");
    t.same(await keeper.says("/bans #planes"), ["Users banned from Planes: troll by one"]);
  }
  t.equal(await two.refusal("/bans"), "no-room-joined");
  t.equal(await one.refusal("/bans nowhere"), "no-such-room");
});

t.test("is for the owner and operators of the room, and tells nobody else of a private one", async (t) => {
  const { one, two, three } = await inPlanes();
  await one.says("/ban three", "/create_private Den");
  t.equal(await two.refusal("/bans"), "not-operator");
  for (const person of [two, three]) {
    t.equal(await person.refusal("/bans Planes"), "not-operator");
    t.equal(await person.refusal("/bans Den"), "no-such-room");
  }
});

t.test("tells of a ban that an earlier version stored what is known", async (t) => {
  const { world, one } = await inPlanes();
  await one.says("/ban troll");
  const room = world.room("Planes");
  room.rights = { ...room.rights, bans: room.rights.bans.map((ban) => ({ ...ban, by: null })) };
  t.same(await one.says("/bans"), ["Users banned from Planes: troll"]);
});
