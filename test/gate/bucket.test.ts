import t from "tap";
import { Bucket } from "../../src/gate/bucket.ts";

const RATE = { burst: 3, perSecond: 2 };

t.test("gives so many at once, and then as time passes", async (t) => {
  const bucket = new Bucket(0);
  for (let i = 0; i < 3; i++) t.equal(bucket.take(RATE, 0), 0);
  t.equal(bucket.take(RATE, 0), 500, "the next one in half a second");
  t.ok(bucket.take(RATE, 499) > 0);
  t.equal(bucket.take(RATE, 500), 0);
  t.equal(bucket.take(RATE, 500), 500);
});

t.test("fills up to what it gives at once, and no more", async (t) => {
  const [bucket, rate] = [new Bucket(0), { burst: 2, perSecond: 1 }];
  for (let i = 0; i < 2; i++) bucket.take(rate, 0);
  t.equal(bucket.take(rate, 1_000_000), 0);
  t.equal(bucket.take(rate, 1_000_000), 0);
  t.equal(bucket.take(rate, 1_000_000), 1000);
});

t.test("what is reserved is taken in any case, and each waits for those before it", async (t) => {
  const bucket = new Bucket(0);
  t.same(
    [1, 2, 3, 4, 5].map(() => bucket.reserve(RATE, 0)),
    [0, 0, 0, 500, 1000],
  );
  t.equal(bucket.reserve(RATE, 1000, 4), 2000, "what costs more waits longer");
  t.equal(bucket.reserve(RATE, 100_000, 3), 0, "and then it is full again");
});

t.test("tells what there is, and takes nothing of it", async (t) => {
  const bucket = new Bucket(0);
  t.same([bucket.has(RATE, 0, 3), bucket.has(RATE, 0, 4), bucket.has(RATE, 0, 3)], [true, false, true]);
  bucket.reserve(RATE, 0, 4);
  t.same([bucket.has(RATE, 490, 0), bucket.has(RATE, 510, 0)], [false, true]);
});

t.test("nobody waits longer than ten seconds for what others have taken", async (t) => {
  const bucket = new Bucket(0);
  t.equal(bucket.reserve(RATE, 0, 1_000_000), 10_000);
  t.equal(bucket.reserve(RATE, 0, 1), 10_000);
  t.equal(bucket.reserve(RATE, 10_000, 1), 500);
});

t.test("is full as well when its limit is set later", async (t) => {
  const bucket = new Bucket(0);
  bucket.has({ burst: 0, perSecond: 0 }, 0, 1);
  t.equal(new Bucket(0).reserve(RATE, 0, 3), 0);
});
