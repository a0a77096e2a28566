import t from "tap";
import { RequestRates } from "../../src/gate/request-rates.ts";
import { FakeClock } from "../support/world/fake-clock.ts";

const RATE = { burst: 3, perSecond: 4 };

/** How many of these requests pass. */
function passed(rates: RequestRates, key: string, count: number): number {
  return Array.from({ length: count }, () => rates.take(key)).filter((waitMs) => waitMs === 0).length;
}

t.test("a burst passes, then as many as the rate says, and each key has its own", async (t) => {
  const clock = new FakeClock();
  const rates = new RequestRates(RATE, clock);
  t.equal(passed(rates, "a", 5), 3);
  t.equal(rates.take("a"), 250, "the time until the next one");
  await clock.pass(125);
  t.equal(rates.take("a"), 125, "what was refused has cost nothing");
  await clock.pass(125);
  t.equal(passed(rates, "a", 5), 1);
  t.equal(passed(rates, "b", 5), 3);
});

t.test("without a rate or a burst nothing is limited or remembered", async (t) => {
  for (const rate of [
    { burst: 0, perSecond: 2 },
    { burst: 3, perSecond: 0 },
  ]) {
    const rates = new RequestRates(rate, new FakeClock());
    t.equal(passed(rates, "a", 1000), 1000);
    t.equal(rates.size, 0);
  }
});

t.test("a new rate holds for those who are known", async (t) => {
  const clock = new FakeClock();
  const rates = new RequestRates(RATE, clock);
  passed(rates, "a", 3);
  rates.rate = { burst: 10, perSecond: 10 };
  await clock.pass(1000);
  t.equal(passed(rates, "a", 20), 10);
});

t.test("keys are forgotten when they are as new, by the requests of others", async (t) => {
  const clock = new FakeClock();
  const rates = new RequestRates(RATE, clock);
  for (let i = 0; i < 100; i++) rates.take(`old ${i}`);
  t.equal(rates.size, 100);
  await clock.pass(750);
  for (let i = 0; i < 60; i++) rates.take("a");
  t.equal(rates.size, 1);
});

t.test("there are at most 100,000 keys, and the least recently used one goes first", async (t) => {
  const rates = new RequestRates(RATE, new FakeClock());
  passed(rates, "first", 3);
  passed(rates, "kept", 3);
  for (let i = 0; i < 99_998; i++) rates.take(`other ${i}`);
  t.equal(rates.size, 100_000);
  passed(rates, "kept", 1);
  for (let i = 0; i < 10; i++) rates.take(`more ${i}`);
  t.ok(rates.size <= 100_000);
  t.equal(passed(rates, "kept", 1), 0, "it has been used meanwhile");
  t.equal(passed(rates, "first", 3), 3, "it begins anew");
});
