import t from "tap";
import { inPlanes } from "../support/planes.ts";

t.test("makes an operator a usual member again, and tells everybody", async (t) => {
  const { one, two, three } = await inPlanes();
  await one.says("/op two");
  two.heard();
  three.heard();
  t.same(await one.says("/deop two"), ["User two is no operator of Planes any more."]);
  for (const person of [two, three]) {
    t.same(person.heard(), ["[*]: User two is no operator of Planes any more, says one."]);
  }
  t.same(await two.says("/topic mine"), ["Only the owner and the operators of this room can do that."]);
});

t.test("is the owner's alone", async (t) => {
  const { one, two } = await inPlanes();
  await one.says("/op two", "/op three");
  t.same(await two.says("/deop three"), ["Only the owner of this room can do that."]);
  t.same(await two.says("/deop one"), ["That is the owner of this room: it cannot be done to them."]);
});

t.test("of somebody who is none is refused", async (t) => {
  const { one } = await inPlanes();
  t.same(await one.says("/deop two"), ["This user is no operator of this room."]);
  t.same(await one.says("/deop four"), ["This user is not online. Use /users to see online users."]);
});
