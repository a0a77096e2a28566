import t from "tap";
import { MAX_BAN_MS } from "../../src/domain/duration.ts";
import { afterCrash } from "../support/world/people.ts";
import { inPlanes } from "../support/world/planes.ts";

t.test("puts somebody out and keeps them out, and tells everybody", async (t) => {
  const { one, two, three } = await inPlanes();
  t.same(await one.says("/ban two"), ["User two is banned from Planes."]);
  t.same(two.heard(), ["[*]: You were banned from Planes by one."]);
  t.same(three.heard(), ["[*]: User two was banned from Planes by one."]);
  for (const line of ["/join Planes", "/history Planes"]) t.equal(await two.refusal(line), "banned", line);
});

t.test("holds for a time, where one is given", async (t) => {
  const { world, one, two } = await inPlanes();
  t.same(await one.says("/ban two 10m"), ["User two is banned from Planes for 10m."]);
  await world.clock.pass(10 * 60_000 - 1);
  t.equal(await two.refusal("/join Planes"), "banned");
  await world.clock.pass(1);
  t.same(await two.says("/join Planes"), ["[*]: User two joined Planes."]);
});

t.test("tells for how long and until when, where a time is given", async (t) => {
  const { one, two } = await inPlanes();
  await one.says("/ban two 10m");
  t.same(two.heard(), ["[*]: You were banned from Planes by one for 10 minutes."]);
  t.same(await two.says("/join Planes"), [
    "You are banned from this room until 11:17 UTC. Its owner can lift that with /unban.",
  ]);
});

t.test("a time that is none is refused", async (t) => {
  const { one } = await inPlanes();
  const words = ["10", "0", "0s", "m", "-1h", "1y", "10m10"];
  for (const word of words) t.equal(await one.refusal(`/ban two ${word}`), "not-a-duration", word);
});

t.test("lasts up to a hundred years, and what is to last longer is given no time", async (t) => {
  const { world, one, two } = await inPlanes();
  t.same(await one.says("/ban two 36500d"), ["User two is banned from Planes for 36500d."]);
  await world.clock.pass(MAX_BAN_MS - 1);
  t.equal(await two.refusal("/join Planes"), "banned");
  for (const time of ["876000.001h", "36500.001d", "999999999d"]) {
    t.equal(await one.refusal(`/ban three ${time}`), "ban-too-long", time);
  }
});

t.test("holds for the name, whoever has it next, and not for others", async (t) => {
  const { world, one, two, three } = await inPlanes();
  await one.says("/ban two");
  await two.ends();
  await three.ends();
  const [again, other] = await world.enterAll("TWO", "three");
  t.equal(await again.refusal("/join Planes"), "banned");
  t.same(await other.says("/join Planes"), ["[*]: User three joined Planes."]);
});

t.test("of somebody who has just gone holds for when they come back", async (t) => {
  const { world, one, two } = await inPlanes();
  await two.ends();
  t.same(await one.says("/ban two"), ["User two is banned from Planes."]);
  const [again] = await world.enterAll("two");
  t.equal(await again.refusal("/join Planes"), "banned");
});

t.test("outlasts the server", async (t) => {
  const { world, one } = await inPlanes();
  await one.says("/ban two");
  const next = await afterCrash(world, { lobby: null });
  const [two] = await next.enterAll("two");
  t.equal(await two.refusal("/join Planes"), "banned");
});

t.test("what nobody is called cannot be banned", async (t) => {
  const { one } = await inPlanes();
  t.equal(await one.refusal("/ban !"), "no-such-user");
});

t.test("the hundredth is taken, and not one more until one is lifted or over", async (t) => {
  const { world, one } = await inPlanes();
  for (let i = 0; i < 99; i++) await one.says(`/ban troll${i}`);
  t.same(await one.says("/ban last 1h"), ["User last is banned from Planes for 1h."]);
  t.equal(await one.refusal("/ban more"), "too-many-bans");
  await world.clock.pass(60 * 60_000);
  t.same(await one.says("/ban more"), ["User more is banned from Planes."]);
  t.equal(await one.refusal("/ban evenmore"), "too-many-bans");
  t.same(await one.says("/unban troll7", "/ban evenmore"), [
    "User troll7 may join Planes again.",
    "User evenmore is banned from Planes.",
  ]);
});
