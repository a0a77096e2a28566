import t from "tap";
import { parseUserName } from "../../src/domain/names.ts";
import { type Absence, FIRST_CODES, NOWHERE, STANDINGS } from "../../src/ports/absence.ts";
import { Absences } from "../../src/presence/absences.ts";
import { FakeClock } from "../support/world/fake-clock.ts";

const MINUTE_MICROS = 60_000_000;

function anAbsence(clock: FakeClock, id: number, changes: Partial<Absence> = {}): Absence {
  const name = parseUserName(`n${id}`);
  if (!name) throw new Error(`no name: ${id}`);
  const [sinceMicros, untilMicros] = [clock.micros(), clock.micros() + MINUTE_MICROS];
  const address = "192.0.2.1";
  const kept = { ...NOWHERE, hasRightsIn: [], standing: 0, seenMicros: 0, needsCode: false, codes: FIRST_CODES };
  return { id, name, address, sinceMicros, untilMicros, ...kept, ...changes };
}

t.test("those who left together end together, and those who left later end later", async (t) => {
  const clock = new FakeClock();
  const ended: (readonly number[])[] = [];
  const absences = new Absences(clock, (sessions) => ended.push(sessions));
  for (const id of [1, 2]) absences.add(anAbsence(clock, id));
  await clock.pass(30_000);
  absences.add(anAbsence(clock, 3));
  await clock.pass(30_000);
  t.same(ended, [[1, 2]]);
  await clock.pass(30_000);
  t.same(ended, [[1, 2], [3]]);
  t.equal(absences.count, 0);
});

t.test("one that a reload gives less time ends when that is over, within a second", async (t) => {
  const clock = new FakeClock();
  const ended: number[] = [];
  const absences = new Absences(clock, (sessions) => ended.push(...sessions));
  absences.add(anAbsence(clock, 1));
  absences.add(anAbsence(clock, 2, { untilMicros: clock.micros() + 1_000_000 }));
  await clock.pass(1000);
  t.equal(absences.has(2), false);
  await clock.pass(59_000);
  t.same(ended, [1, 2]);
});

t.test("one name is kept for the one who left last, and the other ends", async (t) => {
  const clock = new FakeClock();
  const ended: number[] = [];
  const absences = new Absences(clock, (sessions) => ended.push(...sessions));
  const first = anAbsence(clock, 1);
  absences.add(first);
  absences.add({ ...first, id: 2 });
  t.same([absences.has(1), absences.has(2)], [false, true]);
  await clock.turn();
  t.same([ended, absences.count, absences.get(first.name.key)?.id], [[1], 1, 2]);
});

/** 100 absences of one network: all were operators, but for the 20th and the 40th, and the 30th, who was alone in a room. */
function aFullNetwork(clock: FakeClock, ended: number[] = []): Absences {
  const absences = new Absences(clock, (sessions) => ended.push(...sessions));
  const standings = new Map<number, number>([20, 40].map((id) => [id, STANDINGS.none]));
  standings.set(30, STANDINGS.alone);
  for (let id = 1; id <= 100; id++) {
    absences.add(anAbsence(clock, id, { hasRightsIn: [7], standing: standings.get(id) ?? STANDINGS.operator }));
  }
  return absences;
}

t.test("one address has 100 at most, and nobody is pushed out by people without rights", async (t) => {
  const clock = new FakeClock();
  const ended: number[] = [];
  const absences = aFullNetwork(clock, ended);
  absences.add(anAbsence(clock, 101, { hasRightsIn: [7] }));
  absences.add(anAbsence(clock, 102, { address: "198.51.100.1" }));
  await clock.turn();
  t.same([ended, absences.count, absences.has(102)], [[101], 101, true], "an invitation is none");
});

t.test("somebody takes the place of the first to leave of the lowest standing below their own", async (t) => {
  const clock = new FakeClock();
  const ended: number[] = [];
  const absences = aFullNetwork(clock, ended);
  const leave = (standing: number, ...ids: readonly number[]): void => {
    for (const id of ids) absences.add(anAbsence(clock, id, { standing }));
  };
  leave(STANDINGS.owner, 101);
  leave(STANDINGS.operator, 102, 103, 104);
  leave(STANDINGS.owner, 105);
  leave(STANDINGS.unknown, 106);
  await clock.turn();
  t.same([ended, absences.count], [[20, 40, 30, 104, 1, 2], 100]);
});

