import t, { type Test } from "tap";
import type { EndEvent } from "../../src/domain/events.ts";
import { texts } from "../../src/formats/text/sentences.ts";
import type { FloodLimits } from "../../src/net/flood-control.ts";
import { TestDoor } from "../support/sockets/door.ts";
import { FakeClock } from "../support/world/fake-clock.ts";
import { Pair } from "../support/sockets/pair.ts";

const INTERRUPT = Buffer.from("fff4fffd06", "hex");
const WILL_NAWS = Buffer.from("fffb1f", "hex");
const DO_TIMING_MARK = "\u00ff\u00fd\u0006";
const WILL_TIMING_MARK = Buffer.from("fffb06", "hex");
const FLOOD: FloodLimits = { floodBurst: 10, floodRate: 2, pasteLines: 0 };
const LOBBY = 1;
const SENT_AWAY: EndEvent = { type: "closed-by-operator", reason: "Away with you." };

/** Somebody on a connection in memory. */
class Somebody {
  readonly pair: Pair;
  readonly #clock: FakeClock;
  #seen = 0;

  constructor(door: TestDoor, clock: FakeClock) {
    this.#clock = clock;
    this.pair = new Pair(door.door, "192.0.2.1");
  }

  /** Sends, and returns the lines that came back since this was asked last. */
  async sends(...parts: readonly (string | Buffer)[]): Promise<string[]> {
    for (const part of parts) this.pair.do(Buffer.from(part));
    return this.hears();
  }

  async hears(): Promise<string[]> {
    await this.#clock.turn();
    await this.#clock.turn();
    const all = this.pair.output.toString("latin1").split("\r\n").slice(0, -1);
    return all.slice(this.#seen, (this.#seen = all.length));
  }

  async leaves(how: "end" | "reset"): Promise<void> {
    this.pair.do(how);
    await this.hears();
  }
}

class House {
  readonly clock = new FakeClock();
  readonly door: TestDoor;

  constructor(settings: Partial<TestDoor["settings"]>) {
    this.door = new TestDoor(this.clock);
    this.door.settings = { ...this.door.settings, ...FLOOD, ...settings };
  }

  async enters(name: string): Promise<Somebody> {
    const somebody = new Somebody(this.door, this.clock);
    await somebody.sends(`${name}\r\n`);
    this.door.session(name).toldAloneIn = this.door.session(name).current;
    return somebody;
  }

  /** What somebody said, as the store has it. */
  said(by: string): string[] {
    const entries = this.door.store.entriesOf(LOBBY).filter(({ author, kind }) => author === by && kind === 0);
    return entries.map(({ body }) => body);
  }
}

async function aHouse(t: Test, settings: Partial<TestDoor["settings"]> = {}): Promise<House> {
  const house = new House(settings);
  const started = house.door.chat.start();
  await house.clock.turn();
  await started;
  t.teardown(() => {
    const [failure] = house.door.telemetry.failures;
    if (failure) throw failure.error;
  });
  return house;
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `line ${i}`);
}

function paste(count: number): string {
  return numbered(count)
    .map((line) => `${line}\r\n`)
    .join("");
}

t.test("^C throws away what waits of a paste, and says how much that was", async (t) => {
  const house = await aHouse(t);
  const one = await house.enters("one");
  t.match(await one.sends(paste(100)), [/^You are sending lines very fast\. .* 90 lines wait\.$/]);
  t.same((await one.sends(INTERRUPT)).slice(1), ["90 waiting lines were dropped and not sent."]);
  await house.clock.pass(10_000);
  await one.sends("after\r\n");
  t.same(house.said("one"), [...numbered(10), "after"]);
  t.same((await one.sends(INTERRUPT)).slice(1), ["Type /quit to leave."]);
});

t.test("/quit and the end are seen while lines wait, and come after them", async (t) => {
  const house = await aHouse(t);
  const one = await house.enters("one");
  await one.sends(`${paste(12)}/quit\r\n`);
  await one.leaves("end");
  t.equal(house.door.context.sessions.size, 1);
  await house.clock.pass(2000);
  t.same(house.said("one"), numbered(12));
  t.equal(house.door.context.sessions.size, 0);
});

t.test("somebody who sends nothing but empty lines is seen to go at once", async (t) => {
  const house = await aHouse(t);
  const one = await house.enters("one");
  await one.sends("/leave\r\n", "\n".repeat(60_000));
  await one.leaves("end");
  t.equal(house.door.context.sessions.size, 0);
});

t.test("a connection that breaks is seen at once while its lines wait, and it is noted how many", async (t) => {
  const house = await aHouse(t);
  const one = await house.enters("one");
  await one.sends(paste(100));
  await one.leaves("reset");
  t.equal(house.door.context.sessions.size, 0);
  t.same([house.said("one").length, house.door.telemetry.unsent], [10, 90]);
});

