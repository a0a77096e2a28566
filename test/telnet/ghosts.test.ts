import t, { type Test } from "tap";
import { Client } from "../support/sockets/client.ts";
import { aDoor, LIMITS, type TestDoor } from "../support/sockets/door.ts";
import { FakeClock } from "../support/world/fake-clock.ts";
import { until } from "../support/sockets/until.ts";

/** Something that only a telnet client says: WILL NAWS. */
const SPEAKS = Buffer.from("fffb1f", "hex");
const DO_TIMING_MARK = Buffer.from("fffd06", "hex");
const WILL_TIMING_MARK = Buffer.from("fffb06", "hex");
const ASKING = "Somebody at your address is using this name. Checking whether they are still connected …";
const TAKEN = /^You're already logged in from a different client, or/;

interface Haunted {
  readonly time: FakeClock;
  readonly door: TestDoor;
  readonly holder: Client;
}

/** `one` is held by somebody whose client has spoken telnet. */
async function aHolder(t: Test, says = SPEAKS): Promise<Haunted> {
  const time = new FakeClock();
  const door = await aDoor(t, time.timers);
  const holder = await Client.login(t, door.port, "one");
  holder.socket.write(says);
  await afterTelnet(holder);
  return { time, door, holder };
}

/** A barrier behind telnet's own bytes, which stand in front of the line that comes next. */
async function afterTelnet(client: Client): Promise<void> {
  client.send("/nick");
  await client.expect(/To change your name, \/quit and log in with the new one\.$/);
}

async function isAsked(client: Client, times = 1): Promise<void> {
  const count = (): number => client.raw.toString("latin1").split(DO_TIMING_MARK.toString("latin1")).length - 1;
  await client.until(() => count() === times, "a timing mark");
}

/** Somebody at the prompt who gives the name. */
async function aNewcomer(t: Test, door: TestDoor, name = "one"): Promise<Client> {
  const client = await Client.connect(t, door.port);
  client.name = name;
  client.send(name);
  return client;
}

t.test("a holder that does not answer within five seconds is gone, and the name is the newcomer's", async (t) => {
  const { time, door, holder } = await aHolder(t);
  const other = await Client.login(t, door.port, "other");
  await holder.ask("/create Planes", "/join Planes");
  const again = await aNewcomer(t, door, "ONE");
  await again.expect(ASKING);
  await isAsked(holder);
  await time.pass(4999);
  t.same(door.telemetry.closes, []);
  await time.pass(1);
  await again.expect("Welcome, ONE.");
  await holder.expect(/You have logged in from a different client, closing this connection\.$/);
  await holder.ended();
  await other.expect("[*]: User one left lobby.");
  t.same(await other.ask("/users"), ["Online users: ONE, other"]);
  t.same(
    await again.ask("/destroy Planes"),
    ["You can only destroy rooms created by you."],
    "rights hang on a session",
  );
  holder.close();
  await until(() => door.telemetry.closes.includes("replaced"), "it is noted why");
});

t.test("a holder that answers stays, and the newcomer is asked for another name", async (t) => {
  const { door, holder } = await aHolder(t);
  const again = await aNewcomer(t, door);
  await isAsked(holder);
  holder.socket.write(WILL_TIMING_MARK);
  await again.expect(TAKEN);
  await again.logIn("two");
  await afterTelnet(holder);
  t.same(await holder.ask("/users"), ["Online users: one, two"]);
});

t.test("a holder that never spoke telnet is asked in words, and stays when they type anything", async (t) => {
  const { time, door, holder } = await aHolder(t, Buffer.from("hello\r\n"));
  const again = await aNewcomer(t, door);
  await again.expect(TAKEN);
  t.notOk(again.lines.includes(ASKING));
  await holder.expect("[*]: Somebody at your address wants the name one. Type anything within 30 seconds to keep it.");
  t.notOk(holder.raw.includes(0xff), "not a byte of telnet");
  t.same(await holder.ask("/users"), ["Online users: one"]);
  await time.pass(30_000);
  t.same(await holder.ask("/users"), ["Online users: one"]);
});

