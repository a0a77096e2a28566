import t from "tap";
import { Client } from "../support/sockets/client.ts";
import { aDoor } from "../support/sockets/door.ts";
import { Screen } from "../support/screens/screen.ts";
import { Typist } from "../support/screens/typist.ts";
import { until } from "../support/sockets/until.ts";

const INVALID = "Invalid username. A name is letters (A to Z), digits and _, up to 32, with at least one letter.";
const THOUGHT = "a long thought that is typed over many minutes, while others talk";

t.test("a half-typed line stays whole below everything that is said", async (t) => {
  const door = await aDoor(t);
  const ann = await Typist.login(t, door.port, "ann");
  const two = await Client.login(t, door.port, "two");
  await ann.shows(/two joined lobby/);
  for (const [i, letter] of THOUGHT.split("").entries()) {
    ann.types(letter);
    two.send(`line ${i}`);
    if (i % 10 === 0) await ann.shows(new RegExp(`^\\[two\\]: line ${i}$`));
  }
  await ann.shows(new RegExp(`line ${THOUGHT.length - 1}$`));
  await ann.endsWith(THOUGHT);
  const { lines } = ann.screen;
  const heard = lines.filter((line) => line.startsWith("[two]"));
  t.same(
    heard,
    THOUGHT.split("").map((_, i) => `[two]: line ${i}`),
    "in order, and each on a line of its own",
  );
  t.equal(lines.filter((line) => line.includes("a long")).length, 1);

  ann.types("\r");
  t.equal(await two.expect(/ann/), `[ann]: ${THOUGHT}`);
  ann.types("next");
  await ann.endsWith("next");
  t.equal(ann.screen.lines.at(-2), THOUGHT, "what was said stays on the terminal");
});

t.test("a thousand lines, however they come, leave a line of several rows and its cursor alone", async (t) => {
  const door = await aDoor(t);
  const ann = await Typist.login(t, door.port, "ann", new Screen(40, 10));
  ann.sends("fffb1ffffa1f0028000afff0");
  const two = await Client.login(t, door.port, "two");
  await ann.shows(/two joined lobby/);
  const wide = `宽字 ${THOUGHT}`;
  ann.types(`${wide}\u0001\u001b[C`);
  await ann.shows(/^宽字/);
  for (let i = 0; i < 10; i++) {
    two.send(...Array.from({ length: 100 }, (_, j) => `line ${i * 100 + j}`));
    await ann.shows(new RegExp(`line ${i * 100 + 99}$`));
  }
  await ann.endsWith(wide, 2);
  const heard = ann.screen.lines.filter((line) => line.startsWith("[two]"));
  t.equal(heard.length, 1000);
  ann.types("X\r");
  t.equal(await two.expect(/ann/), `[ann]: 宽X字 ${THOUGHT}`);
});

t.test("a name is typed behind its prompt, and corrected there", async (t) => {
  const door = await aDoor(t);
  const ann = await Typist.connect(t, door.port);
  ann.types("amn\b\bnn");
  await ann.endsWith("Login:ann");
  ann.types("\u0015_\r");
  await ann.shows(/^Login:_$/);
  await ann.shows(/^Invalid username/);
  ann.types("ann");
  await ann.endsWith("Login:ann");
  ann.types("\r");
  await ann.shows(/^Welcome, ann/);
  t.equal(ann.screen.lines[0], "Login:_");
  ann.types("hi");
  await ann.endsWith("hi");
});

t.test("what is typed before the prompt stands behind it when it comes", async (t) => {
  const door = await aDoor(t);
  const ann = await Typist.connect(t, door.port);
  ann.types("_\r\rhello");
  await ann.endsWith("Login:hello");
  t.same(ann.screen.lines.slice(0, -1), ["Login:_", "Login:", INVALID]);
  ann.types("\u0001\u001b[3~H\r");
  await ann.shows(/^Welcome, Hello\.$/);
});

