import t from "tap";
import { Ranges } from "../../src/domain/ranges.ts";
import { TypingBudgets } from "../../src/gate/typing-budgets.ts";
import { parseLine } from "../../src/commands/dispatch.ts";
import {
  type FloodCause,
  FloodControl,
  type FloodEvents,
  type FloodLimits,
  type LineCost,
} from "../../src/net/flood-control.ts";
import { FakeClock } from "../support/world/fake-clock.ts";

const LIMITS: FloodLimits = { floodBurst: 3, floodRate: 2, pasteLines: 0 };
const MANY = { floodBurstPerAddress: 1000, floodRatePerAddress: 1000, bytesPerHourPerAddress: 0 };

class Typist implements FloodEvents {
  readonly flood: FloodControl;
  readonly address: string;
  limits: FloodLimits;
  /** How often waiting lines may have gone on. */
  goneOn = 0;
  readonly notices: FloodCause[] = [];

  constructor(place: Place, limits: Partial<FloodLimits> = {}, address = "192.0.2.1") {
    this.limits = { ...LIMITS, ...limits };
    this.address = address;
    this.flood = new FloodControl(() => this.limits, place.budgets, place.clock, this);
  }

  #asked: { line: string; cost: LineCost } | null = null;

  lineMayPass(): void {
    this.goneOn += 1;
  }

  slowedDown(cause: FloodCause): void {
    this.notices.push(cause);
  }

  types(line = "some text"): boolean {
    if (this.#asked?.line !== line) {
      this.#asked = { line, cost: { kind: parseLine(line).type, bytes: Buffer.byteLength(line) } };
    }
    return this.flood.mayPass(this.#asked.cost);
  }

  /** How many of so many lines go at once, before the first that waits. */
  pastes(count: number, line = "some text"): number {
    for (let i = 0; i < count; i++) if (!this.types(line)) return i;
    return count;
  }
}

class Place {
  readonly clock = new FakeClock();
  readonly budgets: TypingBudgets;

