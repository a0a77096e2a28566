import t, { type Test } from "tap";
import { Client } from "../support/sockets/client.ts";
import { controlsIn } from "../../tools/control-characters.ts";
import { aDaemon } from "../support/sockets/daemon.ts";
import { ChatdProcess } from "../support/processes/process.ts";

/** Mistakes that chat servers like this one have made, each tried here through a real connection. */

const IAC_SE = "fff0";

function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(" ", ""), "hex");
}

async function aPair(t: Test): Promise<[Client, Client]> {
  const { port } = await aDaemon(t);
  return [await Client.login(t, port, "one"), await Client.login(t, port, "two")];
}

/** What the other one hears when these bytes are sent, up to a line that comes after them. */
async function heard(t: Test, ...packets: readonly (Buffer | string)[]): Promise<string[]> {
  const [one, two] = await aPair(t);
  one.socket.setNoDelay(true);
  for (const packet of packets) await new Promise((resolve) => one.socket.write(packet, resolve));
  one.send("", "the end");
  await two.expect("[one]: the end");
  return two.lines
    .filter((line) => line.startsWith("[one]: "))
    .map((line) => line.slice(7))
    .slice(0, -1);
}

t.test("text behind a telnet command in the same packet is kept", async (t) => {
  t.same(await heard(t, Buffer.concat([hex("fffb1f"), Buffer.from("hello\r\n")])), ["hello"]);
});

t.test("a line may end with LF alone, as nc ends it", async (t) => {
  t.same(await heard(t, "hello\nworld\n"), ["hello", "world"]);
});

t.test("two lines in one packet are two, and one in two packets is one", async (t) => {
  t.same(await heard(t, "first\r\nsec", "ond\r\n"), ["first", "second"]);
});

t.test("a CR LF that is split over two packets is one line end", async (t) => {
  const [one, two] = await aPair(t);
  one.socket.setNoDelay(true);
  one.socket.write("hello\r");
  one.socket.write("\nworld\r\n");
  await two.expect("[one]: world");
  t.same(
    two.lines.filter((line) => line.startsWith("[one]")),
    ["[one]: hello", "[one]: world"],
  );
});

t.test("a letter whose bytes come in two packets is one letter", async (t) => {
  const euro = Buffer.from("€");
  t.same(await heard(t, euro.subarray(0, 1), euro.subarray(1), "\r\n"), ["€"]);
});

t.test("a sub-negotiation without an end stops nobody, and one that ends is passed over", async (t) => {
  const { port } = await aDaemon(t);
  const stuck = await Client.connect(t, port);
  stuck.socket.write(hex("fffa18"));
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/users"), ["Online users: one"]);
  stuck.socket.write(hex(`00${IAC_SE}`));
  await stuck.logIn("two");
});

t.test(
  "bad data in a sub-negotiation (GMCP without JSON, a window size of 266 columns) is nobody's trouble",
  async (t) => {
    const gmcp = Buffer.concat([hex("fffac9"), Buffer.from("Core.Hello {not json"), hex(IAC_SE)]);
    const naws = hex(`fffa1f 010a 0018 ${IAC_SE}`);
    const doubled = hex(`fffa1f 00ffff 0018 ${IAC_SE}`);
    t.same(await heard(t, Buffer.concat([gmcp, naws, doubled, Buffer.from("hello\r\n")])), ["hello"]);
  },
);

t.test("an escaped IAC is data, and the rest of the line is kept", async (t) => {
  t.same(await heard(t, Buffer.concat([Buffer.from("a"), hex("ffff"), Buffer.from("b\r\n")])), ["a\ufffdb"]);
});

t.test("a line of more than 512 bytes is not lost", async (t) => {
  const long = "x".repeat(1500);
  t.same(await heard(t, `${long}\r\n`), [long]);
});

t.test("a lone CR writes over nothing: it ends the line", async (t) => {
  t.same(await heard(t, "hello\r[*]: The server says so\r\n"), ["hello", "[*]: The server says so"]);
});

t.test("negotiation is answered once, and never goes round in circles", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.connect(t, port);
  await one.expect("Login:");
  for (let i = 0; i < 50; i++) one.socket.write(hex("fffb1f fffd05 fffc1f fffe05"));
  one.send("one");
  await one.expect(/Welcome, one\.$/);
  one.send("/nick");
  await one.expect(/To change your name/);
  const commands = one.raw.toString("latin1").match(/\xff[\s\S]{2}/g) ?? [];
  // What acknowledges an answer of ours is not answered (RFC 1143). The window's size is wanted, a status is not.
  const answers = ["\xff\xfd\x1f", "\xff\xfc\x05", "\xff\xfe\x1f"];
  t.same(commands, Array.from({ length: 50 }, () => answers).flat());
});

t.test("somebody who never ends a line keeps nobody waiting, and nothing of it for ever", async (t) => {
  const { port } = await aDaemon(t);
  const endless = await Client.login(t, port, "endless");
  const one = await Client.login(t, port, "one");
  endless.socket.write("x".repeat(31 * 1024));
  t.same(await one.ask("/users"), ["Online users: endless, one"]);
  endless.socket.write("x".repeat(2 * 1024));
  await endless.expect("32768 bytes without a line end, disconnecting.");
  await endless.ended();
});

const ESCAPES = [
  "\u001b[2J",
  "\u001b]0;title\u0007",
  "\u001bP1$r\u001b\\",
  "\u009b31m",
  "\u0007\u0008\u007f",
  "\u202eevil",
];

t.test("no control sequence reaches another's screen, whatever it is put into", async (t) => {
  const { port } = await aDaemon(t);
  const two = await Client.login(t, port, "two");
  for (const [i, escape] of ESCAPES.entries()) {
    const one = await Client.connect(t, port);
    one.send(`o${escape}ne`, `ne${i}`);
    one.send(`said ${escape}`, `/me ${escape} waves`, `/whisper two ${escape} psst`, `/create r${escape}oom${i}`);
    one.send(`/join ro${escape}om${i}`, `/topic ${escape} topic`, `/kick ${escape}`, `/${escape}unknown`, `/nick`);
    await one.expect("To change your name, /quit and log in with the new one.");
    t.same(controlsIn(one.raw), [], "nor one's own");
    await two.ask(`/join room${i}`, `/history room${i}`, "/rooms", "/users");
    one.close();
  }
  t.same(controlsIn(two.raw), []);
});

t.test("nor does one reach the log", async (t) => {
  const chatd = await ChatdProcess.serve(t, ["--database", "memory:", "--log-level", "trace", "--log-format", "text"]);
  for (const escape of ESCAPES) {
    const one = await Client.connect(t, chatd.port);
    one.send(escape, `GET /${escape} HTTP/1.1`, "/quit");
    await one.ended();
  }
  t.equal(await chatd.end("SIGINT"), 0);
  t.same(controlsIn(chatd.stderr.replaceAll("\n", "\r\n")), []);
});
