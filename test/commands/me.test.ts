import t from "tap";
import { Client } from "../support/client.ts";
import { aDaemon } from "../support/daemon.ts";

t.test("shows an act to everybody in the room, the author included", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.settle();
  t.same(await one.ask("/me waves,  twice"), ["* one waves,  twice"]);
  t.same(await two.settle(), ["* one waves,  twice"]);
});

t.test("is known without case, and kept with what was said", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  await one.ask("/ME waves");
  t.match(await one.ask("/history"), ["-- last 1 line in lobby (times UTC) --", /^1 \d\d:\d\d \* one waves$/]);
});

t.test("is prefixed with the room where that is not the current one", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await two.ask("/create Planes", "/join Planes");
  await one.ask("/me waves");
  t.same(await two.settle(), ["#lobby * one waves"]);
});

t.test("takes a text", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/me"), ["Incomplete command or message sent without joining a room first. Usage: /me TEXT"]);
});

t.test("needs a room to be in", async (t) => {
  const { port } = await aDaemon(t, { lobby: "none" });
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/me waves"), [
    "Incomplete command or message sent without joining a room first. Type /help to see available commands.",
  ]);
});
