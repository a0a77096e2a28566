import t from "tap";
import { Client } from "../support/sockets/client.ts";
import { aDaemon } from "../support/sockets/daemon.ts";

for (const typed of ["/quit", "/exit", "/QUIT"]) {
  t.test(`after ${typed} the goodbye is the last line, and the connection is closed`, async (t) => {
    const { port } = await aDaemon(t);
    const one = await Client.login(t, port, "one");
    one.send(typed);
    await one.ended();
    t.equal(one.lines.at(-1), "Bye.");
  });
}

t.test("the others in the room are told, and the name is free", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  two.send("/quit");
  await two.ended();
  t.same((await one.settle()).slice(-1), ["[*]: User two left lobby."]);
  await Client.login(t, port, "two");
  t.same(await one.ask("/users"), ["Online users: one, two"]);
});

t.test("what was said before it is still stored and shown", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.settle();
  two.send("a", "b", "/quit");
  await two.ended();
  t.same(await one.settle(), ["[two]: a", "[two]: b", "[*]: User two left lobby."]);
});

t.test("nothing that came behind it is done", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  two.send("/quit", "too late", "/create Planes");
  await two.ended();
  await one.settle();
  t.same(await one.ask("/history", "/rooms"), ["Nothing has been said in lobby yet.", "Rooms: lobby (1, current)"]);
});
