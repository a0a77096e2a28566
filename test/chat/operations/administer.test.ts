import t from "tap";
import { endAbsence } from "../../../src/chat/operations/administer.ts";
import { operator } from "../../../src/domain/principal.ts";
import { aWorld } from "../../support/world/people.ts";

t.test("a kick of who is away is in the audit log, once", async (t) => {
  const world = await aWorld({ graceMs: 600_000 });
  const [one] = await world.enterAll("one");
  await one.breaks();
  const absence = world.context.presence.awayAs(one.session.name.key);
  if (!absence) throw new Error("they are away");
  for (const hasEnded of [true, false]) t.equal(await endAbsence(world.context, operator("root"), absence), hasEnded);
  t.same(world.watch.acts, [{ act: "admin kick", by: "root", room: null, subject: "one" }]);
});