t.test("while lines wait the socket is read until 64 KiB of them wait, and no further", async (t) => {
  const house = await aHouse(t);
  const one = await house.enters("one");
  await one.sends(paste(400));
  t.notOk(one.pair.isPaused);
  await one.sends(paste(1000));
  t.ok(one.pair.isPaused);
  t.ok(house.door.queued.bytes < 70_000);
  await house.clock.pass(1000 * 60 * 20);
  t.same(house.said("one"), [...numbered(400), ...numbered(1000)], "nothing is lost");
  t.notOk(one.pair.isPaused);
  t.equal(house.door.queued.bytes, 0);
});

t.test("who is sent away while lines wait is told how many were not sent", async (t) => {
  const house = await aHouse(t);
  const one = await house.enters("one");
  await one.sends(paste(100));
  house.door.session("one").outlet.close(SENT_AWAY, "kicked");
  t.same(await one.hears(), [
    "90 waiting lines were not sent. Send them again.",
    "[*]: The operator closed your connection: Away with you.",
  ]);
  t.equal(house.said("one").length, 10);
});

t.test("who quits with lines behind that is told, too", async (t) => {
  const house = await aHouse(t);
  const one = await house.enters("one");
  t.same(await one.sends("/quit\r\nand one more\r\n"), ["1 waiting line was not sent. Send it again.", "Bye."]);
});

t.test("whoever loses the name while lines wait is told, and they are not taken for names", async (t) => {
  const house = await aHouse(t);
  const one = await house.enters("one");
  await one.sends(paste(100));
  house.door.session("one").outlet.askNameAgain({ type: "name-lost" });
  t.same(await one.hears(), ["90 waiting lines were not sent. Send them again.", texts.lostName]);
  t.same((await one.sends("two\r\n")).slice(0, 1), ["Login:Welcome, two."]);
});

t.test("a server that stops handles what was read, and no flood control holds it back", async (t) => {
  const house = await aHouse(t);
  const one = await house.enters("one");
  await one.sends(paste(600));
  one.pair.connection.drain();
  for (let i = 0; i < 40; i++) await house.clock.turn();
  t.same(house.said("one"), numbered(600));
  t.equal(house.door.context.sessions.size, 0);
});

t.test("a server that stops while somebody is greeted handles all that they sent with their name", async (t) => {
  const house = await aHouse(t);
  const release = house.door.store.hold("history");
  await (await house.enters("two")).sends("so that there is something to read\r\n");
  const one = new Somebody(house.door, house.clock);
  await one.sends(`one\r\n${paste(50)}`);
  one.pair.connection.drain();
  release();
  for (let i = 0; i < 20; i++) await house.clock.turn();
  t.same(house.said("one"), numbered(50));
});

t.test("whoever is closed is read on, so that their end is seen", async (t) => {
  const house = await aHouse(t);
  const one = await house.enters("one");
  await one.sends(paste(2000));
  t.ok(one.pair.isPaused);
  house.door.session("one").outlet.close(SENT_AWAY, "kicked");
  await one.hears();
  t.notOk(one.pair.isPaused);
  await one.leaves("end");
  t.same(house.door.telemetry.closes, ["kicked"]);
});

t.test("a line that was not finished is not counted when the connection is closed", async (t) => {
  const house = await aHouse(t);
  const one = await house.enters("one");
  t.same(await one.sends("/quit\r\nhel"), ["Bye."]);
  await one.leaves("end");
  t.equal(house.door.telemetry.unsent, 0);
});

t.test("a line that was not finished when the name was lost is no name, and no session stays behind", async (t) => {
  const house = await aHouse(t);
  const [one, two] = [await house.enters("one"), await house.enters("two")];
  await two.sends("/create Planes\r\n/join Planes\r\nhello\r\n/leave\r\n");
  const release = house.door.store.hold("history");
  await one.sends("/join Planes\r\n");
  await one.sends("my_pass");
  house.door.session("one").outlet.askNameAgain({ type: "name-lost" });
  release();
  await one.hears();
  t.same((await one.sends("word\r\n")).slice(0, 1), ["Login:Welcome, word."]);
  t.same((await two.sends("/users Planes\r\n")).at(-1), "Nobody is in Planes.");
});

