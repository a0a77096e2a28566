import t from "tap";
import { LineQueue, LineQueueTotal } from "../../src/net/line-queue.ts";

t.test("lines come out in the order in which they went in", async (t) => {
  const queue = new LineQueue(new LineQueueTotal(0));
  t.same([queue.head, queue.length], [null, 0]);
  const out: string[] = [];
  for (let i = 0; i < 100; i++) {
    queue.push(`${i}`);
    if (i % 3 > 0) continue;
    out.push(queue.head ?? "");
    queue.shift();
  }
  t.equal(queue.length, 66);
  for (; queue.head !== null; queue.shift()) out.push(queue.head);
  t.same(
    out,
    Array.from({ length: 100 }, (_, i) => `${i}`),
  );
  queue.shift();
  t.equal(queue.length, 0);
});

t.test(
  "a queue is full with 64 KiB, each line with its overhead, and not any more when some are handled",
  async (t) => {
    const queue = new LineQueue(new LineQueueTotal(0));
    let lines = 0;
    for (; !queue.isFull; lines += 1) queue.push("x");
    t.equal(lines, Math.ceil((64 * 1024) / 65));
    queue.shift();
    t.notOk(queue.isFull);
    queue.push("я".repeat(100));
    t.ok(queue.isFull, "letters that are not ASCII take two bytes");
  },
);

t.test("what all queues hold is known, and let go of", async (t) => {
  const total = new LineQueueTotal(10_000);
  const [one, two] = [new LineQueue(total), new LineQueue(total)];
  one.push("x".repeat(9900));
  t.ok(one.isLong);
  t.notOk(total.isTooMuch);
  two.push("x");
  t.notOk(two.isLong);
  t.ok(total.isTooMuch);
  t.equal(one.clear(), 1);
  t.notOk(total.isTooMuch);
  two.shift();
  t.equal(total.bytes, 0);
  total.limitBytes = 0;
  one.push("x".repeat(1_000_000));
  t.notOk(total.isTooMuch, "0 is no limit");
});
