import t from "tap";
import { Client } from "../support/client.ts";
import { aDaemon } from "../support/daemon.ts";

t.test("shows who is online, sorted without case, as first written", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "bob");
  await Client.login(t, port, "Carl");
  await Client.login(t, port, "Adam");
  t.same(await one.ask("/users"), ["Online users: Adam, bob, Carl"]);
});

t.test("is known by its other name, and without case", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/who"), ["Online users: one"]);
  t.same(await one.ask("/USERS"), ["Online users: one"]);
});

t.test("shows who is in a room", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "Two");
  await Client.login(t, port, "three");
  t.same(await one.ask("/create Planes"), ["Room Planes created."]);
  t.same(await one.ask("/users Planes"), ["Nobody is in Planes."]);
  await two.ask("/join Planes");
  await one.ask("/join Planes");
  t.same(await one.ask("/users planes"), ["Users in Planes: one, Two"]);
});

t.test("who has left is shown no more", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  two.send("/quit");
  await one.expect("[*]: User two left lobby.");
  t.same(await one.ask("/users", "/users lobby"), ["Online users: one", "Users in lobby: one"]);
});

t.test("knows no room that is not there", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/users Planes"), ["There is no room with this name. /rooms shows what there is."]);
});

t.test("takes one room at most", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/users Planes Trains"), ["That is too much. Usage: /users [ROOM]"]);
});

t.test("shows a hundred names, and how many more there are", async (t) => {
  const { port } = await aDaemon(t);
  const names = Array.from({ length: 101 }, (_, i) => `user${String(i).padStart(3, "0")}`);
  const shown = names.slice(0, 100).join(", ");
  await Promise.all(names.slice(1, 100).map((name) => Client.login(t, port, name)));
  const first = await Client.login(t, port, names[0] ?? "");
  first.send("/users", "/users lobby");
  t.equal(await first.expect(/^Online users: /), `Online users: ${shown}`);
  t.equal(await first.expect(/^Users in /), `Users in lobby: ${shown}`);
  await Client.login(t, port, names[100] ?? "");
  first.send("/users", "/users lobby");
  t.equal(await first.expect(/^Online users: /), `Online users: ${shown} … and 1 more, /users ROOM shows one room.`);
  t.equal(await first.expect(/^Users in /), `Users in lobby: ${shown} … and 1 more.`);
});
