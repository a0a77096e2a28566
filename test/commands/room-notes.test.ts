import t from "tap";
import { notesOn } from "../../src/commands/room-notes.ts";
import { aWorld } from "../support/world/people.ts";

t.test("notes on a room are the first, whether it is private, and the last one where there is one", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  await one.says("/create Garden", "/create_private Cellar");
  t.equal(notesOn(world.room("Garden"), [], null), "");
  t.equal(notesOn(world.room("Garden"), ["2"], "current"), "2, current");
  t.equal(notesOn(world.room("Cellar"), ["2"], "current"), "2, private, current");
  t.equal(notesOn(world.room("Cellar"), [], null), "private");
});
