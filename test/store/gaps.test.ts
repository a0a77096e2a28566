import { equal } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { Database } from "../../src/store/sqlite/database.ts";
import { addGap, gapsUpTo, nthNumber } from "../../src/store/sqlite/gaps.ts";
import { holds } from "../support/property.ts";

function withGaps(gaps: ReadonlySet<number>): Database {
  const db = new Database({ path: ":memory:", readOnly: false, node: 1, maxPages: null });
  for (const gap of gaps) addGap(db, 7, gap);
  addGap(db, 8, 1);
  return db;
}

t.test("the n-th number that is left is found as by counting them", (t) => {
  const gaps = fc.uniqueArray(fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 20_000 })), {
    maxLength: 150,
  });
  holds(
    t,
    fc.property(gaps, fc.integer({ min: 1, max: 10_000 }), (given, n) => {
      const set = new Set(given);
      const db = withGaps(set);
      let [number, left] = [0, 0];
      while (left < n) if (!set.has((number += 1))) left += 1;
      equal(nthNumber(db, 7, n), number);
      equal(gapsUpTo(db, 7, number), number - n);
      db.close();
    }),
    100,
  );
  t.end();
});

t.test("numbers of any size are counted", (t) => {
  const far = 64 ** 6;
  const db = withGaps(new Set([1, 64, 65, 4096, far - 1]));
  t.teardown(() => db.close());
  t.equal(nthNumber(db, 7, 1), 2);
  t.equal(nthNumber(db, 7, far - 6), far - 2);
  t.equal(nthNumber(db, 7, far - 5), far);
  t.equal(gapsUpTo(db, 7, far), 5);
  t.equal(gapsUpTo(db, 7, 64), 2);
  t.equal(gapsUpTo(db, 7, 0), 0);
  t.end();
});
