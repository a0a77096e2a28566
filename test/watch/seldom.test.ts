import t from "tap";
import { Seldom } from "../../src/watch/seldom.ts";
import { FakeClock } from "../support/fake-clock.ts";

t.test("the first of a kind is said, and one a minute after it, with how many were not", async (t) => {
  const clock = new FakeClock();
  const seldom = new Seldom(clock);
  t.equal(seldom.take("a"), 0);
  t.equal(seldom.take("a"), null);
  t.equal(seldom.take("b"), 0, "each kind by itself");
  await clock.pass(59_999);
  t.equal(seldom.take("a"), null);
  await clock.pass(1);
  t.equal(seldom.take("a"), 2);
  t.equal(seldom.take("b"), 0);
  await clock.pass(60_000);
  t.equal(seldom.take("a"), 0);
});