t.test("what was typed in line mode is taken over behind the prompt", async (t) => {
  const door = await aDoor(t);
  const ann = await Typist.connect(t, door.port, new Screen(), "");
  await ann.shows(/^Login:$/);
  ann.types("hel");
  // Its terminal showed that by itself.
  await ann.screen.write("hel");
  ann.sends("fffd01fffd03");
  ann.types("lo");
  await ann.endsWith("Login:hello");
  t.notMatch(ann.output, "\u001b", "and is not shown again");
});

t.test("Up at the login prompt offers no name, nor does it afterwards", async (t) => {
  const door = await aDoor(t);
  const ann = await Typist.connect(t, door.port);
  ann.types("_\r");
  await ann.shows(/^Invalid username/);
  ann.types("\u001b[Aann");
  await ann.endsWith("Login:ann");
  ann.types("\r");
  await ann.shows(/^Type \/help/);
  ann.types("\u001b[Ahi");
  await ann.endsWith("hi");
});

t.test("a line with more rows than the window is shown around the cursor, and said whole", async (t) => {
  const door = await aDoor(t);
  const ann = await Typist.login(t, door.port, "ann", new Screen(20, 5));
  ann.sends("fffb1ffffa1f00140005fff0");
  const two = await Client.login(t, door.port, "two");
  await ann.shows(/two joined lobby/);
  const text = Array.from({ length: 30 }, (_, i) => `${i}`.padStart(10, ".")).join("");
  ann.types(`${text}end`);
  await ann.endsWith(`${text.slice(-40)}end`, 3);
  for (const line of ["one", "two", "three"]) {
    two.send(line);
    await ann.shows(new RegExp(`\\[two\\]: ${line}$`));
  }
  await ann.endsWith(`${text.slice(-40)}end`, 3);
  t.same(ann.screen.lines.slice(-4, -1), ["[two]: one", "[two]: two", "[two]: three"]);
  ann.types("\r");
  t.equal(await two.expect(/ann/), `[ann]: ${text}end`);
  await ann.shows(new RegExp(`^${text}end$`));
});

t.test("/set prompt on: the room that is talked in stands before the line", async (t) => {
  const door = await aDoor(t);
  const ann = await Typist.login(t, door.port, "ann");
  ann.types("/set prompt on\r");
  await ann.endsWith("lobby>", 7);
  ann.types("/create Cellar\r/join Cellar\r");
  await ann.endsWith("Cellar>", 8);
  ann.types("hi");
  await ann.endsWith("Cellar> hi");
  ann.types("\r");
  await ann.shows(/^Cellar> hi$/);
  ann.types("/set prompt off\r");
  await ann.shows(/no longer begins/);
  ann.types("x");
  await ann.endsWith("x");
});

t.test("Tab completes commands, rooms and people", async (t) => {
  const door = await aDoor(t);
  await Client.login(t, door.port, "Benjamin");
  const ann = await Typist.login(t, door.port, "ann");
  ann.types("/create Planes\r");
  await ann.shows(/^Room Planes created/);
  ann.types("/jo\t");
  await ann.endsWith("/join", 6);
  ann.types("pl\t");
  await ann.endsWith("/join Planes", 13);
  ann.types("\r/whi\t");
  await ann.endsWith("/whisper", 9);
  ann.types("ben\t");
  await ann.endsWith("/whisper Benjamin", 18);
  ann.types("hi\r");
  await ann.shows(/^\/whisper Benjamin hi$/);
  ann.types("#pl\t");
  await ann.endsWith("#Planes", 8);
  ann.types("\u0015/cr\t\t");
  await ann.shows(/^\/create {2}\/create_private$/);
  await ann.endsWith("/create");
  ann.types("\u0015/jo\tx");
  await ann.endsWith("/jo x");
});

