import t from "tap";
import { inPlanes, type Planes } from "../support/world/planes.ts";

/** Planes, where `two` keeps order beside `one`, and is away. */
async function withoutTwo(isPrivate = false): Promise<Planes> {
  const planes = await inPlanes(isPrivate);
  const { context } = planes.world;
  planes.world.chat.reload({ ...context.settings, graceMs: 600_000 });
  await planes.one.says("/op two", "/op three");
  await planes.two.breaks();
  for (const person of [planes.one, planes.three]) person.heard();
  return planes;
}

t.test("a fellow operator who is away, and the owner who is, are safe from operators", async (t) => {
  const { one, three } = await withoutTwo();
  for (const line of ["/ban two", "/deop two"]) t.equal(await three.refusal(line), "not-owner", line);
  await one.breaks();
  for (const line of ["/ban one", "/deop one"]) t.equal(await three.refusal(line), "owner-stays", line);
});

t.test("the owner bans somebody who is away, with all their rights", async (t) => {
  const { world, one } = await withoutTwo();
  await one.says("/ban two");
  const again = await world.enters("two");
  t.same(again.session.rooms, []);
  t.equal(await again.refusal("/join Planes"), "banned");
  await one.says("/unban two");
  await again.says("/join Planes");
  t.equal(await again.refusal("/kick three"), "not-operator");
});

t.test("the owner takes operators' rights back from somebody who is away", async (t) => {
  const { world, one } = await withoutTwo();
  t.same(await one.says("/deop two"), ["User two is no longer an operator of Planes."]);
  const again = await world.enters("two");
  t.equal(await again.refusal("/kick three"), "not-operator");
});

t.test(
  "somebody who is away is kicked out of a private room for good, and out of a public one not at all",
  async (t) => {
    const closed = await withoutTwo(true);
    t.equal(await closed.three.refusal("/kick two"), "not-owner");
    t.same(await closed.one.says("/kick two"), ["User two was kicked from Planes."]);
    const again = await closed.world.enters("two");
    t.same(again.session.rooms, []);
    t.equal(await again.refusal("/join Planes"), "no-such-room");
    const open = await withoutTwo();
    t.equal(await open.one.refusal("/kick two"), "not-there");
  },
);

t.test("nobody who is away is made an operator, invited or whispered to", async (t) => {
  const { one } = await withoutTwo(true);
  t.equal(await one.refusal("/op two"), "not-there");
  t.equal(await one.refusal("/invite two"), "no-such-user");
  t.equal(await one.refusal("/whisper two hello"), "no-such-user");
});
