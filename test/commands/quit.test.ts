import t from "tap";
import { aWorld } from "../support/world/people.ts";

for (const typed of ["/quit", "/exit", "/QUIT"]) {
  t.test(`${typed} says goodbye and closes the connection`, async (t) => {
    const world = await aWorld();
    const [one] = await world.enterAll("one");
    t.same(await one.says(typed), ["Bye."]);
    t.equal(one.outlet.closed, "quit");
  });
}

t.test("takes nothing behind it", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.equal(await one.refusal("/quit now"), "extra-argument");
  t.equal(one.outlet.closed, null);
});
