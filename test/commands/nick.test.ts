import t from "tap";
import { aWorld } from "../support/world/people.ts";

const HOW = "To change your name, /quit and log in with the new one.";

t.test("tells how to get another name, whether one was named or not, and changes nothing", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.same(await one.says("/nick", "/NICK two"), [HOW, HOW]);
  t.same(await one.says("/users"), ["Online users: one"]);
});

t.test("takes one name at most", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.equal(await one.refusal("/nick two three"), "extra-argument");
});
