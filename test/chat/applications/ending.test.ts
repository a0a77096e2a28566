import t from "tap";
import { addApplication, endApplication } from "../../../src/chat/operations/administer-applications.ts";
import { aCeltra, TOKEN } from "../../support/world/celtra.ts";

t.test("whoever talks in an application when it ends gets an answer to each line, and talks nowhere", async (t) => {
  const { world, one, two, celtra } = await aCeltra();
  for (const person of [one, two]) await person.says(`/enter celtra ${TOKEN}`, "/join 1");
  const room = one.session.current;
  const release = world.store.hold("append");
  one.heard();
  for (const text of ["a", "b"]) one.types(text);
  await world.clock.turn();
  await endApplication(world.context, celtra);
  for (const text of ["c", "#celtra/1 d", "#1 e"]) one.types(text);
  release();
  await world.clock.turn();
  t.equal(one.session.linesWaiting, 0, "nothing waits for ever");
  t.same(
    one.outlet.refusals.map(({ code }) => code),
    ["no-current-room", "no-named-room", "no-named-room"],
  );
  t.same([one.session.current, two.session.current, room?.members.size], [null, null, 0]);
  t.same(
    two.heard().filter((line) => /\[one\]/.test(line)),
    [],
    "nobody is told what was said in a room that has ended",
  );
  await two.says("/join lobby");
  t.same(world.store.entriesOf(world.room("lobby").id).length, 1, "and nothing of it is said in another");
});

t.test("what belongs to it is deleted in steps, whatever comes meanwhile", async (t) => {
  const { world, one, celtra } = await aCeltra();
  await one.says(`/enter celtra ${TOKEN}`, "/create Planes", "/join Planes", "a", "b", "c", "/create_private Den");
  const room = one.session.current;
  await endApplication(world.context, celtra);
  let steps = 0;
  while (await world.store.sweepEnded(2)) steps += 1;
  t.ok(steps > 3, `${steps} steps`);
  t.same(world.store.entriesOf(room?.id ?? 0), []);
  t.equal(await one.refusal("/join lobby"), null);
  t.equal(await one.refusal("hello"), null, "others go on");
});

t.test("the next one of its name has nothing of it", async (t) => {
  const { world, one, celtra } = await aCeltra();
  await one.says(`/enter celtra ${TOKEN}`, "/create Planes", "/join Planes", "secret");
  await endApplication(world.context, celtra);
  const token = "6f1c2b0a-0000-4000-8000-000000000003";
  await addApplication(world.context, "Celtra", token);
  t.equal(await one.refusal("/join celtra/planes"), "no-such-room");
  t.equal(await one.refusal("/enter celtra"), "no-such-application", "the token of the first opens nothing");
  await one.says(`/enter celtra ${token}`, "/create Planes", "/join Planes");
  t.match(await one.says("/history"), ["Nothing has been said in Celtra/Planes yet."]);
});
