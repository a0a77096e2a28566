import t from "tap";
import { Client } from "../support/client.ts";
import { aDaemon } from "../support/daemon.ts";

async function ownerAndMember(t: Parameters<typeof aDaemon>[0]): Promise<[Client, Client]> {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.ask("/create Planes", "/join Planes");
  await two.ask("/join Planes");
  await one.settle();
  return [one, two];
}

t.test("says that there is none", async (t) => {
  const [one] = await ownerAndMember(t);
  t.same(await one.ask("/topic"), ["Planes has no topic."]);
});

t.test("is set by the owner, told to the others, and shown to everybody", async (t) => {
  const [one, two] = await ownerAndMember(t);
  t.same(await one.ask("/topic what  flies - and how"), ["Topic set."]);
  t.same(await two.settle(), ["[*]: User one set the topic of Planes: what  flies - and how"]);
  t.same(await two.ask("/topic"), ["Topic: what  flies - and how"]);
});

t.test("is removed by a dash", async (t) => {
  const [one, two] = await ownerAndMember(t);
  await one.ask("/topic what flies");
  await two.settle();
  t.same(await one.ask("/topic -"), ["Topic removed."]);
  t.same(await two.settle(), ["[*]: User one removed the topic of Planes."]);
  t.same(await two.ask("/topic"), ["Planes has no topic."]);
});

t.test("is refused to those who do not own the room", async (t) => {
  const [one, two] = await ownerAndMember(t);
  t.same(await two.ask("/topic mine"), ["Only the owner and the operators of this room can do that."]);
  t.same(await one.settle(), []);
  t.same(await one.ask("/topic"), ["Planes has no topic."]);
});

t.test("of the lobby is nobody's to set", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/topic mine"), ["Only the owner and the operators of this room can do that."]);
});

t.test("needs a room to be in", async (t) => {
  const { port } = await aDaemon(t, { lobby: "none" });
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/topic"), [
    "Incomplete command or message sent without joining a room first. Type /help to see available commands.",
  ]);
});

t.test("is known without case", async (t) => {
  const [one] = await ownerAndMember(t);
  t.same(await one.ask("/TOPIC Flying"), ["Topic set."]);
});
