import t from "tap";
import { inPlanes } from "../support/world/planes.ts";

t.test("puts a member out, and tells everybody", async (t) => {
  const { one, two, three } = await inPlanes();
  t.same(await one.says("/kick Two"), ["User two was kicked from Planes."]);
  t.same(two.heard(), ["[*]: You were kicked from Planes by one."]);
  t.same(three.heard(), ["[*]: User two was kicked from Planes by one."]);
  t.equal(await two.refusal("hello?"), "no-room-joined");
});

t.test(
  "out of a public room, who was kicked may come back; out of a private one, not before the next invitation",
  async (t) => {
    const open = await inPlanes();
    await open.one.says("/kick two");
    t.same(await open.two.says("/join Planes"), ["[*]: User two joined Planes."]);
    const closed = await inPlanes(true);
    await closed.one.says("/kick two");
    for (const line of ["/join Planes", "/history Planes"]) {
      t.equal(await closed.two.refusal(line), "no-such-room", line);
    }
    await closed.one.says("/invite two");
    t.same(await closed.two.says("/join Planes"), ["[*]: User two joined Planes."]);
  },
);

t.test(
  "who was kicked is still in the rooms that were joined before, and talks in none until they choose",
  async (t) => {
    const { one, two } = await inPlanes();
    await two.says("/create Trains", "/join Trains", "/join Planes");
    await one.says("/kick two");
    t.same(two.heard(), [
      "[*]: You were kicked from Planes by one.",
      "You talk in no room right now. Type /join Trains to talk there.",
    ]);
  },
);

t.test("is for the owner and operators", async (t) => {
  const { one, two, three } = await inPlanes();
  t.equal(await two.refusal("/kick three"), "not-operator");
  await one.says("/op two");
  t.same(await two.says("/kick three"), ["User three was kicked from Planes."]);
  t.same(await three.says("/join Planes"), ["[*]: User three joined Planes."]);
  t.equal(await three.refusal("/kick two"), "not-operator");
});

t.test("an operator who was kicked is none when he comes back", async (t) => {
  const { one, two } = await inPlanes();
  await one.says("/op two", "/kick two");
  t.same(await two.says("/join Planes"), ["[*]: User two joined Planes."]);
  t.equal(await two.refusal("/kick three"), "not-operator");
});

t.test("cannot be done to the owner, to another operator, nor to somebody who is not there", async (t) => {
  const { one, two } = await inPlanes();
  await one.says("/op two", "/op three");
  t.equal(await two.refusal("/kick one"), "owner-stays");
  t.equal(await two.refusal("/kick three"), "not-owner");
  for (const name of ["four", "!"]) t.equal(await two.refusal(`/kick ${name}`), "not-there", name);
});

t.test("of somebody who leaves in the same moment is still told, and changes nothing", async (t) => {
  const { world, one, two, three } = await inPlanes();
  const release = world.store.hold("append");
  one.types("/kick two");
  two.types("/leave");
  await world.clock.turn();
  release();
  await world.clock.turn();
  t.same(three.heard(), ["[*]: User two left Planes.", "[*]: User two was kicked from Planes by one."]);
  t.same(two.heard(), ["You left room Planes.", "You are in no room right now. /rooms lists the rooms."]);
});

t.test("waits in line: who was unmade an operator meanwhile kicks nobody", async (t) => {
  const { world, one, two, three } = await inPlanes();
  await one.says("/op two");
  const release = world.store.hold("append");
  one.types("/deop two");
  two.types("/kick three");
  await world.clock.turn();
  release();
  await world.clock.turn();
  t.match(two.outlet.refusals, [{ code: "not-operator" }], "judged again by the rules as they are when it is stored");
  t.ok(world.room("Planes").members.has(three.session));
});

t.test("nothing that was said after it reaches who was kicked, and nothing they say then is stored", async (t) => {
  const { world, one, two, three } = await inPlanes(true);
  const release = world.store.hold("append");
  three.types("before");
  await world.clock.turn();
  one.types("/kick two");
  await world.clock.turn();
  three.types("after");
  two.types("too late");
  await world.clock.turn();
  release();
  await world.clock.turn();
  await one.says("much later");
  const heard = two.heard();
  t.same(heard.slice(0, -1), ["[three]: before", "[*]: You were kicked from Planes by one."]);
  t.match(two.outlet.refusals, [{ code: "no-such-room" }], "which is what the last line tells");
  t.same(world.store.saidIn(world.room("Planes").id), ["before", "after", "much later"]);
});