t.test("somebody who reads slowly in a busy room is still heard", async (t) => {
  const house = await aHouse(t, { floodBurst: 0 });
  const [one, two] = [await house.enters("one"), await house.enters("two")];
  one.pair.do("deaf");
  for (let i = 0; i < 20; i++) await two.sends(`${"x".repeat(2000)}\r\n`.repeat(20));
  t.ok((house.door.session("one").outlet.waitingBytes ?? 0) > 100_000);
  await one.sends("I am here\r\n", "/quit\r\n");
  t.same(house.said("one"), ["I am here"]);
  t.equal(house.door.context.sessions.size, 1);
});

t.test("a server that has no more time tells how many lines were not sent", async (t) => {
  const house = await aHouse(t);
  const one = await house.enters("one");
  const release = house.door.store.hold("append");
  await one.sends(paste(100));
  one.pair.connection.drain();
  await house.clock.turn();
  one.pair.connection.cutOff();
  const told = Number(
    /^(\d+) waiting lines were not sent\. Send them again\.$/.exec((await one.hears()).at(-1) ?? "")?.[1],
  );
  release();
  await house.clock.turn();
  t.equal(house.said("one").length + told, 100);
});

t.test("when the lines that wait are too much, whoever sends more is told that they were not sent", async (t) => {
  const house = await aHouse(t);
  house.door.queued.limitBytes = 80_000;
  const [one, two, three] = [await house.enters("one"), await house.enters("two"), await house.enters("three")];
  await one.sends(paste(800));
  const told = (await two.sends(paste(1000))).map((line) => Number(/^(\d+) waiting lines? w/.exec(line)?.[1] ?? 0));
  t.ok(told.reduce((sum, count) => sum + count, 0) > 400);
  t.ok(house.door.queued.bytes < 90_000);
  await three.sends("hello\r\n", "and more\r\n");
  t.same(house.said("three"), ["hello", "and more"], "whoever sends little notices nothing");
});

t.test("a peer whose great paste waits, and who answers, is not taken for dead", async (t) => {
  const house = await aHouse(t, { keepaliveMs: 60_000 });
  const one = await house.enters("one");
  one.pair.onOutput = (chunk) => {
    if (chunk.toString("latin1").includes(DO_TIMING_MARK)) one.pair.do(WILL_TIMING_MARK);
  };
  await one.sends(WILL_NAWS, paste(600));
  const thief = new Somebody(house.door, house.clock);
  const told = await thief.sends("one\r\n");
  await house.clock.pass(300_000);
  t.match([...told, ...(await thief.hears())].at(-1), /^You're already logged in/);
  t.same(house.door.telemetry.closes, []);
  t.same(house.said("one"), numbered(600));
});

t.test("nor is one whose paste is so great that it cannot be heard", async (t) => {
  const house = await aHouse(t, { keepaliveMs: 60_000 });
  const one = await house.enters("one");
  await one.sends(WILL_NAWS, paste(2000));
  t.ok(one.pair.isPaused);
  const thief = new Somebody(house.door, house.clock);
  const told = await thief.sends("one\r\n");
  await house.clock.pass(120_000);
  t.match([...told, ...(await thief.hears())].at(-1), /^You're already logged in/);
  t.same(house.door.telemetry.closes, []);
  one.pair.listen();
  await house.clock.pass(1000 * 60 * 20);
  t.same(house.door.telemetry.closes, ["no-answer"], "it never answered, and once it could be heard that was seen");
  const unsent = Number(/(\d+) waiting lines? w/.exec((await one.hears()).join("\n"))?.[1]);
  t.same(house.said("one"), numbered(2000 - unsent));
});

t.test("what comes before a name is not even looked at beyond the bound", async (t) => {
  const house = await aHouse(t);
  const stranger = new Somebody(house.door, house.clock);
  await stranger.sends(Buffer.concat([Buffer.from("fffd01", "hex"), Buffer.alloc(60_000, "x")]));
  const { length } = stranger.pair.output;
  t.ok(length < 3000, `${length} bytes were answered`);
  t.match(stranger.pair.output.toString(), /More than 2048 bytes came before a name/);
});

t.test("no more than 64 KiB of a connection are taken in a turn, and all in the end", async (t) => {
  const house = await aHouse(t, { floodBurst: 0 });
  const one = await house.enters("one");
  const before = one.pair.bytesRead;
  for (let i = 0; i < 10; i++) one.pair.do(Buffer.from(`${"x".repeat(2000)} ${i}\r\n`.repeat(16)));
  // What happens until the chat's clock says that the turn is over.
  for (let i = 0; i < 10; i++) await new Promise<void>((resolve) => setImmediate(resolve));
  const read = one.pair.bytesRead - before;
  t.ok(read > 0 && read < 2 * 64 * 1024, `${read} bytes were read`);
  for (let i = 0; i < 10; i++) await house.clock.turn();
  t.equal(house.said("one").length, 160);
});