t.test("a client in line mode is asked for its keys, and edits its lines again when it is told to", async (t) => {
  const door = await aDoor(t);
  const ann = await Typist.connect(t, door.port, new Screen(), "");
  ann.types("ann\r\n");
  await ann.shows(/^Type \/help/);
  ann.types("/set edit on\r\n");
  await ann.shows(/^Your client is asked/);
  t.equal(ann.commands, "fffb01fffb03fffd1ffffd00");
  ann.sends("fffd01fffd03fffb1ffffb00");
  ann.types("helo\blo");
  await ann.endsWith("hello");
  t.equal(ann.commands, "fffb01fffb03fffd1ffffd00", "what was asked for and agreed to is not answered");
  ann.types("\r/set edit off\r");
  await ann.shows(/^Your client edits your lines again/);
  t.equal(ann.commands, "fffb01fffb03fffd1ffffd00fffc01fffc03");
  ann.sends("fffe01fffe03");
  ann.types("/set\r\n");
  await ann.shows(/^Settings: time off, edit off, redraw on, prompt off/);
  t.equal(ann.commands, "fffb01fffb03fffd1ffffd00fffc01fffc03");
});

t.test("a window that becomes narrower shows the line once for all that comes after", async (t) => {
  const door = await aDoor(t);
  const ann = await Typist.login(t, door.port, "ann", new Screen(60));
  ann.sends("fffb1ffffa1f003c0018fff0");
  const two = await Client.login(t, door.port, "two");
  await ann.shows(/two joined lobby/);
  const text = "a line that is longer than twenty columns";
  ann.types(text);
  await ann.endsWith(text);
  ann.screen.resize(20);
  ann.sends("fffa1f00140018fff0");
  for (const line of ["one", "two", "three", "four"]) {
    two.send(line);
    await ann.shows(new RegExp(`\\[two\\]: ${line}$`));
  }
  const { lines } = ann.screen;
  t.same(lines.slice(-4), ["[two]: two", "[two]: three", "[two]: four", text]);
});

t.test("^L shows the line alone, where it was", async (t) => {
  const door = await aDoor(t);
  const ann = await Typist.login(t, door.port, "ann");
  ann.types("hello\u001b[D\u000c");
  await ann.endsWith("hello", 4);
  t.equal(ann.screen.row, 0);
});

t.test("an offer to edit lines that was taken back is not taken up", async (t) => {
  const door = await aDoor(t);
  const ann = await Typist.connect(t, door.port, new Screen(), "");
  ann.types("ann\r\n/set edit on\r\n/set edit off\r\n");
  await ann.shows(/^Your client edits your lines again/);
  ann.sends("fffd01fffd03");
  ann.types("/set\r\n");
  await ann.shows(/^Settings: time off, edit off/);
  t.match(ann.commands, /fffc01fffc03$/);
});

t.test("/set edit off takes the prompt off the terminal", async (t) => {
  const door = await aDoor(t);
  const ann = await Typist.login(t, door.port, "ann");
  ann.types("/set prompt on\r");
  await ann.endsWith("lobby>", 7);
  ann.types("/set edit off\r");
  await ann.shows(/^Your client edits your lines again/);
});

t.test("a line that is half typed when the connection closes is taken off the terminal", async (t) => {
  const door = await aDoor(t);
  const ann = await Typist.login(t, door.port, "ann");
  ann.types("half typed\u0001");
  await ann.endsWith("half typed", 0);
  door.connections[0]?.drain();
  await until(() => ann.socket.readableEnded, "the server has closed");
  await ann.endsWith("You are in lobby. Nobody else is here right now. What you type is said there.", 0);
});

t.test("nc gets no escape sequence, whatever it sets", async (t) => {
  const door = await aDoor(t);
  const one = await Client.login(t, door.port, "one");
  await one.ask("/set edit on", "/set prompt on", "/set redraw off", "hi");
  t.notOk(one.raw.includes(0x1b));
  t.match((await one.ask("/set edit")).join(), /Usage: \/set edit on or/);
});

t.test("what is dropped unread lists nothing", async (t) => {
  const door = await aDoor(t);
  const ann = await Typist.login(t, door.port, "ann");
  door.store.hold("append");
  // More than the lines that may wait, so the keys behind them are not looked at.
  door.sockets[0]?.emit("data", Buffer.from(`${`${"x".repeat(1000)}\r`.repeat(200)}/cr\t\t`));
  door.session("ann").outlet.close({ type: "bye" }, "kicked");
  await ann.shows(/^Bye\.$/);
  t.notMatch(ann.output, "create_private");
});
