import t from "tap";
import { ReadPacer, Turns } from "../../src/net/turns.ts";
import { FakeClock } from "../support/world/fake-clock.ts";

function aPacer(): { clock: FakeClock; turns: Turns; pacer: ReadPacer; resumed: () => number } {
  const clock = new FakeClock();
  const turns = new Turns(clock);
  let resumed = 0;
  return { clock, turns, pacer: new ReadPacer(turns, { goOn: () => (resumed += 1) }), resumed: () => resumed };
}

t.test("a turn has a number, and the next one another", async (t) => {
  const { clock, turns } = aPacer();
  const first = turns.current;
  t.equal(turns.current, first);
  await clock.turn();
  t.not(turns.current, first);
});

t.test("a connection of which 64 KiB were read rests until the next turn", async (t) => {
  const { clock, pacer, resumed } = aPacer();
  pacer.read(64 * 1024 - 1);
  t.notOk(pacer.isResting);
  await clock.turn();
  pacer.read(64 * 1024 - 1);
  t.notOk(pacer.isResting, "each turn begins anew");
  pacer.read(1);
  t.ok(pacer.isResting);
  t.equal(resumed(), 0);
  await clock.turn();
  t.notOk(pacer.isResting);
  t.equal(resumed(), 1);
});

t.test("64 lines of a connection are looked at in a turn, and the next ones in the next", async (t) => {
  const { clock, pacer, resumed } = aPacer();
  for (let i = 0; i < 64; i++) t.ok(pacer.line());
  t.notOk(pacer.line());
  t.notOk(pacer.line());
  await clock.turn();
  t.equal(resumed(), 1);
  t.ok(pacer.line());
});