t.test("a holder that never spoke telnet and types nothing is gone after half a minute", async (t) => {
  const { time, door, holder } = await aHolder(t, Buffer.from("hello\r\n"));
  const again = await aNewcomer(t, door);
  await again.expect(TAKEN);
  await holder.expect(/Type anything within 30 seconds to keep it\.$/);
  await time.pass(29_999);
  again.send("one");
  await again.until(() => again.lines.filter((line) => TAKEN.test(line)).length === 2, "still taken");
  await time.pass(1);
  await holder.expect("[*]: Nobody typed anything, so the name one was given up. Log in again.");
  await holder.ended();
  await until(() => door.context.sessions.size === 0, "nobody holds the name");
  again.send("one");
  await again.expect("Welcome, one.");
  holder.close();
  await until(() => door.telemetry.closes.includes("gave-no-sign"), "it is noted why");
});

t.test("whoever gave no sign comes back by the code, and finds everything as it was", async (t) => {
  const { time, door, holder } = await aHolder(t, Buffer.from("hello\r\n"));
  door.chat.reload({ ...LIMITS.chat, graceMs: 600_000 });
  await holder.ask("/create_private Cellar", "/join Cellar");
  await time.pass(60_000);
  const again = await aNewcomer(t, door);
  await holder.expect(/Type anything within 30 seconds to keep it\.$/);
  const { id } = door.session("one");
  await time.pass(30_000);
  await holder.expect("[*]: Nobody typed anything, so the name one was given up. Log in as one:CODE to come back.");
  await holder.ended();
  await until(() => door.context.sessions.size === 0, "nobody holds the name");
  again.send(`one:${door.context.returnCodes.of(id, 0)}`);
  await again.expect("You are back in Cellar. Nothing was said meanwhile.");
});

t.test("whoever reads and types nothing is not come back to by their address", async (t) => {
  const { time, door, holder } = await aHolder(t, Buffer.from("hello\r\n"));
  door.chat.reload({ ...LIMITS.chat, graceMs: 600_000 });
  await holder.ask("/create_private Cellar", "/join Cellar");
  await time.pass(60_000);
  const again = await aNewcomer(t, door);
  await again.expect(TAKEN);
  await holder.expect(/Type anything within 30 seconds to keep it\.$/);
  await time.pass(30_000);
  await holder.ended();
  await until(() => door.context.sessions.size === 0, "nobody holds the name");
  again.send("one");
  await again.expect("Welcome, one.");
  await again.expect("What one had before has ended: only its code would have brought it back.");
  await again.expect(/^If your connection breaks, log in as one:/);
  t.same(await again.ask("/where", "/join Cellar"), [
    "You talk in lobby.",
    "There is no room with this name. /rooms lists the rooms.",
  ]);
});

t.test("a holder somewhere else is nobody's to ask", async (t) => {
  const { door, holder } = await aHolder(t);
  const person = door.context.presence.find(door.session("one").name.key);
  Object.assign(person ?? {}, { address: "192.0.2.1" });
  const again = await aNewcomer(t, door);
  await again.expect(TAKEN);
  t.notOk(holder.raw.includes(DO_TIMING_MARK));
});

t.test("of two who come for one ghost, one gets the name", async (t) => {
  const { time, door, holder } = await aHolder(t);
  const both = [await aNewcomer(t, door), await aNewcomer(t, door)];
  for (const client of both) await client.expect(ASKING);
  await isAsked(holder, 2);
  await time.pass(5000);
  for (const client of both) await client.until(() => client.lines.length > 2, "an answer");
  const welcomed = both.filter((client) => client.lines.includes("Welcome, one."));
  t.equal(welcomed.length, 1);
  const other = both.find((client) => !welcomed.includes(client));
  await other?.expect(TAKEN);
});

t.test("a newcomer who goes while it is asked takes nothing", async (t) => {
  const { time, door } = await aHolder(t);
  const again = await aNewcomer(t, door);
  await again.expect(ASKING);
  again.socket.destroy();
  await time.pass(5000);
  await until(() => door.context.sessions.size === 0, "nobody holds the name");
  await (await aNewcomer(t, door)).expect("Welcome, one.");
});

t.test("what the ghost said is stored before its name is given away", async (t) => {
  const { time, door, holder } = await aHolder(t);
  const release = door.store.hold("append");
  holder.send("my last words");
  await until(() => door.session("one").linesWaiting === 1, "it waits for the store");
  const again = await aNewcomer(t, door);
  await again.expect(ASKING);
  await time.pass(5000);
  await holder.expect(/You have logged in from a different client, closing this connection\.$/);
  t.equal(door.session("one").linesWaiting, 1, "still the old session");
  release();
  await again.expect("Welcome, one.");
  await again.expect(/\[one\]: my last words$/);
});
