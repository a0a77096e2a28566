import t from "tap";
import { StoreError } from "../../src/ports/store-error.ts";
import { Client } from "../support/client.ts";
import { aDaemon } from "../support/daemon.ts";
import { aWorld } from "../support/people.ts";

const ALONE = "Nobody else is here. Your line is kept; they will see it when they come.";

t.test("a plain line goes to the others in the current room, and not back to its author", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  const three = await Client.login(t, port, "three");
  await three.ask("/leave");
  await two.settle();
  t.same(await one.ask("hi  there!"), []);
  t.same(await two.settle(), ["[one]: hi  there!"]);
  t.same(await three.settle(), []);
});

t.test("two slashes say the rest with one", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.ask("//quit leaves the chat", "///");
  t.same(await two.settle(), ["[one]: /quit leaves the chat", "[one]: //"]);
});

t.test("empty lines are ignored, and so are those of which nothing is left when they are clean", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await two.settle();
  t.same(await one.ask("", "   ", "\t", "\u200b\u202e"), []);
  t.same(await two.settle(), []);
});

t.test("control characters never reach anybody", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.ask("a\u001b[31mb\u009bc\u202ed\tf");
  t.same(await two.settle(), ["[one]: abcd f"]);
});

t.test("the first line with nobody else there is answered, once", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("anybody?"), [ALONE]);
  t.same(await one.ask("hello?"), []);
});

t.test("with somebody there nothing is answered, and alone later it is", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  t.same(await two.ask("hi"), []);
  one.close();
  await two.expect("[*]: User one left lobby.");
  t.same(await two.ask("hello?"), [ALONE]);
});

t.test("without a room it is refused", async (t) => {
  const { port } = await aDaemon(t, { lobby: "none" });
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("hello?"), [
    "Incomplete command or message sent without joining a room first. Type /help to see available commands.",
  ]);
});

t.test("past the bound on what waits for the store it is refused at once, and nobody sees it", async (t) => {
  const world = await aWorld({ maxPendingMessages: 2 });
  const [one, two] = await world.enterAll("one", "two");
  const release = world.store.hold("append");
  // One is with the store, two wait, and one more is too much.
  t.same(await one.says("a", "b", "c", "d"), [
    "The server is busy: your line was not stored. Say it again in a moment.",
  ]);
  t.same(two.heard(), []);
  release();
  await world.clock.turn();
  t.same(two.heard(), ["[one]: a", "[one]: b", "[one]: c"]);
  t.same(world.watch.refusals, ["too-much-waiting"]);
});

t.test("on a full disk it is refused to its author, until there is space", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  world.store.fail("append", new StoreError("full", "disk full"));
  t.same(await one.says("a"), [
    "The disk of the server is full: your line was not stored. Say it again when there is space.",
  ]);
  t.same(await one.says("b"), []);
  t.same(two.heard(), ["[one]: b"]);
  t.same(world.watch.refusals, ["store-full"]);
});

t.test("with a broken store it is refused to its author", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  world.store.fail("append", new StoreError("broken", "not a database"));
  t.same(await one.says("a"), [
    "The server cannot store anything now: your line was not stored. Say it again in a moment.",
  ]);
  t.same(two.heard(), []);
});

t.test("a line that was refused is not said to be kept, and the first one that is, is", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  world.store.fail("append", new StoreError("broken", "not a database"));
  t.notOk((await one.says("a")).includes(ALONE));
  t.same(await one.says("b"), [ALONE]);
});
