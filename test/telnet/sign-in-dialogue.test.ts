import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { Client } from "../support/sockets/client.ts";
import { aDaemon, aFolder } from "../support/sockets/daemon.ts";
import { aDoor } from "../support/sockets/door.ts";
import { FakeClock } from "../support/world/fake-clock.ts";

const INVALID = "Invalid username. A name is letters (A to Z), digits and _, up to 32, with at least one letter.";
const RESERVED = "This name is reserved. Please choose a different name.";
const TAKEN =
  "You're already logged in from a different client, or somebody else is using this name. Please choose a different name. If your connection broke, log in as NAME:CODE with the code that you were told at login; without it the name may be free in a minute, but your rooms and rights are lost.";
const TAKEN_LAST = "You're already logged in from a different client, disconnecting.";

/** Types lines at the prompt, each when the prompt is there, and returns everything that came until the last prompt. */
async function type(client: Client, ...lines: readonly string[]): Promise<string[]> {
  await client.expect("Login:");
  for (const line of lines) {
    client.send(line);
    await client.expect("Login:");
  }
  return client.lines;
}

/** Types lines at once, and returns everything that came when the server has closed. */
async function typeLast(t: Test, port: number, ...lines: readonly string[]): Promise<string[]> {
  const client = await Client.connect(t, port);
  client.send(...lines);
  await client.ended();
  return client.lines;
}

t.test("a name is asked for, and whoever gives one is welcome under it", async (t) => {
  const { port } = await aDaemon(t, { lobby: "none" });
  const client = await Client.connect(t, port);
  await client.expect("Login:");
  t.equal(client.raw.toString(), "Login:");
  client.send("one");
  await client.expect("Type /help to see available commands.");
  t.equal(client.raw.toString(), "Login:Welcome, one.\r\nType /help to see available commands.\r\n");
});

for (const [keepMs, kept] of [
  [0, ["What is said in rooms is kept; whispers are not."]],
  [36 * 60 * 60 * 1000, ["What is said in rooms is kept for 36 hours; whispers are not."]],
  [null, []],
] as const) {
  t.test(`whoever logs in is told once what is kept, where that is ${keepMs} ms`, async (t) => {
    const door = await aDoor(t);
    door.settings = { ...door.settings, keepMs };
    const one = await Client.login(t, door.port, "one");
    await one.ask("/rooms", "hello");
    const where = "You are in lobby. Nobody else is here right now. What you type is said there.";
    t.same(one.lines.slice(2, 4 + kept.length), ["Type /help to see available commands.", ...kept, where]);
    t.equal(one.lines.filter((line) => line.startsWith("What is said")).length, kept.length);
  });
}

t.test("an empty line asks again and costs no try", async (t) => {
  const { port } = await aDaemon(t, { loginTries: "1" });
  const client = await Client.connect(t, port);
  t.same(await type(client, "", "   ", "\t"), ["Login:", "Login:", "Login:", "Login:"]);
  client.send("one");
  await client.expect("Welcome, one.");
});

t.test("/help, help and ? say what to type and cost no try, in whatever case", async (t) => {
  const { port } = await aDaemon(t, { loginTries: "1" });
  const client = await Client.connect(t, port);
  const help = "Type the name that others will see: up to 32 letters (A to Z), digits and _, with a letter.";
  const asked = ["/help", "/HELP me", "help", "Help", "?", "/?"];
  t.same(await type(client, ...asked), ["Login:", ...asked.flatMap(() => [help, "Login:"])]);
  client.send("one");
  await client.expect("Welcome, one.");
});

for (const typed of ["/quit", "/exit", "/QUIT now", "quit", "exit", "Bye", "logout"]) {
  t.test(`${typed} says goodbye and closes`, async (t) => {
    const { port } = await aDaemon(t);
    t.same(await typeLast(t, port, typed), ["Login:", "Bye."]);
  });
}

