import t from "tap";
import { STANDINGS } from "../../../src/ports/absence.ts";
import { aWorld, type Person, type World } from "../../support/world/people.ts";

/** The standing of somebody when they leave by a broken connection. */
async function standingOf({ context }: World, person: Person): Promise<number | undefined> {
  await person.breaks();
  return context.presence.awayAs(person.session.name.key)?.standing;
}

t.test("whoever loses the connection has the highest standing that they have in a room", async (t) => {
  const world = await aWorld({ graceMs: 600_000 });
  const [owner, operator, member, invited, other] = await world.enterAll(
    "owner",
    "operator",
    "member",
    "invited",
    "other",
  );
  await owner.says("/create Planes", "/create_private Cellar", "/join Cellar");
  await owner.says("/invite member", "/invite invited", "/invite other");
  for (const person of [member, other]) await person.says("/join Cellar");
  await operator.says("/create Trains", "/join Planes", "/destroy Trains");
  await owner.says("/join Planes", "/op operator", "/join Cellar");
  t.equal(await standingOf(world, operator), STANDINGS.operator, "a room that has ended is none");
  t.equal(await standingOf(world, invited), STANDINGS.none, "invited alone");
  t.equal(await standingOf(world, other), STANDINGS.none, "a member among others");
  t.equal(await standingOf(world, owner), STANDINGS.owner);
  t.equal(await standingOf(world, member), STANDINGS.alone, "the last one in a private room");
});

t.test("a private room without an owner waits for the last one there, who may come back", async (t) => {
  const world = await aWorld({ graceMs: 600_000 });
  const [one] = await world.enterAll("one");
  await one.says("/create_private Cellar", "/join Cellar");
  const room = world.room("Cellar");
  room.ownerIsGone();
  await one.breaks();
  t.same([room.isDestroyed, room.owner], [false, one.session.id]);
});
