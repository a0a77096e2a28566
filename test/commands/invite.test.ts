import t from "tap";
import { aWorld } from "../support/world/people.ts";

t.test("lets somebody in, and tells him as a whisper", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create_private Planes", "/join Planes");
  t.same(await one.says("/invite two"), ["User added to private room members."]);
  t.same(two.heard(), [
    "<<one>>: I invited you to my private room Planes. Type /join Planes to come in.",
    "Type /r TEXT to answer.",
  ]);
  t.same(await two.says("/join Planes"), ["[*]: User two joined Planes."]);
});

t.test("whoever was invited may answer with /reply", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create_private Planes", "/join Planes", "/invite two");
  t.same(two.heard(), [
    "<<one>>: I invited you to my private room Planes. Type /join Planes to come in.",
    "Type /r TEXT to answer.",
  ]);
  await two.says("/reply thank you");
  t.same(one.heard(), ["<<two>>: thank you", "Type /r TEXT to answer."]);
});

t.test("nobody else is let in", async (t) => {
  const world = await aWorld();
  const [one, , three] = await world.enterAll("one", "two", "three");
  await one.says("/create_private Planes", "/join Planes", "/invite two");
  t.equal(await three.refusal("/join Planes"), "no-such-room");
});

t.test("is known without case, and so is whom it names", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one", "Two");
  await one.says("/create_private Planes", "/join Planes");
  t.same(await one.says("/Invite tWO"), ["User added to private room members."]);
});

t.test("works from inside an own private room only", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two", "three");
  await one.says("/create Trains", "/create_private Planes", "/join Planes", "/invite two");
  t.same(await one.says("/join lobby"), ["You are now talking in lobby."]);
  t.equal(await one.refusal("/invite three"), "invite-not-private");
  t.same(await one.says("/join Trains"), ["[*]: User one joined Trains."]);
  t.equal(await one.refusal("/invite three"), "invite-not-private");
  t.same(await two.says("/join Planes"), ["[*]: User two joined Planes."]);
  t.equal(await two.refusal("/invite three"), "not-owner");
});

t.test("needs a room to be in", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one] = await world.enterAll("one");
  t.same(await one.says("/create_private Planes"), ["Room Planes created. Type /join Planes to go in."]);
  t.equal(await one.refusal("/invite one"), "no-room-joined");
});

t.test("refuses who is not online, and who is invited or inside already", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create_private Planes", "/join Planes", "/invite two");
  t.equal(await one.refusal("/invite nobody"), "no-such-user");
  for (const name of ["two", "one"]) t.equal(await one.refusal(`/invite ${name}`), "already-invited", name);
  await two.says("/join Planes");
  t.equal(await one.refusal("/invite two"), "already-invited");
});

t.test("takes exactly one name", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.equal(await one.refusal("/invite"), "missing-argument");
  t.equal(await one.refusal("/invite two three"), "extra-argument");
});

t.test("of somebody who is banned there waits until the ban is lifted", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one", "two");
  await one.says("/create_private Planes", "/join Planes", "/ban two");
  t.equal(await one.refusal("/invite two"), "invitee-banned");
  t.same(await one.says("/unban two", "/invite two"), [
    "User two may join Planes again.",
    "User added to private room members.",
  ]);
});
