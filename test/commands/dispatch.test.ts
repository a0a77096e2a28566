import t from "tap";
import { Client } from "../support/client.ts";
import { aDaemon } from "../support/daemon.ts";
import { aWorld } from "../support/people.ts";

const UNKNOWN = "Command not known, type /help to see available commands.";

t.test("does not know what is no command", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  for (const typed of ["/root", "/", "/dance now", "/u", "/zz"]) t.same(await one.ask(typed), [UNKNOWN], typed);
});

t.test("asks whether what is close to a command was meant, by its first name", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  for (const [typed, meant] of [
    ["/user", "users"],
    ["/USERSS", "users"],
    ["/jion", "join"],
    ["/dance", null],
    ["/joi lobby", "join"],
    ["/whispr one hello", "whisper"],
    ["/create-private Den", "create_private"],
    ["/lst", "rooms"],
    ["/histroy", "history"],
    ["/sett", "set"],
  ] as const) {
    const question = meant === null ? "" : ` Did you mean /${meant}?`;
    t.same(await one.ask(typed), [`${UNKNOWN}${question}`], typed);
  }
});

t.test("spaces around a command and between its arguments do not matter", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/create   Planes  ", "/join    planes"), [
    "Room Planes created.",
    "[*]: User one joined Planes.",
  ]);
});

t.test("what nobody could see is not said, in whatever way", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.ask("/create Planes", "/join Planes");
  const nothing = " \u00ad\u200d\ufe0f\u3164\u2800\u0301\u{e0041}\u001b[A";
  const incomplete = "Incomplete command or message sent without joining a room first. Usage: ";
  t.same(await one.ask(nothing), []);
  t.same(await one.ask(`/me ${nothing}`), [`${incomplete}/me TEXT`]);
  t.same(await one.ask(`/whisper two ${nothing}`), [`${incomplete}/whisper USER TEXT`]);
  t.same(await one.ask(`/topic ${nothing}`), ["Planes has no topic."]);
  await two.ask("/whisper one hello");
  await one.expect("<<two>>: hello");
  t.same(await one.ask(`/reply ${nothing}`), [`${incomplete}/reply TEXT`]);
  t.same(await two.settle(), []);
});

t.test("a line that starts with a space is no command", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  await one.ask(" /quit");
  t.same(await two.settle(), ["[one]:  /quit"]);
});

t.test("a command comes after the lines that the session said before it", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  const release = world.store.hold("append");
  one.types("first");
  t.same(await one.says("/whisper two second"), []);
  release();
  await world.clock.turn();
  t.same(two.heard(), ["[one]: first", "<<one>>: second"]);
});

t.test("a bug becomes one line to the person, and is reported, and the next command works", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  const { presence } = world.context;
  const names = presence.names.bind(presence);
  presence.names = () => {
    throw new TypeError("a bug");
  };
  t.same(await one.says("/users"), ["Something went wrong here, and it has been noted. Please try again."]);
  t.match(world.watch.failures, [{ what: "do what one asked", error: { message: "a bug" } }]);
  t.same(world.watch.refusals, ["internal"]);
  presence.names = names;
  t.same((await one.says("/nick")).length, 1);
});

t.test("every refusal is counted by its code", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  await one.says("/root", "/join", "/rooms all", "/join Planes", "/leave", "hello?");
  t.same(world.watch.refusals, [
    "unknown-command",
    "missing-argument",
    "extra-argument",
    "no-such-room",
    "no-room-joined",
  ]);
});
