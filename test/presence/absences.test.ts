import t from "tap";
import { NOWHERE } from "../../src/ports/absence.ts";
import { parseUserName } from "../../src/domain/names.ts";
import type { Absence } from "../../src/ports/absence.ts";
import { Absences } from "../../src/presence/absences.ts";
import { FakeClock } from "../support/world/fake-clock.ts";

const MINUTE_MICROS = 60_000_000;

function anAbsence(clock: FakeClock, id: number, changes: Partial<Absence> = {}): Absence {
  const name = parseUserName(`n${id}`);
  if (!name) throw new Error(`no name: ${id}`);
  const [sinceMicros, untilMicros] = [clock.micros(), clock.micros() + MINUTE_MICROS];
  const address = "192.0.2.1";
  const kept = { ...NOWHERE, hasRightsIn: [], seenMicros: 0 };
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

t.test("one address has 100 at most, and the one that ends first makes place", async (t) => {
  const clock = new FakeClock();
  const ended: (readonly number[])[] = [];
  const absences = new Absences(clock, (sessions) => ended.push(sessions));
  absences.add(anAbsence(clock, 1000, { address: "198.51.100.1" }));
  for (let id = 1; id <= 102; id++) absences.add(anAbsence(clock, id));
  await clock.turn();
  t.same([ended, absences.count, absences.has(1000)], [[[1, 2]], 101, true], "told at once");
});

t.test("there are 20,000 at most", async (t) => {
  const clock = new FakeClock();
  const ended: number[] = [];
  const absences = new Absences(clock, (sessions) => ended.push(...sessions));
  for (let id = 1; id <= 20_001; id++) absences.add(anAbsence(clock, id, { address: `198.51.${id >> 8}.${id & 255}` }));
  await clock.turn();
  t.same([ended, absences.count], [[1], 20_000]);
});
