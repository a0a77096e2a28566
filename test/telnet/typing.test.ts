import t from "tap";
import { Typing, type TypingLimits } from "../../src/telnet/typing.ts";
import { FakeClock } from "../support/fake-clock.ts";

const LIMITS: TypingLimits = { floodBurst: 3, floodRate: 2, pasteLines: 4 };

interface Typist {
  readonly clock: FakeClock;
  readonly typing: Typing;
  /** Times that waiting lines may go on. */
  readonly goneOn: () => number;
}

function aTypist(limits: Partial<TypingLimits> = {}): Typist {
  const clock = new FakeClock();
  let goneOn = 0;
  const typing = new Typing({ ...LIMITS, ...limits }, clock, () => (goneOn += 1));
  return { clock, typing, goneOn: () => goneOn };
}

/** A line in a read of its own. */
function typeOne({ typing }: Typist, limits = LIMITS): boolean {
  typing.newRead(limits);
  return typing.take(10);
}

t.test("so many lines go at once, and the next ones as time passes", async (t) => {
  const typist = aTypist();
  t.same(
    [1, 2, 3, 4].map(() => typeOne(typist)),
    [true, true, true, false],
  );
  await typist.clock.pass(499);
  t.equal(typist.goneOn(), 0);
  await typist.clock.pass(1);
  t.equal(typist.goneOn(), 1);
  t.equal(typist.typing.take(10), true);
  t.equal(typist.typing.take(10) || typeOne(typist), true, "what was pasted with it is paid for");
});

t.test("while a line waits the others wait behind it, and one timer is enough", async (t) => {
  const typist = aTypist();
  for (let i = 0; i < 3; i++) typeOne(typist);
  for (let i = 0; i < 5; i++) t.equal(typeOne(typist), false);
  t.equal(typist.clock.plannedCount, 1);
});

t.test("lines that came together count as one, up to a limit, and the next one is paid for", async (t) => {
  const { typing } = aTypist({ floodBurst: 2 });
  typing.newRead({ ...LIMITS, floodBurst: 2 });
  const taken = Array.from({ length: 9 }, () => typing.take(10));
  t.same(taken, [true, true, true, true, true, true, true, true, false]);
});

t.test("a paste has 8 KiB at most: what is beyond is paid for as another", async (t) => {
  const { typing } = aTypist({ floodBurst: 2, pasteLines: 100 });
  typing.newRead({ ...LIMITS, floodBurst: 2, pasteLines: 100 });
  const taken = Array.from({ length: 9 }, () => typing.take(2048));
  t.same(taken, [true, true, true, true, true, true, true, true, false]);
});

t.test("without pastes each line counts", async (t) => {
  for (const pasteLines of [0, 1]) {
    const limits = { ...LIMITS, pasteLines };
    const { typing } = aTypist(limits);
    typing.newRead(limits);
    t.same(
      Array.from({ length: 4 }, () => typing.take(10)),
      [true, true, true, false],
    );
  }
});

t.test("whoever rests may type as at first", async (t) => {
  const typist = aTypist();
  for (let i = 0; i < 3; i++) typeOne(typist);
  await typist.clock.pass(1500);
  t.same(
    [1, 2, 3, 4].map(() => typeOne(typist)),
    [true, true, true, false],
  );
});

t.test("limits that are replaced hold from the next read on", async (t) => {
  const typist = aTypist();
  for (let i = 0; i < 3; i++) typeOne(typist);
  t.equal(typeOne(typist, { ...LIMITS, floodRate: 10 }), false);
  await typist.clock.pass(100);
  t.equal(typist.goneOn(), 1);
});

t.test("it is said once a minute", async (t) => {
  const { typing, clock } = aTypist();
  t.same([typing.takeNotice(), typing.takeNotice()], [true, false]);
  await clock.pass(59_999);
  t.equal(typing.takeNotice(), false);
  await clock.pass(1);
  t.equal(typing.takeNotice(), true);
});

t.test("when the connection is closed nothing goes on", async (t) => {
  const typist = aTypist();
  for (let i = 0; i < 4; i++) typeOne(typist);
  typist.typing.stop();
  await typist.clock.pass(10_000);
  t.equal(typist.goneOn(), 0);
});
