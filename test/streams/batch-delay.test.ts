import t from "tap";
import { DeliveryBuffer } from "../../src/streams/delivery-buffer.ts";
import { BatchDelay } from "../../src/streams/batch-delay.ts";
import type { ArrivedEntry } from "../../src/streams/held-entries.ts";
import { serverStream } from "../../src/streams/stream.ts";
import { FakeClock } from "../support/world/fake-clock.ts";

function arrival(pos: number): ArrivedEntry {
  const entry = { stream: 0, pos, seq: pos, atMicros: 1, kind: 0, authorId: null, author: "one", body: `line ${pos}` };
  return { entry, previousAtMicros: null, origin: null };
}

t.test("what took long lets the next wait for a part of that, up to a limit, and not for less than 1 ms", async (t) => {
  const pace = new BatchDelay({ part: 0.5, maxMs: 3 });
  const waits = [0, 1, 1.9, 2, 4, 6, 100].map((tookMs) => {
    pace.tookMs = tookMs;
    return pace.waitMs;
  });
  t.same(waits, [0, 0, 0, 1, 2, 3, 3]);
});

t.test(
  "what arrives in one turn is delivered together, in order; and after a long delivery, a moment later",
  async (t) => {
    const clock = new FakeClock();
    const pace = new BatchDelay({ part: 1, maxMs: 5 });
    const delivered: number[][] = [];
    let tookMs = 0;
    const gathering = new DeliveryBuffer(clock, pace, (gathered) => {
      for (const arrivals of gathered.values()) delivered.push(arrivals.map(({ entry }) => entry.pos));
      void clock.pass(tookMs);
    });
    const stream = serverStream();
    gathering.add(stream, [arrival(3)]);
    gathering.add(stream, [arrival(1), arrival(2)]);
    tookMs = 4;
    await clock.turn();
    t.same(delivered, [[1, 2, 3]]);
    gathering.add(stream, [arrival(4)]);
    await clock.turn();
    await clock.pass(3);
    gathering.add(stream, [arrival(5)]);
    t.equal(delivered.length, 1);
    tookMs = 0;
    await clock.pass(1);
    t.same(delivered, [
      [1, 2, 3],
      [4, 5],
    ]);
    t.equal(pace.waitMs, 0);
  },
);
