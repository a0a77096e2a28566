import t from "tap";
import { Client } from "../support/sockets/client.ts";
import { aDoor, type TestDoor } from "../support/sockets/door.ts";
import { until } from "../support/sockets/until.ts";

/** IAC DO ECHO, IAC DO SUPPRESS-GO-AHEAD. */
const CHARACTER_MODE = Buffer.from("fffd01fffd03", "hex");

function limit(door: TestDoor, limits: Partial<TestDoor["settings"]>): void {
  door.settings = { ...door.settings, ...limits };
}

function tooLong(bytes: number, most: number): string {
  return `Your line was not sent: it has ${bytes} bytes, and ${most} is the maximum. Please send it in parts.`;
}

/** Whoever came first sends a piece of a line; waits until the server has it. */
async function begins(door: TestDoor, client: Client, piece: string): Promise<void> {
  client.socket.write(piece);
  await until(() => door.sockets[0]?.bytesRead === client.socket.bytesWritten, "the piece is read");
}

t.test("an open connection is held to the line limit that was read again, and is told that one", async (t) => {
  const door = await aDoor(t);
  const [one, two] = [await Client.login(t, door.port, "one"), await Client.login(t, door.port, "two")];
  one.send("x".repeat(60));
  await two.expect(`[one]: ${"x".repeat(60)}`);

  limit(door, { maxLineBytes: 40 });
  one.send("y".repeat(41), "y".repeat(40));
  t.equal(await one.expect(/^Your line/), tooLong(41, 40));
  t.equal(await two.expect(/one/), `[one]: ${"y".repeat(40)}`);

  limit(door, { maxLineBytes: 3000 });
  one.send("z".repeat(3001), "z".repeat(3000));
  t.equal(await one.expect(/^Your line/), tooLong(3001, 3000));
  t.equal(await two.expect(/one/), `[one]: ${"z".repeat(3000)}`);
});

t.test("so is a line that was begun before, and ended after the settings were read again", async (t) => {
  const door = await aDoor(t);
  const [one, two] = [await Client.login(t, door.port, "one"), await Client.login(t, door.port, "two")];
  await begins(door, one, "x".repeat(50));
  limit(door, { maxLineBytes: 40 });
  one.send("");
  t.equal(await one.expect(/^Your line/), tooLong(50, 40));

  await begins(door, one, "y".repeat(30));
  limit(door, { maxLineBytes: 3000 });
  one.send("y".repeat(2970));
  t.equal(await two.expect(/one/), `[one]: ${"y".repeat(3000)}`);
});

t.test("so is a terminal in character mode", async (t) => {
  const door = await aDoor(t);
  const [one, two] = [await Client.login(t, door.port, "one"), await Client.login(t, door.port, "two")];
  one.socket.write(CHARACTER_MODE);
  await begins(door, one, "x".repeat(41));
  limit(door, { maxLineBytes: 40 });
  one.socket.write("\r\0");
  t.equal(await one.expect(/^Your line/), tooLong(41, 40));
  limit(door, { maxLineBytes: 3000 });
  one.socket.write(`${"y".repeat(3000)}\r\0`);
  t.equal(await two.expect(/one/), `[one]: ${"y".repeat(3000)}`);
});

t.test("so is whoever is asked for a name", async (t) => {
  const door = await aDoor(t);
  const one = await Client.connect(t, door.port);
  await one.expect("Login:");
  limit(door, { maxLineBytes: 5 });
  one.send("longer");
  t.equal(await one.expect(/^Your line/), tooLong(6, 5));
  one.send("one");
  await one.expect("Welcome, one.");
});

t.test("so are bytes without a line end", async (t) => {
  const door = await aDoor(t);
  const one = await Client.login(t, door.port, "one");
  await begins(door, one, "x".repeat(500));
  limit(door, { maxRunBytes: 1000 });
  one.socket.write("x".repeat(500));
  await one.expect("1000 bytes without a line end, disconnecting.");
  await one.ended();
});

t.test("whoever has had more names refused than may be now is closed with the next one", async (t) => {
  const door = await aDoor(t);
  limit(door, { loginTries: 10 });
  const one = await Client.connect(t, door.port);
  one.send("_", "_", "_", "_");
  for (let i = 0; i < 4; i++) await one.expect(/^Invalid username\. A name is/);
  limit(door, { loginTries: 3 });
  one.send("_");
  await one.expect("Invalid username.");
  await one.ended();
});
