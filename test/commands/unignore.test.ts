import t from "tap";
import { aWorld } from "../support/world/people.ts";

t.test("shows again what somebody says", async (t) => {
  const world = await aWorld();
  const [one, troll] = await world.enterAll("one", "Troll");
  await one.says("/ignore troll", "/ignore kim");
  await troll.says("you stink");
  t.same(await one.says("/unignore TROLL"), ["You no longer ignore Troll."]);
  await troll.says("sorry", "/whisper one sorry");
  t.same(one.heard().slice(0, 2), ["[Troll]: sorry", "<<Troll>>: sorry"]);
  t.same(await one.says("/ignore"), ["You ignore: kim"]);
});

t.test("of somebody who is not ignored is refused", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one", "two");
  for (const name of ["two", "nobody", "t.w.o"]) t.equal(await one.refusal(`/unignore ${name}`), "not-ignored", name);
});
