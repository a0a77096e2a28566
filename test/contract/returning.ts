import type { Test } from "tap";
import { parseUserName } from "../../src/domain/names.ts";
import { type Leaving, NOWHERE } from "../../src/ports/absence.ts";
import type { Claimed, Newcomer, Presence, PresenceListener } from "../../src/ports/presence.ts";
import type { FakeClock } from "../support/world/fake-clock.ts";

/** A presence on a clock that stands still. */
export type MakePresence = () => Promise<{ readonly clock: FakeClock; readonly presence: Presence }>;

const GRACE_MS = 60_000;
const LEAVING = {
  rooms: [7, 8],
  current: 8,
  knownRooms: [aNewcomer(1).name.key],
  showsTime: true,
  lastWhisperer: { id: 4, name: aNewcomer(1).name },
  ignored: [aNewcomer(1).name],
  application: 20,
  entered: [20, 21],
  hasRightsIn: [9],
  standing: 1,
  seenMicros: 5,
  needsCode: false,
};
const LEFT_NOTHING = { ...NOWHERE, hasRightsIn: [], standing: 1, seenMicros: 9, needsCode: false };
const SILENT: PresenceListener = {
  joined() {},
  left() {},
  died() {},
  unconfirmed() {},
  held() {},
  lostName() {},
  rewound() {},
  isolated() {},
};

function aNewcomer(id: number, address = "192.0.2.1", text = "one"): Newcomer {
  const name = parseUserName(text);
  if (!name) throw new Error("no name");
  return {
    id,
    name,
    address,
    sinceMicros: 1,
    verdictOn: (absence) => (absence.address === address ? absence.codes : "stays"),
  };
}

