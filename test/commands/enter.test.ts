import t from "tap";
import { changeApplication, endApplication } from "../../src/chat/operations/administer-applications.ts";
import { MAX_WRONG_TOKENS } from "../../src/chat/operations/enter-application.ts";
import { labelOf } from "../../src/domain/names.ts";
import { aCeltra, TOKEN } from "../support/world/celtra.ts";

const NO_ROOM = "There is no room with this name. /rooms lists the rooms.";
const NO_APPLICATION = "There is no application with this name, or this is not its token: /enter APP TOKEN.";

t.test("without its token an application is one that is not there", async (t) => {
  const { one } = await aCeltra();
  t.same(await one.says("/join celtra/1"), [NO_ROOM]);
  t.same(await one.says("/enter celtra", "/enter nix", "/enter celtra wrong"), [
    NO_APPLICATION,
    NO_APPLICATION,
    NO_APPLICATION,
  ]);
  t.same(await one.says("/create celtra/planes"), [NO_APPLICATION]);
});

t.test("with the token its rooms are joined by their numbers and names, and those of main as before", async (t) => {
  const { one, two } = await aCeltra();
  t.match(await one.says(`/enter CELTRA ${TOKEN}`), [/^Names of rooms mean those of Celtra now/]);
  t.same(await one.says("/join 1"), ["[*]: User one joined Celtra/1."]);
  t.same(await one.says("/create Planes"), ["Room Celtra/Planes created. Type /join Celtra/Planes to go in."]);
  await two.says(`/enter celtra ${TOKEN}`, "/enter main");
  t.same(await two.says("/join celtra/chat-1"), ["[*]: User two joined Celtra/1."]);
  one.heard();
  await two.says("hello", "#lobby elsewhere");
  t.same(one.heard(), ["[two]: hello", "#lobby [two]: elsewhere"]);
  await one.says("#celtra/1 to you", "/join main/lobby");
  t.same(two.heard().at(-1), "[one]: to you");
});

t.test("a room that has a name is found by its number, too, and is one room", async (t) => {
  const { one, two } = await aCeltra();
  await one.says(`/enter celtra ${TOKEN}`, "/create Planes", "/join planes");
  await two.says(`/enter celtra ${TOKEN}`);
  t.same(await two.says("/join 2"), ["[*]: User two joined Celtra/Planes."]);
  t.same(one.heard().at(-1), "[*]: User two joined Celtra/Planes.");
});

t.test("an application that is open lets everybody in", async (t) => {
  const { world, one, celtra } = await aCeltra();
  await changeApplication(world.context, celtra, { isOpen: true });
  t.same(await one.says("/join celtra/1"), ["[*]: User one joined Celtra/1."]);
});

t.test("when it ends its people are told, and its rooms are gone", async (t) => {
  const { world, one, celtra } = await aCeltra();
  await one.says(`/enter celtra ${TOKEN}`, "/join 1");
  one.heard();
  await endApplication(world.context, celtra);
  t.same(one.heard()[0], "[*]: The operator destroyed room Celtra/1.");
  t.same(await one.says("/join celtra/1"), [NO_ROOM]);
  t.same(await one.says("/where"), ["You talk in no room. You are in: lobby. Type /join ROOM to talk in one of them."]);
});

t.test("with another title its rooms have another name", async (t) => {
  const { world, one, celtra } = await aCeltra();
  await one.says(`/enter celtra ${TOKEN}`, "/join 1");
  one.heard();
  await changeApplication(world.context, celtra, { title: "acme" });
  t.match(await one.says("/where"), [/acme\/1/]);
  t.same(await one.says("/join celtra/1"), [NO_ROOM]);
  t.same(await one.says("/join main/lobby", "/join 1"), [
    "You are now talking in lobby.",
    "You are now talking in acme/1.",
  ]);
});

t.test(
  "within it bare names and numbers are its own, in front of what is said, too, and /rooms lists its rooms",
  async (t) => {
    const { one, two } = await aCeltra();
    t.same(await one.says(`/enter celtra ${TOKEN}`, "/rooms"), [
      "Names of rooms mean those of Celtra now. /rooms lists them, /enter main comes back.",
      "Rooms: Celtra/1",
    ]);
    await one.says("/create Planes", "/join Planes", "/join 1");
    await two.says(`/enter celtra ${TOKEN}`, "/join 1", "/join planes");
    one.heard();
    await two.says("#1 psst");
    t.same(one.heard(), ["[two]: psst"]);
    t.same(await one.says("/rooms"), ["Rooms: Celtra/1 (2, current), Celtra/Planes (2, joined)"]);
    t.same((await one.says("/enter main", "/rooms")).at(-1), "Rooms: lobby (2, joined)");
  },
);

t.test("after ten wrong tokens a connection may show no other, not even the right one", async (t) => {
  const { one, two } = await aCeltra();
  for (let n = 0; n < MAX_WRONG_TOKENS; n++) {
    t.equal(await one.refusal(`/enter ${n % 2 ? "celtra" : "nix"} wrong${n}`), "no-such-application");
  }
  t.equal(await one.refusal(`/enter celtra ${TOKEN}`), "too-many-tokens");
  t.equal(await one.refusal("/enter main"), null);
  t.match(await two.says(`/enter celtra ${TOKEN.toUpperCase()}`), [/^Names of rooms/], "others may");
});

