import t from "tap";
import { inPlanes } from "../support/world/planes.ts";

t.test("makes an operator a usual member again, and tells everybody", async (t) => {
  const { one, two, three } = await inPlanes();
  await one.says("/op two");
  two.heard();
  three.heard();
  t.same(await one.says("/deop two"), ["User two is no longer an operator of Planes."]);
  for (const person of [two, three]) {
    t.same(person.heard(), ["[*]: one took two's operator rights in Planes."]);
  }
  t.equal(await two.refusal("/topic mine"), "not-operator");
});

t.test("is the owner's alone", async (t) => {
  const { one, two } = await inPlanes();
  await one.says("/op two", "/op three");
  t.equal(await two.refusal("/deop three"), "not-owner");
  t.equal(await two.refusal("/deop one"), "owner-stays");
});

t.test("of somebody who is none is refused", async (t) => {
  const { one } = await inPlanes();
  t.equal(await one.refusal("/deop two"), "no-operator");
  t.equal(await one.refusal("/deop four"), "no-such-user");
});
