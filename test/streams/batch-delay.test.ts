import t from "tap";
import { DeliveryBuffer } from "../../src/streams/delivery-buffer.ts";
import { BatchDelay } from "../../src/streams/batch-delay.ts";
import type { ArrivedEntry } from "../../src/streams/held-entries.ts";
import { serverStream, type Stream } from "../../src/streams/stream.ts";
import { FakeClock } from "../support/world/fake-clock.ts";

function arrival(pos: number): ArrivedEntry {
  const said = { kind: 0, authorId: null, author: "one", body: `line ${pos}`, ref: null };
  const entry = { stream: 0, pos, seq: pos, atMicros: 1, ...said };
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

/** A buffer, what it has delivered (positions), and the streams that are on hold. */
function aBuffer(delay: BatchDelay) {
  const clock = new FakeClock();
  const delivered: number[][] = [];
  const held = new Set<Stream>();
  const buffer = new DeliveryBuffer(clock, delay, {
    deliver: (buffered) => {
      for (const arrivals of buffered.values()) delivered.push(arrivals.map(({ entry }) => entry.pos));
    },
    isOnHold: (stream) => held.has(stream),
  });
  return { clock, buffer, delivered, held };
}

t.test("what arrives in one turn is delivered together, in order; after a long delivery, a moment later", async (t) => {
  const delay = new BatchDelay({ part: 1, maxMs: 5 });
  const { clock, buffer, delivered } = aBuffer(delay);
  const stream = serverStream();
  buffer.add(stream, [arrival(3)]);
  buffer.add(stream, [arrival(1), arrival(2)]);
  await clock.turn();
  t.same(delivered, [[1, 2, 3]]);
  delay.tookMs = 4;
  buffer.add(stream, [arrival(4)]);
  await clock.turn();
  await clock.pass(3);
  buffer.add(stream, [arrival(5)]);
  t.equal(delivered.length, 1);
  await clock.pass(1);
  t.same(delivered.slice(1), [[4, 5]]);
});

t.test("what is on hold stays until it no longer is, and others do not wait for it", async (t) => {
  const { clock, buffer, delivered, held } = aBuffer(new BatchDelay({ part: 1, maxMs: 5 }));
  const [stream, other] = [serverStream(), serverStream()];
  held.add(stream);
  buffer.add(stream, [arrival(6)]);
  buffer.add(other, [arrival(1)]);
  await clock.turn();
  t.same(delivered, [[1]]);
  held.delete(stream);
  buffer.goOn();
  await clock.turn();
  t.same(delivered, [[1], [6]]);
});
