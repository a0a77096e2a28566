import t from "tap";
import { LogThrottle } from "../../src/watch/log-throttle.ts";
import { FakeClock } from "../support/world/fake-clock.ts";

t.test("the first of a kind is said, and one a minute after it, with how many were not", async (t) => {
  const clock = new FakeClock();
  const seldom = new LogThrottle(clock);
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

t.test(
  "where more are said, so many of each and in all a minute, and the next one tells how many were not",
  async (t) => {
    const clock = new FakeClock();
    const seldom = new LogThrottle(clock, { each: 2, all: 3 });
    const take = (who: string) => seldom.take("topic", who);
    t.same([take("a"), take("a"), take("a"), take("a")], [0, 0, null, null]);
    t.equal(take("b"), 2, "of another who is heard at once");
    t.same([take("b"), take("c")], [null, null], "there were as many in all");
    t.equal(seldom.take("kick", "a"), 0, "of another kind, whoever it is");
    await clock.pass(59_999);
    t.equal(take("c"), null);
    await clock.pass(1);
    t.same([take("c"), take("a"), take("a"), take("a")], [3, 0, 0, null]);
  },
);
