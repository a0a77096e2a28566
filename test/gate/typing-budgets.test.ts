import t from "tap";
import { Ranges } from "../../src/domain/ranges.ts";
import { type TypingBudgetLimits, TypingBudgets } from "../../src/gate/typing-budgets.ts";
import { FakeClock } from "../support/world/fake-clock.ts";

const LIMITS: TypingBudgetLimits = {
  floodBurstPerAddress: 2,
  floodRatePerAddress: 1,
  bytesPerHourPerAddress: 0,
  trustedProxy: new Ranges(["192.0.2.0/24"]),
};

function theBudgets(limits: Partial<TypingBudgetLimits> = {}): { clock: FakeClock; budgets: TypingBudgets } {
  const clock = new FakeClock();
  return { clock, budgets: new TypingBudgets({ ...LIMITS, ...limits }, clock) };
}

t.test("an IPv4 address and an IPv6 /64 each have a budget, and proxies have none", async (t) => {
  const { budgets } = theBudgets();
  t.equal(budgets.networkOf("198.51.100.1"), "198.51.100.1");
  t.equal(budgets.networkOf("2001:db8:1:2::3"), budgets.networkOf("2001:db8:1:2:ffff::"));
  t.equal(budgets.networkOf("192.0.2.77"), null);
});

t.test("without limits nobody has one", async (t) => {
  const { budgets } = theBudgets({ floodBurstPerAddress: 0 });
  t.equal(budgets.networkOf("198.51.100.1"), null);
});

t.test("each line has its turn, one after the other", async (t) => {
  const { budgets } = theBudgets();
  const waits = Array.from({ length: 5 }, () => budgets.reserve("a", 10));
  t.same(waits, [0, 0, 1000, 2000, 3000]);
  t.equal(budgets.reserve("b", 10), 0);
});

t.test("bytes come back over an hour", async (t) => {
  const { budgets } = theBudgets({ floodBurstPerAddress: 0, bytesPerHourPerAddress: 3600 });
  t.same([budgets.reserve("a", 3600), budgets.reserve("a", 1), budgets.reserve("a", 9)], [0, 1000, 10_000]);
});

t.test("a budget is remembered until it is whole again, and then forgotten", async (t) => {
  const { clock, budgets } = theBudgets({ bytesPerHourPerAddress: 3600 });
  budgets.reserve("a", 100);
  budgets.reserve("b", 1000);
  t.equal(budgets.networks, 2);
  await clock.pass(120_000);
  t.equal(budgets.networks, 1);
  await clock.pass(1_000_000);
  t.equal(budgets.networks, 0);
  t.equal(clock.plannedCount, 0, "nothing is looked through any more");
});

t.test("so many are remembered and no more: the one that typed least recently begins anew", async (t) => {
  const { budgets } = theBudgets();
  for (let i = 0; i < 100_000; i++) budgets.reserve(String(i), 1);
  budgets.reserve("0", 1);
  budgets.reserve("one more", 1);
  t.equal(budgets.networks, 100_000);
  t.equal(budgets.reserve("0", 1), 1000);
  t.same(
    [1, 2, 3].map(() => budgets.reserve("1", 1)),
    [0, 0, 1000],
  );
});

t.test("a budget that was made without a limit is whole when there is one", async (t) => {
  const { budgets } = theBudgets({ floodBurstPerAddress: 0, bytesPerHourPerAddress: 3600 });
  budgets.reserve("a", 1);
  budgets.limits = { ...LIMITS, bytesPerHourPerAddress: 3600 };
  t.equal(budgets.reserve("a", 1), 0);
});
