import t from "tap";
import { aWorld } from "../support/world/people.ts";

for (const typed of ["/quit", "/exit", "/QUIT", "/bye", "/q", "/quit see you", "/exit  please,  now"]) {
  t.test(`${typed} says goodbye and closes the connection`, async (t) => {
    const world = await aWorld();
    const [one] = await world.enterAll("one");
    t.same(await one.says(typed), ["Bye."]);
    t.equal(one.outlet.closed, "quit");
  });
}