/** What every `Presence` has to do for those whose connections broke. */
export function testReturning(t: Test, make: MakePresence): void {
  /** A presence where `one`, session 1, has left by a broken connection, and is kept for a minute. */
  async function anAbsence() {
    const { clock, presence } = await make();
    const died: number[] = [];
    presence.listen({ ...SILENT, died: (sessions) => died.push(...sessions) });
    const claim = async (newcomer: Newcomer): Promise<Claimed> => {
      const claimed = presence.claim(newcomer);
      await clock.turn();
      return await claimed;
    };
    const breaks = async (leaving: Omit<Leaving, "untilMicros">): Promise<number> => {
      const untilMicros = clock.micros() + GRACE_MS * 1000;
      presence.depart(1, { ...leaving, untilMicros });
      await clock.turn();
      return untilMicros;
    };
    await claim(aNewcomer(1));
    for (const room of LEAVING.rooms) presence.joined(1, room);
    await breaks(LEAVING);
    return { clock, presence, died, claim, breaks, key: aNewcomer(1).name.key };
  }

  t.test("whoever is away is in no list, and comes back from their address as they were", async (t) => {
    const { clock, presence, died, claim, key } = await anAbsence();
    t.same([presence.count, presence.countIn(7), presence.find(key)], [0, 0, null]);
    t.same([presence.isAway(1), presence.awayFrom(7)?.id, presence.awayFrom(9)], [true, 1, null]);
    t.match(presence.awayAs(key), { ...LEAVING, id: 1, address: "192.0.2.1" });
    t.same(await presence.goneOf([1, 2]), [2]);
    t.match(await claim(aNewcomer(2)), { isHeld: true, back: { ...LEAVING, id: 1, sinceMicros: 1 } });
    t.same([presence.isAway(1), presence.awayFrom(7), presence.names(9).first], [false, null, ["one"]]);
    t.equal(presence.awayAs(key), null);
    t.match(presence.find(key), { id: 1 });
    await clock.pass(2 * GRACE_MS);
    t.same(died, []);
  });

  t.test("whoever comes back has the name as it was first written", async (t) => {
    const { presence, claim, breaks, key } = await anAbsence();
    t.match(await claim(aNewcomer(2, "192.0.2.1", "ONE")), { back: { name: { shown: "one" } } });
    t.equal(presence.find(key)?.name.shown, "one");
    presence.arrived({ id: 1, place: NOWHERE });
    await breaks(LEAVING);
    t.equal(presence.awayAs(key)?.name.shown, "one");
  });

  t.test("nobody else gets the name", async (t) => {
    const { claim } = await anAbsence();
    const elsewhere = aNewcomer(2, "198.51.100.1");
    t.same(await claim(elsewhere), { isHeld: false });
    t.match(await claim({ ...elsewhere, verdictOn: ({ id, codes }) => (id === 1 ? codes : "stays") }), {
      isHeld: true,
      back: { id: 1 },
    });
    t.same(await claim(aNewcomer(3)), { isHeld: false }, "nor while they are there");
  });

  t.test("whoever comes back has the codes that hold from now on, and leaves them", async (t) => {
    const { presence, claim, breaks, key } = await anAbsence();
    const codes = [1, 2];
    t.match(await claim({ ...aNewcomer(2), verdictOn: () => codes }), { isHeld: true, back: { id: 1, codes } });
    t.same(presence.find(key)?.codes, codes);
    await breaks({ ...LEAVING, needsCode: true });
    t.match(await claim(aNewcomer(3)), { back: { codes, needsCode: true } });
    presence.arrived({ id: 1, place: NOWHERE });
    await breaks(LEAVING);
    t.match(await claim(aNewcomer(4)), { back: { codes, needsCode: false } });
  });

  t.test("an absence that ends for a newcomer has ended for good, and the newcomer is new", async (t) => {
    const { clock, presence, died, claim, key } = await anAbsence();
    t.same(await claim({ ...aNewcomer(2), verdictOn: () => "ends" }), { isHeld: true, back: null });
    await clock.turn();
    t.same([died, presence.find(key)?.id, presence.isAway(1)], [[1], 2, false]);
    await clock.pass(2 * GRACE_MS);
    t.same([died, presence.find(key)?.id, await presence.goneOf([1, 2])], [[1], 2, [1]]);
  });

  t.test("an absence that is ended has ended for good, once", async (t) => {
    const { clock, presence, died, claim } = await anAbsence();
    const [absence, ...others] = presence.away();
    if (!absence) throw new Error("nobody is away");
    const ended = Promise.all([presence.end(absence), presence.end(absence)]);
    await clock.turn();
    t.same([await ended, others], [[true, false], []]);
    await clock.turn();
    t.same([died, [...presence.away()], presence.count, await presence.goneOf([1])], [[1], [], 0, [1]]);
    t.same(await claim(aNewcomer(2)), { isHeld: true, back: null });
  });

  t.test("of many who come back at once one does", async (t) => {
    const { clock, presence } = await anAbsence();
    const claims = Array.from({ length: 100 }, (_, i) => presence.claim(aNewcomer(i + 2)));
    await clock.turn();
    t.equal((await Promise.all(claims)).filter(({ isHeld }) => isHeld).length, 1);
  });

  t.test("when the time is over the name is free, and the session has ended", async (t) => {
    const { clock, presence, died, claim } = await anAbsence();
    await clock.pass(GRACE_MS - 1);
    t.same([died, presence.isAway(1)], [[], true]);
    await clock.pass(1);
    t.same([died, presence.isAway(1), await presence.goneOf([1])], [[1], false, [1]]);
    t.same(await claim(aNewcomer(2, "198.51.100.1")), { isHeld: true, back: null });
  });

  t.test("whoever breaks off again before they are in all their rooms comes back to all of them", async (t) => {
    const { presence, claim, breaks } = await anAbsence();
    await claim(aNewcomer(2));
    presence.joined(1, 7);
    const untilMicros = await breaks({ ...LEFT_NOTHING, rooms: [7] });
    t.match(await claim(aNewcomer(3)), { back: { ...LEAVING, untilMicros } });
    for (const room of [7, 6]) presence.joined(1, room);
    presence.arrived({ id: 1, place: NOWHERE });
    await breaks({ ...LEFT_NOTHING, rooms: [7, 6], current: 6 });
    t.match(await claim(aNewcomer(4)), { back: { rooms: [7, 6], current: 6 } });
  });

  t.test("nobody is kept longer than is set by now, and nobody for longer than before", async (t) => {
    const { clock, presence, died, key } = await anAbsence();
    presence.keepNoLongerThan(clock.micros() + 2 * GRACE_MS * 1000);
    presence.keepNoLongerThan(clock.micros() + (GRACE_MS / 2) * 1000);
    await clock.pass(GRACE_MS / 2 - 1);
    t.same(died, []);
    await clock.pass(1);
    t.same([died, presence.isAway(1), presence.find(key)], [[1], false, null]);
  });

  t.test("whoever goes by their own wish is not kept", async (t) => {
    const { presence, claim } = await anAbsence();
    await claim(aNewcomer(2));
    presence.release(1);
    t.same(await claim(aNewcomer(3)), { isHeld: true, back: null });
  });
}
