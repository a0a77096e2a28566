import t from "tap";
import { Liveness } from "../../src/telnet/liveness.ts";
import { FakeClock } from "../support/world/fake-clock.ts";

interface Watched {
  readonly clock: FakeClock;
  readonly liveness: Liveness;
  readonly seen: { asked: number; gone: number };
  readonly eyes: { isBlind: boolean; waitingMs: number };
}

/** A peer whose client answers by itself; it is asked when it was silent for a minute. */
function aLiveness(): Watched {
  const watched = aSilentPeer();
  watched.liveness.spokeTelnet(60_000, () => (watched.seen.gone += 1));
  return watched;
}

/** A peer whose client answers nothing by itself. */
function aSilentPeer(): Watched {
  const clock = new FakeClock();
  const seen = { asked: 0, gone: 0 };
  const eyes = { isBlind: false, waitingMs: 0 };
  const ask = (): unknown => (seen.asked += 1);
  const hooks = { askClient: ask, askPerson: ask, isReading: () => !eyes.isBlind, waitingMs: () => eyes.waitingMs };
  return { clock, seen, eyes, liveness: new Liveness(clock, hooks) };
}

t.test("a peer whose answer could not be seen is there, and is not asked", async (t) => {
  const { clock, liveness, seen, eyes } = aLiveness();
  eyes.isBlind = true;
  t.equal(await liveness.isThere(5000), true);
  await clock.pass(600_000);
  t.same(seen, { asked: 0, gone: 0 });
});

t.test("a peer that cannot be seen any more when its time is over is there", async (t) => {
  const { clock, liveness, seen, eyes } = aLiveness();
  const answer = liveness.isThere(5000);
  eyes.isBlind = true;
  await clock.pass(5000);
  t.equal(await answer, true);
  eyes.isBlind = false;
  await clock.pass(55_000);
  eyes.isBlind = true;
  await clock.pass(10_000);
  t.same(seen, { asked: 2, gone: 0 });
});

t.test("the silence is counted anew from when a peer can be seen again", async (t) => {
  const { clock, liveness, seen, eyes } = aLiveness();
  eyes.isBlind = true;
  await clock.pass(90_000);
  eyes.isBlind = false;
  liveness.heard();
  await clock.pass(59_999);
  t.same(seen, { asked: 0, gone: 0 });
  await clock.pass(1);
  t.same(seen, { asked: 1, gone: 0 });
  await clock.pass(10_000);
  t.same(seen, { asked: 1, gone: 1 }, "and then it has to answer");
});

t.test("whoever sends anything in time is there", async (t) => {
  const { clock, liveness, seen } = aLiveness();
  const answer = liveness.isThere(5000);
  t.equal(seen.asked, 1);
  await clock.pass(4999);
  liveness.heard();
  t.equal(await answer, true);
});

t.test("whoever sends nothing in time is not, and all who ask are told", async (t) => {
  const { clock, liveness } = aLiveness();
  const first = liveness.isThere(5000);
  await clock.pass(1000);
  const second = liveness.isThere(5000);
  await clock.pass(4000);
  t.equal(await first, false);
  liveness.heard();
  t.equal(await second, true);
});

t.test("a silent peer is asked, and gone when it says nothing for ten seconds more", async (t) => {
  const { clock, seen } = aLiveness();
  await clock.pass(59_999);
  t.equal(seen.asked, 0);
  await clock.pass(1);
  t.equal(seen.asked, 1);
  await clock.pass(9999);
  t.equal(seen.gone, 0);
  await clock.pass(1);
  t.equal(seen.gone, 1);
  await clock.pass(1_000_000);
  t.same(seen, { asked: 1, gone: 1 });
});

t.test("one that answers is asked again after the same silence, and one that talks is not asked", async (t) => {
  const { clock, liveness, seen } = aLiveness();
  for (let i = 0; i < 10; i++) {
    await clock.pass(59_000);
    liveness.heard();
  }
  t.equal(seen.asked, 0);
  await clock.pass(60_000);
  t.equal(seen.asked, 1);
  liveness.heard();
  await clock.turn();
  await clock.pass(60_000);
  t.same(seen, { asked: 2, gone: 0 });
});

t.test("when the connection is closed nobody is asked, and whoever waits is told that nobody is there", async (t) => {
  const { clock, liveness, seen } = aLiveness();
  const answer = liveness.isThere(5000);
  liveness.stop();
  t.equal(await answer, false);
  await clock.pass(1_000_000);
  t.same(seen, { asked: 1, gone: 0 });
  t.equal(clock.plannedCount, 0);
});

t.test("a peer that cannot take what it is sent is there", async (t) => {
  const { liveness, seen, eyes } = aLiveness();
  eyes.waitingMs = 50;
  t.equal(await liveness.isThere(5000), true);
  t.equal(seen.asked, 0);
  eyes.waitingMs = 49;
  const answer = liveness.isThere(5000);
  liveness.drained(49);
  liveness.drained(50);
  t.equal(await answer, true, "and when it takes it, it is there, too");
});

t.test("a client that answers nothing is not asked, and the person has half a minute to type something", async (t) => {
  const { clock, liveness, seen } = aSilentPeer();
  t.equal(liveness.isThere(5000), null);
  liveness.askPerson(() => (seen.gone += 1));
  liveness.askPerson(() => (seen.gone += 1));
  t.same(seen, { asked: 1, gone: 0 }, "once");
  await clock.pass(29_999);
  t.equal(seen.gone, 0);
  await clock.pass(1);
  t.equal(seen.gone, 1);
});

t.test("a person who typed something is there, and not asked again for a minute", async (t) => {
  const { clock, liveness, seen } = aSilentPeer();
  const ask = (): void => liveness.askPerson(() => (seen.gone += 1));
  ask();
  liveness.heard();
  ask();
  await clock.pass(59_999);
  ask();
  t.same(seen, { asked: 1, gone: 0 });
  await clock.pass(1);
  ask();
  t.same(seen, { asked: 2, gone: 0 });
  await clock.pass(30_000);
  t.same(seen, { asked: 2, gone: 1 });
});

t.test("a person whose answer could not be seen keeps the name", async (t) => {
  const { clock, liveness, seen, eyes } = aSilentPeer();
  eyes.isBlind = true;
  liveness.askPerson(() => (seen.gone += 1));
  await clock.pass(30_000);
  t.same(seen, { asked: 0, gone: 0 });
});
