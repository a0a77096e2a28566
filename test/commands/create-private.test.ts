import t from "tap";
import { Client } from "../support/client.ts";
import { aDaemon } from "../support/daemon.ts";

t.test("makes a room that nobody else sees, and does not join it", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  t.same(await one.ask("/create_private Den"), ["Room Den created."]);
  t.same(await one.ask("/rooms", "/users Den"), ["Rooms: lobby (2), Den", "Nobody is in Den."]);
  t.same(await two.ask("/rooms", "/join Den"), [
    "Rooms: lobby (2)",
    "There is no room with this name. /rooms shows what there is.",
  ]);
});

t.test("its maker owns it", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  await one.ask("/create_private Den");
  t.same(await one.ask("/destroy Den"), ["Room Den destroyed."]);
});

t.test("its name is taken for everybody, though they do not see it", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.ask("/create_private Den");
  const taken = "A room with this name already exists. Please choose a different name.";
  t.same(await two.ask("/create den", "/create_private DEN"), [taken, taken]);
});

t.test("is known without case, and refuses what is no name", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/Create_Private Den"), ["Room Den created."]);
  t.same(await one.ask("/create_private d.e.n"), ["A room's name is letters, digits, _ and -, up to 64."]);
});

t.test("takes exactly one name", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/create_private"), [
    "Incomplete command or message sent without joining a room first. Usage: /create_private ROOM",
  ]);
  t.same(await one.ask("/create_private my den"), ["That is too much. Usage: /create_private ROOM"]);
});
