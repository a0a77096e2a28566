import t from "tap";
import { inPlanes } from "../support/world/planes.ts";

t.test("lists who is banned, by whom and until when, the last one at the end", async (t) => {
  const { world, one, two } = await inPlanes();
  t.same(await one.says("/bans"), ["Nobody is banned from Planes."]);
  await one.says("/ban Troll", "/op two");
  await two.says("/ban three 10m", "/ban kim 1d");
  t.same(await one.says("/bans"), [
    "Users banned from Planes: Troll by one, three by two until 11:17 UTC, kim by two until 2026-11-19 11:07 UTC",
  ]);
  t.same(await two.says("/bans"), await one.says("/bans"), "operators, too");
  await world.clock.pass(10 * 60_000);
  await one.says("/unban troll");
  t.same(await one.says("/bans"), ["Users banned from Planes: kim by two until 2026-11-19 11:07 UTC"]);
});

t.test("is for the owner and operators of the current room", async (t) => {
  const { one, two } = await inPlanes();
  await one.says("/ban three", "/create Trains");
  t.equal(await two.refusal("/bans"), "not-operator");
  t.match(await two.says("/join Trains"), [/joined/]);
  t.equal(await two.refusal("/bans"), "not-operator");
  await two.says("/leave", "/leave");
  t.equal(await two.refusal("/bans"), "no-room-joined");
  t.equal(await one.refusal("/bans Planes"), "extra-argument");
});

t.test("tells of a ban that an earlier version stored what is known", async (t) => {
  const { world, one } = await inPlanes();
  await one.says("/ban troll");
  const room = world.room("Planes");
  room.rights = { ...room.rights, bans: room.rights.bans.map((ban) => ({ ...ban, by: null })) };
  t.same(await one.says("/bans"), ["Users banned from Planes: troll"]);
});
