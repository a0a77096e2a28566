import t from "tap";
import { Client } from "../support/client.ts";
import { aDaemon } from "../support/daemon.ts";

const NOT_YOURS = "You can only destroy rooms created by you.";
const NO_SUCH_ROOM = "There is no room with this name. /rooms shows what there is.";

t.test("ends an own room for everybody", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.ask("/create Planes");
  t.same(await one.ask("/destroy Planes"), ["Room Planes destroyed."]);
  t.same(await two.ask("/rooms", "/join Planes"), ["Rooms: lobby (2)", NO_SUCH_ROOM]);
});

t.test("tells those inside, of whom only who did it talks on in the room joined before", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.ask("/create Planes", "/join Planes");
  await two.ask("/join Planes");
  t.same(await one.ask("/destroy Planes"), ["You are now talking in lobby.", "Room Planes destroyed."]);
  const nowhere = "You are talking in no room now. Type /join lobby to talk there.";
  t.same(await two.settle(), ["[*]: Room Planes was destroyed.", nowhere]);
  await two.ask("not yet", "/join lobby", "back here");
  t.same(await one.settle(), ["[two]: back here"]);
});

t.test("leaves the current room alone where another one is destroyed", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.ask("/create Planes");
  await two.ask("/join Planes", "/join lobby");
  await one.ask("/destroy Planes");
  t.same(await two.settle(), ["[*]: Room Planes was destroyed."]);
  t.same(await two.ask("/join lobby"), ["You are already in this room."]);
});

t.test("leaves those in no room who were in no other", async (t) => {
  const { port } = await aDaemon(t, { lobby: "none" });
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.ask("/create Planes");
  await two.ask("/join Planes");
  await one.ask("/destroy Planes");
  t.same(await two.settle(), ["[*]: Room Planes was destroyed."]);
  t.same(await two.ask("hello?"), [
    "Incomplete command or message sent without joining a room first. Type /help to see available commands.",
  ]);
});

t.test("is known without case, and a room too", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  await one.ask("/create Planes");
  t.same(await one.ask("/DESTROY planes"), ["Room Planes destroyed."]);
});

t.test("refuses a room of somebody else, the lobby, and what is not there", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.ask("/create Planes", "/create_private Den");
  t.same(await two.ask("/destroy Planes", "/destroy lobby"), [NOT_YOURS, NOT_YOURS]);
  t.same(await two.ask("/destroy Den", "/destroy Trains", "/destroy a.b"), [NO_SUCH_ROOM, NO_SUCH_ROOM, NO_SUCH_ROOM]);
  t.same(await one.ask("/rooms"), ["Rooms: lobby (2), Den, Planes"]);
});

t.test("takes exactly one room", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/destroy"), [
    "Incomplete command or message sent without joining a room first. Usage: /destroy ROOM",
  ]);
  t.same(await one.ask("/destroy lobby now"), ["That is too much. Usage: /destroy ROOM"]);
});
