import t from "tap";
import { Client } from "../support/client.ts";
import { aDaemon } from "../support/daemon.ts";
import { aWorld } from "../support/people.ts";

t.test("answers who whispered last", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  const three = await Client.login(t, port, "three");
  await one.settle();
  one.send("/whisper three from one");
  await three.expect("<<one>>: from one");
  two.send("/whisper three from two");
  await three.expect("<<two>>: from two");
  three.send("/reply hello  you");
  await two.expect("<<three>>: hello  you");
  t.same(await one.settle(), []);
});

t.test("goes on as a conversation, by its other name and without case", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/whisper two hi");
  await two.says("/r hi!");
  await one.says("/REPLY bye");
  t.same([one.outlet.lines.at(-1), two.outlet.lines.at(-1)], ["<<two>>: hi!", "<<one>>: bye"]);
});

t.test("is refused as long as nobody whispered", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await two.says("/whisper one hello");
  t.same(await two.says("/reply hello"), ["Nobody has whispered to you yet. Use /whisper USER TEXT."]);
  t.same(one.heard(), ["<<two>>: hello"]);
});

t.test("is refused when the one who whispered is gone", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/whisper two hello");
  await one.ends();
  t.same(await two.says("/reply hello"), ["This user is not online. Use /users to see online users."]);
});

t.test("never goes to somebody else who took the name meanwhile", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/whisper two hello");
  await one.ends();
  const other = await world.enters("one");
  other.heard();
  t.same(await two.says("/reply a secret"), ["This user is not online. Use /users to see online users."]);
  t.same(other.heard(), []);
});

t.test("takes a text", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.same(await one.says("/reply"), [
    "Incomplete command or message sent without joining a room first. Usage: /reply TEXT",
  ]);
});
