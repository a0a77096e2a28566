import t from "tap";
import { Client } from "../support/client.ts";
import { aDaemon } from "../support/daemon.ts";

t.test("goes to one person alone, who need not be in the same room", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  const three = await Client.login(t, port, "three");
  await two.ask("/leave");
  await three.settle();
  t.same(await one.ask("/whisper two psst,  a secret"), []);
  t.same(await two.settle(), ["<<one>>: psst,  a secret"]);
  t.same(await three.settle(), []);
});

t.test("is known by its other names, without case, and so is whom it names", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "Two");
  await one.ask("/msg two a", "/w TWO b", "/WHISPER tWo c");
  t.same(await two.settle(), ["<<one>>: a", "<<one>>: b", "<<one>>: c"]);
});

t.test("is not kept", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  await Client.login(t, port, "two");
  await one.ask("/whisper two a secret");
  t.same(await one.ask("/history"), ["Nothing was said in lobby yet."]);
});

t.test("refuses who is not online, and what is no name", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const offline = "This user is not online. Use /users to see online users.";
  t.same(await one.ask("/whisper two hello", "/whisper t.w.o hello"), [offline, offline]);
});

t.test("takes a name and a text", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const usage = "Incomplete command or message sent without joining a room first. Usage: /whisper USER TEXT";
  t.same(await one.ask("/whisper", "/whisper one"), [usage, usage]);
});
