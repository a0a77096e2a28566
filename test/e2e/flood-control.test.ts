import t from "tap";
import { Client } from "../support/sockets/client.ts";
import { aDaemon, aFolder } from "../support/sockets/daemon.ts";
import { until } from "../support/sockets/until.ts";

const NOTICE =
  /^You are sending lines very fast\. They now go out at 20 per second; none is lost\. \d+ lines? waits?\.$/;
/** Without pastes: each line counts. */
const SLOW = { floodBurst: "3", floodRate: "20", pasteLines: "0" };

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `line ${i}`);
}

t.test("lines that come too fast go out later, in order, and nothing is lost; it is said once", async (t) => {
  const { port } = await aDaemon(t, SLOW);
  const two = await Client.login(t, port, "two");
  const one = await Client.connect(t, port);
  one.send("one", ...numbered(20));
  await two.expect("[one]: line 19");
  t.same(
    two.lines.filter((line) => line.startsWith("[one]")),
    numbered(20).map((line) => `[one]: ${line}`),
  );
  t.equal(one.lines.filter((line) => NOTICE.test(line)).length, 1);
});

t.test("who waits still hears what others say, and leaves in order", async (t) => {
  const { port } = await aDaemon(t, SLOW);
  const two = await Client.login(t, port, "two");
  const one = await Client.connect(t, port);
  one.send("one", ...numbered(12), "/quit");
  await one.expect(NOTICE);
  two.send("hello");
  await one.expect("[two]: hello");
  await one.expect("Bye.");
  await one.ended();
  t.equal(two.lines.filter((line) => line.startsWith("[one]")).length, 12);
});

t.test("who sends a lot and finishes has said everything", async (t) => {
  const { port } = await aDaemon(t, SLOW);
  const two = await Client.login(t, port, "two");
  const one = await Client.connect(t, port);
  one.socket.end(`one\r\n${numbered(12).join("\r\n")}`);
  await two.expect("[one]: line 11");
  await one.ended();
  await two.expect("[*]: User one left lobby.");
});

t.test("a paste is not held back", async (t) => {
  const { port } = await aDaemon(t, { floodBurst: "2", floodRate: "1" });
  const two = await Client.login(t, port, "two");
  const one = await Client.connect(t, port);
  // The name is no line; beyond the first two, a person may paste forty.
  one.send("one", ...numbered(42));
  await two.expect("[one]: line 41");
  t.notOk(one.lines.some((line) => line.startsWith("You are sending lines very fast")));
});

t.test("it is on by default, and 0 turns it off, also while it runs", async (t) => {
  const folder = aFolder(t);
  const { port } = await aDaemon(t, { dataDir: folder, floodBurst: "10", floodRate: "2", pasteLines: "0" });
  const one = await Client.connect(t, port);
  one.send("one", ...numbered(11));
  await one.expect("You are sending lines very fast. They now go out at 2 per second; none is lost. 1 line waits.");
  const off = await aDaemon(t, { floodBurst: "0" });
  const two = await Client.connect(t, off.port);
  two.send("two", ...numbered(300), "/quit");
  await two.expect("Bye.");
  t.notOk(two.lines.some((line) => line.startsWith("You are sending lines very fast")));
});

t.test("a connection that breaks while its lines wait leaves nothing behind", async (t) => {
  const { port } = await aDaemon(t, { ...SLOW, floodRate: "1" });
  const two = await Client.login(t, port, "two");
  const one = await Client.connect(t, port);
  one.send("one", ...numbered(200));
  await one.expect(/^You are sending lines very fast/);
  one.socket.resetAndDestroy();
  await two.expect("[*]: User one left lobby.");
  t.ok((await two.ask("/users")).includes("Online users: two"));
});

t.test("what may come before a name is bounded, over packets too, and not after it", async (t) => {
  const { port } = await aDaemon(t, { loginBytes: "100" });
  const one = await Client.connect(t, port);
  // The last of them is the name.
  one.send(...Array.from({ length: 49 }, () => ""), "");
  await one.until(() => one.lines.length === 51, "a prompt for each, and the first");
  const two = await Client.connect(t, port);
  two.socket.write("x".repeat(98));
  two.send("");
  await two.expect(/^(Login:)?Invalid username/);
  two.send("");
  await two.expect("More than 100 bytes came before a name, disconnecting. Please connect again.");
  await two.ended();
  const three = await Client.login(t, port, "three");
  t.same(await three.ask("x".repeat(500), "/users"), [
    "Nobody else is in lobby. Your line is kept for whoever joins later.",
    "Online users: three",
  ]);
});

t.test("a name that comes with what is behind it is a name, however much that is", async (t) => {
  const { port } = await aDaemon(t, { loginBytes: "100" });
  const one = await Client.connect(t, port);
  one.send("one", "x".repeat(1000), "/users");
  await one.expect("Online users: one");
  await until(() => one.lines.includes("Online users: one"), "it is in");
});
