import t from "tap";
import { changeApplication, endApplication } from "../../../src/chat/operations/administer-applications.ts";
import { aCeltra, addCeltra, addChat, TOKEN } from "../../support/world/celtra.ts";
import { GRACE_MS, Server } from "../../support/world/server.ts";

const NAMES_MEAN = "Names of rooms mean those of Celtra now. /rooms lists them, /enter main comes back.";

t.test("whoever comes back is in the rooms of the application again, and names them as before", async (t) => {
  const { world, one, two, celtra } = await aCeltra({ graceMs: GRACE_MS });
  await addChat(world, celtra);
  await one.says(`/enter celtra ${TOKEN}`, "/join 1");
  await two.says(`/enter celtra ${TOKEN}`, "/join 1");
  await one.breaks();
  await two.says("hello");
  const again = await world.enters("one");
  const [names, ...others] = again.heard();
  t.equal(names, NAMES_MEAN);
  t.ok(others.some((line) => line.endsWith("[two]: hello")));
  t.equal(others.at(-1), "You are now talking in Celtra/1.");
  t.equal(await again.refusal("/join 2"), null, "the token is not asked for again");
});

t.test("they come back to what they entered though names mean main again", async (t) => {
  const { world, one } = await aCeltra({ graceMs: GRACE_MS });
  await one.says(`/enter celtra ${TOKEN}`, "/enter main");
  await one.breaks();
  const again = await world.enters("one");
  t.same(again.heard(), ["You are back in lobby. Nothing was said meanwhile."]);
  t.equal(await again.refusal("/join celtra/1"), null);
});

t.test("an application that has ended meanwhile is left out, and what is for it is said nowhere", async (t) => {
  const { world, one, two, celtra } = await aCeltra({ graceMs: GRACE_MS });
  await one.says(`/enter celtra ${TOKEN}`, "/join 1", "/join main/lobby");
  await one.breaks();
  await endApplication(world.context, celtra);
  const again = await world.enters("one");
  t.equal(again.heard()[0], "Names of rooms mean those of main again.");
  t.same([again.session.application, again.session.entered.size], [null, 0]);
  two.heard();
  t.equal(await again.refusal("#1 the code is 4711"), "no-named-room");
  t.equal(await again.refusal("#chat-1 the code is 4711"), "no-named-room");
  t.same(two.heard(), []);
});

t.test("one that was closed meanwhile is not theirs any more, but a room that they were in", async (t) => {
  const { world, one, celtra } = await aCeltra({ graceMs: GRACE_MS });
  await changeApplication(world.context, celtra, { isOpen: true });
  await one.says("/enter celtra", "/create_private Den", "/join Den", "/join main/lobby");
  await one.breaks();
  await changeApplication(world.context, celtra, { isOpen: false });
  const again = await world.enters("one");
  t.equal(again.session.application, null);
  t.ok(again.heard().includes("You are back in Celtra/Den. Nothing was said meanwhile."), "a room is its owner's");
  t.equal(await again.refusal("/join celtra/1"), "no-such-room");
});

t.test("after a crash they are back in rooms that nobody else needs, and in the application", async (t) => {
  const server = new Server();
  const world = await server.start();
  await addCeltra(world);
  const [one] = await world.enterAll("one");
  await one.says(`/enter celtra ${TOKEN}`, "/join 1", "/create_private Den", "/join Den");
  await server.crash();
  const next = await server.start();
  const again = await next.enters("one");
  t.same(
    again.session.rooms.map(({ name }) => name.shown),
    ["lobby", "Celtra/1", "Celtra/Den"],
  );
  t.equal(again.heard()[0], NAMES_MEAN);
  t.equal(again.session.current?.name.shown, "Celtra/Den");
  t.match(await again.says("/rooms"), ["Rooms: Celtra/Den (1, private, current), Celtra/1 (1, joined)"]);
});
