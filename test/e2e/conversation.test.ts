import t from "tap";
import { Client } from "../support/sockets/client.ts";
import { aDaemon } from "../support/sockets/daemon.ts";

t.test("the first version's transcript replays", async (t) => {
  const { port } = await aDaemon(t, { lobby: "none", roomsPerUser: "1", loginTries: "1" });
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/root"), ["Command not known, type /help to see available commands."]);
  t.equal((await one.ask("/help"))[0], "Available commands:");
  t.same(await one.ask("/users"), ["Online users: one"]);
  const two = await Client.login(t, port, "two");
  t.same(await two.ask("/users"), ["Online users: one, two"]);
});

t.test("the later version's conversation replays", async (t) => {
  const { port } = await aDaemon(t, { lobby: "none", roomsPerUser: "1", loginTries: "1" });
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  t.same(await one.ask("/create Planes"), ["Room Planes created. Type /join Planes to go in."]);
  t.same(await two.ask("/users"), ["Online users: one, two"]);
  t.same(await two.ask("/rooms"), ["Rooms: Planes"]);
  t.same(await two.ask("/join Planes"), ["[*]: User two joined Planes."]);
  t.same(await one.ask("/join Planes"), ["[*]: User one joined Planes."]);
  t.same(await two.settle(), ["[*]: User one joined Planes."]);
  t.same(await two.ask("hi"), []);
  t.same(await one.settle(), ["[two]: hi"]);
  t.same(await one.ask("hi! i can't believe it's working!"), []);
  t.same(await two.settle(), ["[one]: hi! i can't believe it's working!"]);
  t.same(await one.ask("/leave"), ["You left room Planes.", "You are in no room right now. /rooms lists the rooms."]);
  t.same(await two.settle(), ["[*]: User one left Planes."]);
  one.send("/quit");
  await one.expect("Bye.");
  await one.ended();
  t.same(await two.ask("/users"), ["Online users: two"]);
});