t.test("a token opens no other application, and none that has another token by now", async (t) => {
  const { world, one, celtra } = await aCeltra();
  await changeApplication(world.context, celtra, { token: "6f1c2b0a-0000-4000-8000-000000000002" });
  t.equal(await one.refusal(`/enter celtra ${TOKEN}`), "no-such-application");
  t.equal(await one.refusal("/enter main " + TOKEN), null, "main needs none");
  t.equal(await one.refusal("/enter celtra"), "no-such-application");
});

t.test("whoever came in while it was open names rooms of main again when it is closed", async (t) => {
  const { world, one, two, celtra } = await aCeltra();
  await changeApplication(world.context, celtra, { isOpen: true });
  await one.says("/enter celtra", "/join 1", "/join main/lobby");
  await two.says(`/enter celtra ${TOKEN}`, "/join 1");
  for (const person of [one, two]) person.heard();
  await changeApplication(world.context, celtra, { isOpen: false });
  t.same(one.heard(), ["Names of rooms mean those of main again."]);
  t.same(two.heard(), [], "who has shown the token stays");
  t.equal(await one.refusal("#1 the code is 4711"), "no-named-room");
  t.equal(await one.refusal("/enter celtra"), "no-such-application");
  t.match(await one.says("/rooms"), ["Rooms: lobby (2, current)"]);
});

t.test("when it ends, what is typed for one of its rooms is said in no other", async (t) => {
  const { world, one, two, celtra } = await aCeltra();
  await one.says(`/enter celtra ${TOKEN}`, "/create Planes", "/join Planes", "/join 1", "/join main/lobby");
  for (const person of [one, two]) person.heard();
  await endApplication(world.context, celtra);
  t.same(one.heard(), [
    "[*]: The operator destroyed room Celtra/Planes.",
    "[*]: The operator destroyed room Celtra/1.",
    "Names of rooms mean those of main again.",
  ]);
  for (const room of ["1", "chat-1", "2", "planes", "celtra/1"]) {
    t.equal(await one.refusal(`#${room} the code is 4711`), "no-named-room", room);
  }
  t.same(two.heard(), []);
  t.same(await one.says("/rooms"), ["Rooms: lobby (2, current)"]);
});

t.test("/rooms lists private rooms where their application is named, and nowhere else", async (t) => {
  const { one, two } = await aCeltra();
  await one.says("/create_private Cellar", `/enter celtra ${TOKEN}`, "/create_private Den", "/join Den");
  await two.says(`/enter celtra ${TOKEN}`);
  t.same(await one.says("/rooms"), ["Rooms: Celtra/Den (1, private, current), Celtra/1"]);
  t.same(await two.says("/rooms"), ["Rooms: Celtra/1"]);
  t.same((await one.says("/enter main", "/rooms")).at(-1), "Rooms: lobby (2, joined), Cellar (0, private)");
});

t.test(
  "rooms of main that one is in are named as they are shown, where the application has none of the name",
  async (t) => {
    const { one, two } = await aCeltra();
    await two.says("/create Planes", "/join Planes");
    for (const person of [one, two]) await person.says(`/enter celtra ${TOKEN}`, "/join 1");
    await one.says("/join main/Planes", "/join 1");
    two.heard();
    await one.says("#lobby a", "#planes: b", "/say lobby c", "#main/lobby d", "#main/planes e");
    t.same(two.heard(), [
      "#lobby [one]: a",
      "#Planes [one]: b",
      "#lobby [one]: c",
      "#lobby [one]: d",
      "#Planes [one]: e",
    ]);
    t.same(await one.says("/join lobby", "/leave planes"), ["You are now talking in lobby.", "You left room Planes."]);
    t.equal(await two.refusal("/destroy planes"), "no-such-room", "what ends is named in full");
    await two.says("/create Planes", "/join Planes");
    await one.says("/join main/planes", "#planes to whom?");
    t.equal(one.outlet.refusals.at(-1)?.code, "not-in-named-room", "bare names are first those of the application");
  },
);

t.test("a private room of the application that one does not know changes nothing of that", async (t) => {
  const { one, two } = await aCeltra();
  for (const person of [one, two]) await person.says(`/enter celtra ${TOKEN}`, "/join 1");
  await two.says("/create_private lobby");
  t.same(await one.says("/join lobby"), ["You are now talking in lobby."]);
  await one.says("/join 1", "#lobby hello");
  t.same(two.heard().at(-1), "#lobby [one]: hello");
});

t.test("what is for a room of the application that nobody here has asked for is said in no other", async (t) => {
  const { world, one, two, celtra } = await aCeltra();
  for (const name of ["Trains", "Boats"]) {
    const rooms = { application: celtra.id, isPrivate: false, authorId: celtra.id, author: "api" };
    await world.store.createRoom({ ...rooms, name: labelOf(name) });
  }
  await one.says(`/enter celtra ${TOKEN}`);
  t.equal(await one.refusal("#trains the code is 4711"), "not-in-named-room");
  t.equal(await one.refusal("#celtra/boats the code is 4711"), "not-in-named-room");
  await two.says("#celtra/trains is a hashtag to me", "#nothing of the kind");
  t.same(one.heard(), ["[two]: #celtra/trains is a hashtag to me", "[two]: #nothing of the kind"]);
  await one.says("#nothing like it");
  t.same(two.heard(), ["[one]: #nothing like it"]);
});
