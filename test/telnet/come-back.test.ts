import t, { type Test } from "tap";
import { Client } from "../support/sockets/client.ts";
import { aDoor, LIMITS, type TestDoor } from "../support/sockets/door.ts";
import { FakeClock } from "../support/world/fake-clock.ts";
import { until } from "../support/sockets/until.ts";

const CODE = /^If your connection breaks, log in as one:([0-9A-Z]{4}-[0-9A-Z]{4}) within 10 minutes\.$/;

/** A door where names are kept for ten minutes. */
async function aKeepingDoor(t: Test, time = new FakeClock()): Promise<TestDoor> {
  const door = await aDoor(t, time.timers);
  door.chat.reload({ ...LIMITS.chat, graceMs: 600_000 });
  return door;
}

/** Somebody who gives this answer at the prompt. */
async function comesBack(t: Test, door: TestDoor, answer: string): Promise<Client> {
  const client = await Client.connect(t, door.port);
  client.name = "one";
  client.send(answer);
  return client;
}

/** Times of lines are in whole milliseconds. */
async function nextMillisecond(): Promise<void> {
  const now = Date.now();
  await until(() => Date.now() > now, "the next millisecond");
}

async function isGone(door: TestDoor, sessions: number): Promise<void> {
  await until(() => door.context.sessions.size === sessions, "the session has ended");
}

t.test("whoever loses the connection is told how to come back, and finds everything as it was", async (t) => {
  const door = await aKeepingDoor(t);
  const other = await Client.login(t, door.port, "other");
  const one = await Client.login(t, door.port, "one");
  await one.ask("/create_private Cellar", "/join Cellar", "/invite other");
  await other.ask("/join Cellar");
  one.socket.resetAndDestroy();
  await isGone(door, 1);
  await other.ask("are you there?");
  const again = await comesBack(t, door, "one");
  await again.expect("Welcome, one.");
  await again.expect(CODE);
  await again.expect("You are back in lobby. Nothing was said meanwhile.");
  await again.expect("You are back in Cellar. 1 line was said meanwhile.");
  await again.expect(/^1 \d\d:\d\d \[other\]: are you there\?$/);
  t.same(await again.ask("yes", "/destroy Cellar"), ["Room Cellar destroyed.", "You are now talking in lobby."]);
});

t.test("whoever comes back by the address is told a code of their own, and not that of whoever began", async (t) => {
  const door = await aKeepingDoor(t);
  const one = await comesBack(t, door, "one");
  const [, code = ""] = CODE.exec(await one.expect(CODE)) ?? [];
  const session = door.session("one");
  one.socket.resetAndDestroy();
  await isGone(door, 0);
  const neighbour = await comesBack(t, door, "one");
  const [, theirs = ""] = CODE.exec(await neighbour.expect(CODE)) ?? [];
  t.not(theirs, code);
  const { presence, returnCodes } = door.context;
  const codes = presence.find(session.name.key)?.codes.map((number) => returnCodes.of(session.id, number));
  t.same(codes, [code, theirs]);
});

t.test("the code brings back from a connection that chatd does not know to be broken", async (t) => {
  const door = await aKeepingDoor(t);
  const one = await comesBack(t, door, "one");
  const [, code = ""] = CODE.exec(await one.expect(CODE)) ?? [];
  await one.ask("/create Planes", "/join Planes");
  const again = await comesBack(t, door, `one:${code}`);
  await one.expect("You have logged in from a different client, closing this connection.");
  await again.expect("You are back in Planes. Nothing was said meanwhile.");
  t.same(await again.ask("/users Planes"), ["Users in Planes: one"]);
});

t.test("lines that may not have arrived are shown again, and those that the peer has seen are not", async (t) => {
  const time = new FakeClock();
  const door = await aKeepingDoor(t, time);
  const other = await Client.login(t, door.port, "other");
  const one = await Client.login(t, door.port, "one");
  await other.ask("before");
  await nextMillisecond();
  await one.ask("seen");
  await other.ask("after");
  one.socket.resetAndDestroy();
  await isGone(door, 1);
  const again = await comesBack(t, door, "one");
  await again.expect("You are back in lobby. 1 line was said meanwhile.");
  await again.expect(/\[other\]: after$/);
});

t.test("after /quit nothing is kept", async (t) => {
  const door = await aKeepingDoor(t);
  const one = await Client.login(t, door.port, "one");
  await one.ask("/create Planes", "/join Planes");
  one.send("/quit");
  await one.ended();
  await isGone(door, 0);
  const again = await Client.login(t, door.port, "one");
  t.same(await again.ask("/destroy Planes"), ["You can only destroy rooms created by you."]);
});

t.test("a client that finishes sending may come back, too, and is shown what was said after that", async (t) => {
  const door = await aKeepingDoor(t);
  const other = await Client.login(t, door.port, "other");
  const one = await Client.login(t, door.port, "one");
  one.socket.end();
  await one.ended();
  await isGone(door, 1);
  await other.ask("missed");
  const again = await comesBack(t, door, "one");
  await again.expect("You are back in lobby. 1 line was said meanwhile.");
  await again.expect(/\[other\]: missed$/);
});

t.test("whoever gives a code too late is told that nothing is kept any more", async (t) => {
  const door = await aKeepingDoor(t);
  const one = await comesBack(t, door, "one");
  const [, code = ""] = CODE.exec(await one.expect(CODE)) ?? [];
  one.send("/quit");
  await one.ended();
  await isGone(door, 0);
  const again = await comesBack(t, door, `one:${code}.`);
  await again.expect("No session of one is kept any more, so this is a new one.");
  await again.expect(/^You are in lobby/);
});

t.test("each wrong code costs a try, and the last one the connection", async (t) => {
  const door = await aKeepingDoor(t);
  await Client.login(t, door.port, "one");
  const guesser = await Client.connect(t, door.port);
  guesser.socket.write("one:0000-0000\r\none:0000-0001\r\none:0000-0002\r\none:0000-0003\r\n");
  await guesser.ended();
  const wrong = guesser.lines.filter((line) => line.startsWith("This is not the code of"));
  t.equal(wrong.length, 3);
  t.equal(guesser.lines.at(-1), "This is not the code of this name, disconnecting.");
});

t.test("whoever was in no room comes back to the lobby", async (t) => {
  const door = await aKeepingDoor(t);
  const one = await Client.login(t, door.port, "one");
  await one.ask("/leave lobby");
  one.socket.resetAndDestroy();
  await isGone(door, 0);
  const again = await Client.login(t, door.port, "one");
  t.match(await again.ask("/users lobby"), ["Users in lobby: one"]);
});
