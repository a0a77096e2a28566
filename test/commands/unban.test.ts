import t from "tap";
import { inPlanes } from "../support/planes.ts";

t.test("lets somebody in again, and tells the members", async (t) => {
  const { one, two, three } = await inPlanes();
  await one.says("/ban Two");
  three.heard();
  t.same(await one.says("/unban tWO"), ["User two may join Planes again."]);
  t.same(three.heard(), ["[*]: User two may join Planes again, says one."]);
  t.same(await two.says("/join Planes"), ["[*]: User two joined Planes."]);
});

t.test("of somebody who is not banned is refused", async (t) => {
  const { one } = await inPlanes();
  const notBanned = "This user is not banned from this room.";
  t.same(await one.says("/unban two", "/unban !"), [notBanned, notBanned]);
});

t.test("is for the owner and operators, and tells nobody else who is banned", async (t) => {
  const { one, two, three } = await inPlanes();
  await one.says("/ban three");
  const refused = "Only the owner and the operators of this room can do that.";
  t.same(await two.says("/unban three", "/unban four"), [refused, refused]);
  await one.says("/op two");
  t.same(await two.says("/unban three"), ["User three may join Planes again."]);
  t.same(await three.says("/join Planes"), ["[*]: User three joined Planes."]);
});
