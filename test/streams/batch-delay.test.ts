import t from "tap";
import { DeliveryBuffer } from "../../src/streams/delivery-buffer.ts";
import { BatchDelay } from "../../src/streams/batch-delay.ts";
import type { ArrivedEntry } from "../../src/streams/held-entries.ts";
import { serverStream, type Stream } from "../../src/streams/stream.ts";
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
    const buffer = new DeliveryBuffer(clock, pace, {
      deliver: (buffered) => {
        for (const arrivals of buffered.values()) delivered.push(arrivals.map(({ entry }) => entry.pos));
      },
      isOnHold: (stream) => held.has(stream),
    });
    const held = new Set<Stream>();
    const stream = serverStream();
    buffer.add(stream, [arrival(3)]);
    buffer.add(stream, [arrival(1), arrival(2)]);
    await clock.turn();
    t.same(delivered, [[1, 2, 3]]);
    pace.tookMs = 4;
    buffer.add(stream, [arrival(4)]);
    await clock.turn();
    await clock.pass(3);
    buffer.add(stream, [arrival(5)]);
    t.equal(delivered.length, 1);
    await clock.pass(1);
    t.same(delivered, [
      [1, 2, 3],
      [4, 5],
    ]);
    pace.tookMs = 0;
    held.add(stream);
    buffer.add(stream, [arrival(6)]);
    const other = serverStream();
    buffer.add(other, [arrival(1)]);
    await clock.turn();
    t.same(delivered.slice(2), [[1]], "what is on hold stays, and others do not wait for it");
    held.delete(stream);
    buffer.goOn();
    await clock.turn();
    t.same(delivered.slice(3), [[6]]);
  },
);