  constructor(limits = MANY) {
    this.budgets = new TypingBudgets({ ...limits, trustedProxy: new Ranges([]) }, this.clock);
  }
}

function aTypist(limits: Partial<FloodLimits> = {}): { clock: FakeClock; typist: Typist } {
  const place = new Place();
  return { clock: place.clock, typist: new Typist(place, limits) };
}

t.test("so many lines go at once, and the next ones as time passes", async (t) => {
  const { clock, typist } = aTypist();
  t.equal(typist.pastes(4), 3);
  await clock.pass(499);
  t.equal(typist.goneOn, 0);
  await clock.pass(1);
  t.equal(typist.goneOn, 1);
  t.equal(typist.types(), true, "it is paid for");
  t.equal(typist.types(), false, "and the next one is not");
});

t.test("while a line waits the others wait behind it, and one timer is enough", async (t) => {
  const { clock, typist } = aTypist();
  typist.pastes(3);
  for (let i = 0; i < 5; i++) t.equal(typist.types(), false);
  // Beside it, the budgets of addresses are looked through once a minute.
  t.equal(clock.plannedCount, 2);
});

t.test("beyond that a person may paste so many lines, which come back over a minute", async (t) => {
  const { clock, typist } = aTypist({ pasteLines: 6 });
  t.equal(typist.pastes(20), 9);
  await clock.pass(500);
  t.equal(typist.types(), true);
  await clock.pass(500);
  t.equal(typist.pastes(20), 1, "as fast as without a paste");
  await clock.pass(60_000);
  t.equal(typist.pastes(20), 1 + 9, "the one that waited, and as many as at first");
});

t.test("a paste has 16 KiB at most", async (t) => {
  const { typist } = aTypist({ pasteLines: 100 });
  t.equal(typist.pastes(30, "x".repeat(2048)), 3 + 8);
});

t.test("commands are no part of a paste", async (t) => {
  const { typist } = aTypist({ pasteLines: 100 });
  t.equal(typist.pastes(20, "/rooms"), 3);
  const other = aTypist({ pasteLines: 100 });
  t.equal(other.typist.pastes(20, "\u0007/rooms"), 3, "whatever is hidden before it");
});

t.test("a line that says nothing counts a twentieth", async (t) => {
  const { typist } = aTypist();
  t.equal(typist.pastes(100, "\u0007 "), 60);
});

t.test("a line that takes the place of one that was thrown away pays for itself", async (t) => {
  const place = new Place({ floodBurstPerAddress: 0, floodRatePerAddress: 0, bytesPerHourPerAddress: 36_000 });
  const typist = new Typist(place);
  typist.pastes(3, "x");
  t.equal(typist.types("x"), false);
  await place.clock.pass(499);
  t.equal(typist.types("y".repeat(36_000)), false, "not on what the short one has paid");
  await place.clock.pass(1000);
  t.equal(typist.types("y".repeat(36_000)), true);
  t.equal(typist.types("z"), false);
});

t.test("whoever rests may type as at first", async (t) => {
  const { clock, typist } = aTypist();
  typist.pastes(3);
  await clock.pass(1500);
  t.equal(typist.pastes(4), 3);
});

t.test("limits that are replaced hold from the next line on", async (t) => {
  const { clock, typist } = aTypist();
  typist.pastes(3);
  typist.limits = { ...LIMITS, floodRate: 10 };
  t.equal(typist.types(), false);
  await clock.pass(100);
  t.equal(typist.goneOn, 1);
});

t.test("a burst of 0 is no limit", async (t) => {
  const { typist } = aTypist({ floodBurst: 0 });
  t.equal(typist.pastes(500), 500);
});

t.test("the person is told when lines wait, and again after a minute", async (t) => {
  const { clock, typist } = aTypist({ floodBurst: 1, floodRate: 1 });
  typist.pastes(5);
  t.same(typist.notices, ["person"]);
  for (let second = 0; second < 59; second++) {
    await clock.pass(1000);
    typist.pastes(5);
  }
  t.same(typist.notices, ["person"]);
  await clock.pass(1000);
  typist.pastes(5);
  t.same(typist.notices, ["person", "person"]);
});

t.test("when the connection is closed nothing goes on", async (t) => {
  const { clock, typist } = aTypist();
  typist.pastes(4);
  typist.flood.stop();
  await clock.pass(10_000);
  t.equal(typist.goneOn, 0);
});

t.test("limits that are turned on while it runs hold from the next line on, and begin full", async (t) => {
  const place = new Place({ floodBurstPerAddress: 0, floodRatePerAddress: 0, bytesPerHourPerAddress: 0 });
  const typist = new Typist(place, { floodBurst: 0, floodRate: 0 });
  t.equal(typist.pastes(100), 100);
  place.budgets.limits = { ...place.budgets.limits, floodBurstPerAddress: 5, floodRatePerAddress: 1 };
  t.equal(typist.pastes(100), 5);
  t.same(typist.notices, ["address"]);
  const other = aTypist({ floodBurst: 0 }).typist;
  t.equal(other.pastes(10), 10);
  other.limits = LIMITS;
  t.equal(other.pastes(10), 3);
});

t.test("all who type from one address share what it may, in turns", async (t) => {
  const place = new Place({ floodBurstPerAddress: 4, floodRatePerAddress: 2, bytesPerHourPerAddress: 0 });
  const [one, two, three] = [new Typist(place, { floodBurst: 100 }), new Typist(place), new Typist(place)];
  t.equal(one.pastes(10), 4);
  t.same([two.types(), three.types()], [false, false]);
  t.same([one.notices, two.notices], [["address"], ["address"]]);
  const order: string[] = [];
  for (let half = 0; half < 6; half++) {
    await place.clock.pass(500);
    for (const [name, typist] of Object.entries({ one, two, three })) if (typist.types()) order.push(name);
    for (const typist of [one, two, three]) typist.types();
  }
  t.same(order, ["one", "two", "three", "one", "two", "three"], "who pastes most does not come first");
  const elsewhere = new Typist(place, {}, "192.0.2.2");
  t.equal(elsewhere.pastes(10), 3);
});

t.test("all who type from one address share how much they may say in an hour", async (t) => {
  const place = new Place({ floodBurstPerAddress: 0, floodRatePerAddress: 0, bytesPerHourPerAddress: 36_000 });
  const [one, two] = [new Typist(place, { floodBurst: 0 }), new Typist(place, { floodBurst: 0 })];
  t.equal(one.pastes(100, "x".repeat(1000)), 36);
  t.equal(two.types("x".repeat(10)), false);
  await place.clock.pass(9_999);
  t.same([one.goneOn, two.goneOn], [0, 0]);
  await place.clock.pass(1);
  t.same([one.goneOn, two.goneOn], [1, 1], "nobody waits longer than that for a line");
});
