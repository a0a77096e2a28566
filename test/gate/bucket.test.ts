import t from "tap";
import { Bucket } from "../../src/gate/bucket.ts";

t.test("gives so many at once, and then as time passes", async (t) => {
  const bucket = new Bucket(3, 0);
  for (let i = 0; i < 3; i++) t.equal(bucket.take(3, 2, 0), 0);
  t.equal(bucket.take(3, 2, 0), 500, "the next one in half a second");
  t.ok(bucket.take(3, 2, 499) > 0);
  t.equal(bucket.take(3, 2, 500), 0);
  t.equal(bucket.take(3, 2, 500), 500);
});

t.test("fills up to what it gives at once, and no more", async (t) => {
  const bucket = new Bucket(2, 0);
  for (let i = 0; i < 2; i++) bucket.take(2, 1, 0);
  t.equal(bucket.take(2, 1, 1_000_000), 0);
  t.equal(bucket.take(2, 1, 1_000_000), 0);
  t.equal(bucket.take(2, 1, 1_000_000), 1000);
});
