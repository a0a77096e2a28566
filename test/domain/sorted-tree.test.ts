import { deepEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { SortedTree } from "../../src/domain/sorted-tree.ts";
import { holds } from "../support/property.ts";

const change = fc.record({ isAdded: fc.boolean(), number: fc.nat(60) });

t.test("whatever came and went, the first ones are there in their order, each once", async (t) => {
  holds(
    t,
    fc.property(fc.array(change, { maxLength: 200 }), fc.nat(70), (changes, limit) => {
      const sorted = new SortedTree<number>((one, other) => other - one);
      const there = new Set<number>();
      for (const { isAdded, number } of changes) {
        if (isAdded) sorted.add(number);
        else sorted.delete(number);
        if (isAdded) there.add(number);
        else there.delete(number);
      }
      const expected = [...there].sort((one, other) => other - one);
      deepEqual([sorted.first(limit), sorted.size], [expected.slice(0, limit), there.size]);
    }),
  );
});

t.test("one that compares as equal takes the place of the one before", async (t) => {
  const sorted = new SortedTree<{ key: number; text: string }>((one, other) => one.key - other.key);
  sorted.add({ key: 1, text: "old" });
  sorted.add({ key: 1, text: "new" });
  t.same(sorted.first(2), [{ key: 1, text: "new" }]);
});

t.test("with many things a change compares few, and looking at the first compares none", async (t) => {
  let compared = 0;
  const sorted = new SortedTree<number>((one, other) => {
    compared += 1;
    return one - other;
  });
  for (let i = 0; i < 100_000; i++) sorted.add(i);
  compared = 0;
  sorted.delete(50_000);
  sorted.add(50_000);
  t.ok(compared < 100, `${compared} times`);
  compared = 0;
  t.equal(sorted.first(100).length, 100);
  t.equal(compared, 0);
});