t.test("what is no name is refused with what a name is, and asked for again", async (t) => {
  const { port } = await aDaemon(t, { loginTries: "0" });
  const client = await Client.connect(t, port);
  await client.expect("Login:");
  for (const name of ["b!x", "two words", "é", " one", "//one", "/users", "a-b", "_", "___", "x".repeat(33)]) {
    const before = client.lines.length;
    client.send(name);
    await client.expect("Login:");
    t.same(client.lines.slice(before), [INVALID, "Login:"], name);
  }
});

t.test("a name has 32 characters at most", async (t) => {
  const { port } = await aDaemon(t);
  const longest = `${"aB3_".repeat(7)}wxyz`;
  t.equal(longest.length, 32);
  await Client.login(t, port, longest);
  const client = await Client.connect(t, port);
  t.same(await type(client, `${longest}5`), ["Login:", INVALID, "Login:"]);
});

t.test("a name is cleaned before it is looked at", async (t) => {
  const { port } = await aDaemon(t);
  const client = await Client.connect(t, port);
  client.send("o\u0007n\u202ee  ");
  await client.expect("Welcome, one.");
});

t.test("names that are kept for the server are refused, in whatever case", async (t) => {
  const { port } = await aDaemon(t, { loginTries: "0" });
  const client = await Client.connect(t, port);
  await client.expect("Login:");
  for (const name of [
    "api",
    "system",
    "server",
    "admin",
    "chatd",
    "Admin",
    "CHATD",
    "User",
    "You",
    "Room",
    "operator",
    "login",
    "guest",
    "who",
  ]) {
    const before = client.lines.length;
    client.send(name);
    await client.expect("Login:");
    t.same(client.lines.slice(before), [RESERVED, "Login:"], name);
  }
});

t.test("the names that are kept are a setting", async (t) => {
  const { port } = await aDaemon(t, { reservedNames: ["Boss", "root"] });
  const client = await Client.connect(t, port);
  t.same(await type(client, "boss", "ROOT"), ["Login:", RESERVED, "Login:", RESERVED, "Login:"]);
  client.send("admin");
  await client.expect("Welcome, admin.");
});

t.test("a name that somebody has is refused, in whatever case, and another one may be given", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "One");
  const client = await Client.connect(t, port);
  t.same(await type(client, "One", "oNE"), ["Login:", TAKEN, "Login:", TAKEN, "Login:"]);
  client.send("two");
  await client.expect("Welcome, two.");
  t.same(await one.ask("/users"), ["Online users: One, two"]);
});

t.test("the last try is told the reference's sentence and closed, whatever was refused before", async (t) => {
  const { port } = await aDaemon(t);
  await Client.login(t, port, "one");
  const before = ["Login:", INVALID, "Login:", RESERVED, "Login:"];
  t.same(await typeLast(t, port, "b!x", "admin", "one", "never"), [...before, TAKEN_LAST]);
  t.same(await typeLast(t, port, "b!x", "admin", "b!y"), [...before, "Invalid username."]);
  t.same(await typeLast(t, port, "b!x", "admin", "server"), [...before, "This name is reserved, disconnecting."]);
});

t.test("with one try each refusal closes at once", async (t) => {
  const { port } = await aDaemon(t, { loginTries: "1" });
  const one = await Client.login(t, port, "one");
  t.same(await typeLast(t, port, "b!x"), ["Login:", "Invalid username."]);
  t.same(await typeLast(t, port, "ONE"), ["Login:", TAKEN_LAST]);
  t.same(await typeLast(t, port, "admin"), ["Login:", "This name is reserved, disconnecting."]);
  t.same(await one.ask("/users"), ["Online users: one"]);
});

t.test("tries are counted for each connection", async (t) => {
  const { port } = await aDaemon(t, { loginTries: "2" });
  const first = await Client.connect(t, port);
  t.same(await type(first, "b!x"), ["Login:", INVALID, "Login:"]);
  t.same(await typeLast(t, port, "b!x", "b!x"), ["Login:", INVALID, "Login:", "Invalid username."]);
  first.send("one");
  await first.expect("Welcome, one.");
});

