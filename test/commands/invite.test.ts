import t from "tap";
import { Client } from "../support/client.ts";
import { aDaemon } from "../support/daemon.ts";

const NOT_PRIVATE = "You can only invite from inside a private room that you own.";
const ALREADY = "This user is already a member of this private room.";

t.test("lets somebody in, and tells him as a whisper", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.ask("/create_private Planes", "/join Planes");
  t.same(await one.ask("/invite two"), ["User added to private room members."]);
  t.same(await two.settle(), ["<<one>>: I invited you to my private room Planes."]);
  t.same(await two.ask("/join Planes"), ["[*]: User two joined Planes."]);
});

t.test("whoever was invited may answer with /reply", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.ask("/create_private Planes", "/join Planes", "/invite two");
  await two.expect("<<one>>: I invited you to my private room Planes.");
  two.send("/reply thank you");
  await one.expect("<<two>>: thank you");
});

t.test("nobody else is let in", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  await Client.login(t, port, "two");
  const three = await Client.login(t, port, "three");
  await one.ask("/create_private Planes", "/join Planes", "/invite two");
  t.same(await three.ask("/join Planes"), ["There is no room with this name. /rooms shows what there is."]);
});

t.test("is known without case, and so is whom it names", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  await Client.login(t, port, "Two");
  await one.ask("/create_private Planes", "/join Planes");
  t.same(await one.ask("/Invite tWO"), ["User added to private room members."]);
});

t.test("works from inside an own private room only", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await Client.login(t, port, "three");
  await one.ask("/create Trains", "/create_private Planes", "/join Planes", "/invite two");
  t.same(await one.ask("/join lobby", "/invite three"), ["You are now talking in lobby.", NOT_PRIVATE]);
  t.same(await one.ask("/join Trains", "/invite three"), ["[*]: User one joined Trains.", NOT_PRIVATE]);
  t.same(await two.ask("/join Planes", "/invite three"), ["[*]: User two joined Planes.", NOT_PRIVATE]);
});

t.test("needs a room to be in", async (t) => {
  const { port } = await aDaemon(t, { lobby: "none" });
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/create_private Planes", "/invite one"), [
    "Room Planes created.",
    "Incomplete command or message sent without joining a room first. Type /help to see available commands.",
  ]);
});

t.test("refuses who is not online, and who is invited or inside already", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.ask("/create_private Planes", "/join Planes", "/invite two");
  t.same(await one.ask("/invite nobody"), ["This user is not online. Use /users to see online users."]);
  t.same(await one.ask("/invite two", "/invite one"), [ALREADY, ALREADY]);
  await two.ask("/join Planes");
  t.same(await one.ask("/invite two"), [ALREADY]);
});

t.test("takes exactly one name", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/invite"), [
    "Incomplete command or message sent without joining a room first. Usage: /invite USER",
  ]);
  t.same(await one.ask("/invite two three"), ["That is too much. Usage: /invite USER"]);
});

t.test("of somebody who is banned there waits until the ban is lifted", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  await Client.login(t, port, "two");
  await one.ask("/create_private Planes", "/join Planes", "/ban two");
  t.same(await one.ask("/invite two"), ["This user is banned from this room. Use /unban USER first."]);
  t.same(await one.ask("/unban two", "/invite two"), [
    "User two may join Planes again.",
    "User added to private room members.",
  ]);
});
