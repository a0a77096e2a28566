import t, { type Test } from "tap";
import { reachableBytes } from "../support/sockets/heap.ts";
import { aReply, Outboxes, type Receiver, roomLines } from "../support/sockets/outboxes.ts";

/** How far what is counted may be from what is held: a limit in bytes limits memory. */
const MOST_OFF = 0.2;
/** What a heap changes by itself between two looks at it. */
const NOISE_BYTES = 64 * 1024;

/** Receivers that take nothing, and what they are given. */
interface Given {
  readonly all: Outboxes;
  readonly receivers: readonly Receiver[];
  readonly payloadBytes: number;
  readonly give: () => Promise<void>;
}

/** Holds what is counted against what the heap has. */
async function measure(t: Test, make: () => Promise<Given>): Promise<void> {
  // Once for what a first time leaves: compiled code, and room to grow in.
  await (await make()).give();
  const { all, receivers, payloadBytes, give } = await make();
  const [countedBefore, before] = [all.pool.heldBytes, await reachableBytes()];
  await give();
  const heldBytes = (await reachableBytes()) - before;
  const countedBytes = all.pool.heldBytes - countedBefore;
  const told = `${countedBytes} bytes are counted, and ${heldBytes} are held, for ${payloadBytes} of payload`;
  t.comment(told);
  t.ok(countedBytes >= payloadBytes, "the payload is counted at least");
  t.ok(Math.abs(countedBytes - heldBytes) <= Math.max(MOST_OFF * heldBytes, NOISE_BYTES), told);
  for (const { socket } of receivers) socket.takeAll();
  await all.clock.turn();
  t.equal(all.pool.heldBytes, 0, "nothing is counted for peers that took it");
}

/** One receiver, whose peer has not taken what was written to it. */
async function behindAWrite(
  payloadBytes: number,
  give: (all: Outboxes, one: Receiver) => Promise<void>,
): Promise<Given> {
  const all = new Outboxes();
  const one = await all.heldReceiver();
  return { all, receivers: [one], payloadBytes, give: () => give(all, one) };
}

/** One receiver to whom nothing was written yet, and whose peer will not take what is. */
function inAWrite(count: number, bytes: number): Given {
  const all = new Outboxes();
  const one = all.receiver();
  one.socket.hold();
  const give = (): Promise<void> => all.give(one, ...Array.from({ length: count }, () => aReply("x".repeat(bytes))));
  return { all, receivers: [one], payloadBytes: count * bytes, give };
}

t.test("20,000 replies of one byte count as what they hold", async (t) => {
  await measure(t, () =>
    behindAWrite(20_000, async (all, one) => {
      for (let turn = 0; turn < 200; turn++) await all.give(one, ...Array.from({ length: 100 }, () => aReply("x")));
    }),
  );
});

t.test(
  "2,000 replies that are slices of larger buffers, whose rest nobody needs, count as what they hold",
  async (t) => {
    const line = "x".repeat(80);
    await measure(t, () =>
      behindAWrite(2000 * 80, async (all, one) => {
        for (let i = 0; i < 2000; i++) {
          await all.give(one, aReply(line));
          for (let others = 0; others < 20; others++) aReply(line);
        }
      }),
    );
  },
);

t.test("lines of a room that a hundred receivers share count once", async (t) => {
  const [count, bytes] = [200, 10 * 1024];
  await measure(t, async () => {
    const all = new Outboxes();
    const receivers = await Promise.all(Array.from({ length: 100 }, () => all.heldReceiver()));
    const give = async (): Promise<void> => {
      for (let i = 0; i < count; i++) {
        const chunk = roomLines("x".repeat(bytes));
        for (const { outbox } of receivers) outbox.push(chunk);
        await all.clock.turn();
      }
    };
    return { all, receivers, payloadBytes: count * bytes, give };
  });
});

t.test("a large write that is outstanding, with nothing behind it, counts as what it holds", async (t) => {
  await measure(t, async () => inAWrite(1, 4 * 1024 * 1024));
});

t.test("20,000 replies of one turn count as what they hold, the outstanding write included", async (t) => {
  await measure(t, async () => inAWrite(20_000, 40));
});
