import t from "tap";
import { Client } from "../support/client.ts";
import { aDaemon } from "../support/daemon.ts";

t.test("leaves the current room, and the one joined before is the current one", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.ask("/create Planes", "/join Planes");
  await two.ask("/join Planes");
  await one.settle();
  t.same(await two.ask("/leave"), ["You left room Planes.", "You are now talking in lobby."]);
  t.same(await one.settle(), ["[*]: User two left Planes."]);
});

t.test("leaves another room by its name, and the current one stays", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.ask("/create Planes", "/join Planes");
  t.same(await one.ask("/leave LOBBY"), ["You left room lobby."]);
  t.same(await two.settle(), ["[*]: User one left lobby."]);
  t.same(await one.ask("/join Planes"), ["You are already in this room."]);
});

t.test("is known by its other name, and without case", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  await one.ask("/create Planes", "/join Planes");
  t.same(await one.ask("/part"), ["You left room Planes.", "You are now talking in lobby."]);
  t.same(await one.ask("/LEAVE lobby"), ["You left room lobby."]);
});

t.test("leaves one in no room when it was the last one", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/leave"), ["You left room lobby."]);
  const nowhere =
    "Incomplete command or message sent without joining a room first. Type /help to see available commands.";
  t.same(await one.ask("/leave", "hello?"), [nowhere, nowhere]);
});

t.test("refuses a room where one is not, and one that is not there", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  await one.ask("/create Planes");
  t.same(await one.ask("/leave Planes"), ["You are not in this room. Use /join to come in."]);
  t.same(await one.ask("/leave Trains"), ["There is no room with this name. /rooms shows what there is."]);
});

t.test("takes one room at most", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/leave lobby now"), ["That is too much. Usage: /leave [ROOM]"]);
});

t.test("whoever left hears nothing more of the room", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await two.ask("/leave");
  await one.ask("still here?");
  t.same(await two.settle(), []);
});