t.test("one IPv6 /64 has 100 at most, and what no limit per address holds for has not", async (t) => {
  const clock = new FakeClock();
  const ipv6 = (id: number): Partial<Absence> => ({ address: `2001:db8::${id.toString(16)}` });
  const absences = new Absences(clock, () => {});
  for (let id = 1; id <= 101; id++) absences.add(anAbsence(clock, id, ipv6(id)));
  absences.add(anAbsence(clock, 102, { address: "2001:db8:0:1::1" }));
  t.same([absences.count, absences.has(101), absences.has(102)], [101, false, true]);
  const exempt = new Absences(
    clock,
    () => {},
    () => null,
  );
  for (let id = 1; id <= 101; id++) exempt.add(anAbsence(clock, id));
  t.equal(exempt.count, 101);
});

t.test("whoever was counted makes place when they come back, also when they are exempt by then", async (t) => {
  const clock = new FakeClock();
  let network: string | null = "a network";
  const absences = new Absences(
    clock,
    () => {},
    () => network,
  );
  const first = anAbsence(clock, 1);
  absences.add(first);
  for (let id = 2; id <= 100; id++) absences.add(anAbsence(clock, id));
  network = null;
  absences.remove(first);
  network = "a network";
  absences.add(anAbsence(clock, 101));
  t.equal(absences.has(101), true);
});

t.test("there are 20,000 at most", async (t) => {
  const clock = new FakeClock();
  const ended: number[] = [];
  const absences = new Absences(clock, (sessions) => ended.push(...sessions));
  const one = (id: number, standing: number): Absence =>
    anAbsence(clock, id, { address: `198.51.${id >> 8}.${id & 255}`, standing });
  for (let id = 1; id <= 20_001; id++) absences.add(one(id, id < 3 ? STANDINGS.operator : STANDINGS.none));
  absences.add(one(20_002, STANDINGS.operator));
  await clock.turn();
  t.same([ended, absences.count], [[20_001, 3], 20_000]);
});

t.test("who was in a room is found without a look at those who were not", (t) => {
  const clock = new FakeClock();
  const absences = new Absences(clock, () => {});
  let looks = 0;
  const strangers = Object.defineProperty(anAbsence(clock, 1), "rooms", { get: () => (looks++, [8]) });
  absences.add(strangers);
  for (const id of [2, 3, 4]) absences.add(anAbsence(clock, id, { rooms: [7, 9] }));
  absences.remove(anAbsence(clock, 3, { rooms: [7, 9] }));
  looks = 0;
  t.same([[...absences.in(7)].map(({ id }) => id), [...absences.in(6)], looks], [[2, 4], [], 0]);
  t.end();
});

t.test("where nobody is kept longer anyway, nothing is counted anew", (t) => {
  let counted = 0;
  const clock = new FakeClock();
  const networkOf = (address: string): string => {
    counted += 1;
    return address;
  };
  const absences = new Absences(clock, () => {}, networkOf);
  const absence = anAbsence(clock, 1);
  absences.add(absence);
  counted = 0;
  t.same([absences.shorten(absence.untilMicros), counted], [[], 0]);
  t.same([absences.shorten(absence.untilMicros - 1), counted], [[1], 1]);
  t.end();
});

t.test("whose time is shortened is found with the shorter one, and gives way as before", async (t) => {
  const clock = new FakeClock();
  const ended: number[] = [];
  const absences = new Absences(clock, (sessions) => ended.push(...sessions));
  for (let id = 1; id <= 100; id++) absences.add(anAbsence(clock, id, { rooms: [7] }));
  const [before] = absences.in(7);
  t.same(absences.shorten(before?.untilMicros ?? 0), [], "nobody is kept longer than that");
  const untilMicros = clock.micros() + MINUTE_MICROS / 2;
  t.equal(absences.shorten(untilMicros).length, 100);
  const there = [...absences.in(7)];
  t.same([there.length, there[0]?.id, new Set(there.map((one) => one.untilMicros))], [100, 1, new Set([untilMicros])]);
  absences.add(anAbsence(clock, 101, { standing: STANDINGS.owner }));
  await clock.turn();
  t.same(ended, [1]);
});