/** A door where a name has to come within a minute. */
async function aHastyDoor(t: Test): Promise<{ port: number; time: FakeClock }> {
  const time = new FakeClock();
  const door = await aDoor(t, time.timers);
  door.settings = { ...door.settings, loginTimeoutMs: 60_000, loginTries: 0 };
  return { port: door.port, time };
}

t.test("whoever types no name in time is told so and closed, however much else was typed", async (t) => {
  const { port, time } = await aHastyDoor(t);
  const client = await Client.connect(t, port);
  client.socket.write("b!");
  await type(client, "x", "", "/help");
  await time.pass(59_999);
  client.send("b!x");
  await client.expect("Login:");
  await time.pass(1);
  await client.ended();
  t.same(client.lines.slice(-2), ["", "No name within 60 seconds, disconnecting. Please connect again."]);
});

t.test("whoever typed a name in time stays", async (t) => {
  const { port, time } = await aHastyDoor(t);
  const one = await Client.login(t, port, "one");
  await time.pass(60_000);
  t.same(await one.ask("/users"), ["Online users: one"]);
});

t.test("lines that come together with the name are handled after it", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.connect(t, port);
  two.send("two", "hello", "/me waves");
  await one.expect("[two]: hello");
  await one.expect("* two waves");
});

t.test("a welcome text is shown before the prompt", async (t) => {
  const file = join(aFolder(t), "welcome.txt");
  writeFileSync(file, "Be kind.\nThis is a test.\n");
  const { port } = await aDaemon(t, { welcome: file });
  const client = await Client.connect(t, port);
  await client.expect("Login:");
  t.same(client.lines, ["Be kind.", "This is a test.", "Login:"]);
});

t.test("of those who give one name at the same instant exactly one gets it, every time", async (t) => {
  const { port } = await aDaemon(t, { lobby: "none" });
  for (let round = 0; round < 100; round += 1) {
    const name = `user${round}`;
    const clients = await Promise.all([1, 2, 3].map(() => Client.connect(t, port)));
    for (const [i, client] of clients.entries()) client.send(i === 1 ? name.toUpperCase() : name);
    const isAnswer = (line: string): boolean => line === TAKEN || line.startsWith("Welcome, ");
    const answers = await Promise.all(clients.map((client) => client.expect(isAnswer)));
    t.equal(answers.filter((answer) => answer.startsWith("Welcome, ")).length, 1, name);
    for (const client of clients) client.close();
  }
});

t.test("a name is free again when its holder has quit", async (t) => {
  const { port } = await aDaemon(t, { loginTries: "1" });
  const one = await Client.login(t, port, "one");
  one.send("/quit");
  await one.ended();
  const again = await Client.login(t, port, "ONE");
  t.same(await again.ask("/users"), ["Online users: ONE"]);
});

for (const [how, cut] of [
  ["ends its side", (client: Client) => client.socket.end()],
  ["is closed", (client: Client) => client.close()],
  ["is reset", (client: Client) => client.socket.resetAndDestroy()],
] as const) {
  t.test(`a name is free again when its connection ${how}`, async (t) => {
    const { port } = await aDaemon(t, { loginTries: "1" });
    const watcher = await Client.login(t, port, "watcher");
    const one = await Client.login(t, port, "one");
    cut(one);
    await watcher.expect("[*]: User one left lobby.");
    await Client.login(t, port, "one");
    t.same(await watcher.ask("/users"), ["Online users: one, watcher"]);
  });
}

t.test("a connection that ends at the prompt, or right behind its name, holds nothing", async (t) => {
  const { port } = await aDaemon(t);
  const watcher = await Client.login(t, port, "watcher");
  const silent = await Client.connect(t, port);
  silent.socket.end();
  await silent.ended();
  const quick = await Client.connect(t, port);
  quick.socket.end("one\r\n");
  await quick.ended();
  t.ok(quick.lines.includes("Welcome, one."));
  await watcher.expect("[*]: User one left lobby.");
  t.same(await watcher.ask("/users"), ["Online users: watcher"]);
});
