import t from "tap";
import { Chat } from "../../src/chat/chat.ts";
import { parseRoomName } from "../../src/domain/names.ts";
import { networkOf } from "../../src/domain/address.ts";
import { LocalHub } from "../../src/bus/local.ts";
import { SecretReturnCodes } from "../../src/gate/return-codes.ts";
import { MemoryPresence } from "../../src/presence/memory.ts";
import { systemClock } from "../../src/daemon/system-clock.ts";
import { TypingBudgets } from "../../src/gate/typing-budgets.ts";
import { createDoor } from "../../src/telnet/door.ts";
import { LineQueueTotal } from "../../src/net/line-queue.ts";
import { Turns } from "../../src/net/turns.ts";
import { OutboxPool } from "../../src/net/outbox-pool.ts";
import { controlsIn } from "../../tools/control-characters.ts";
import { FakeTelnetWatch, LIMITS } from "../support/sockets/door.ts";
import { ForgetfulStore } from "../support/world/forgetful-store.ts";
import { reachableBytes } from "../support/sockets/heap.ts";
import { Chance, hostileSession, withoutDrawing } from "../support/sockets/hostile.ts";
import { Pair } from "../support/sockets/pair.ts";
import { seed } from "../support/property.ts";
import { until } from "../support/sockets/until.ts";

const SESSIONS = 50_000;
const AT_ONCE = 200;
/** The heap after this many sessions is what it needs to work; from then on it must not grow. */
const WARM_UP = 20_000;
const SLACK_BYTES = 24 * 1024 * 1024;

t.test(`${SESSIONS} hostile sessions in memory: no exception, no control character out, no growth`, async (t) => {
  t.comment(`random sessions from CHATD_TEST_SEED=${seed}`);
  const chance = new Chance(seed);
  const telemetry = new FakeTelnetWatch();
  const store = new ForgetfulStore();
  const pool = new OutboxPool(LIMITS.outbox, systemClock);
  let lastId = 0;
  const ports = {
    store,
    presence: new MemoryPresence(systemClock),
    bus: new LocalHub().join(),
    clock: systemClock,
    telemetry,
    newId: () => ++lastId,
    networkOf,
    flusher: pool,
    returnCodes: new SecretReturnCodes(""),
  };
  const chat = new Chat(ports, { ...LIMITS.chat, lobby: parseRoomName("lobby"), maxRooms: 4 });
  const { context } = chat;
  await chat.start();
  const door = createDoor({
    context,
    turns: new Turns(systemClock),
    pool,
    queued: new LineQueueTotal(0),
    budgets: new TypingBudgets(LIMITS.budgets, systemClock),
    telemetry,
    settings: LIMITS.connection,
  });
  let heap = 0;
  for (let done = 0; done < SESSIONS; done += AT_ONCE) {
    if (done === WARM_UP) heap = await reachableBytes();
    const running = Array.from({ length: AT_ONCE }, (_, i) => ({
      pair: new Pair(door, `192.0.2.${i % 256}`),
      steps: hostileSession(chance),
    }));
    for (let i = 0; running.some(({ steps }) => i < steps.length); i++) {
      for (const { pair, steps } of running) {
        const step = steps[i];
        if (step !== undefined) pair.do(step);
      }
      // What they sent is read and handled in turns of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const { pair } of running) pair.cut();
    await until(
      () => running.every(({ pair }) => pair.isClosed) && context.sessions.size === 0,
      "all of them are gone",
    );
    for (const { pair, steps } of running) {
      const controls = controlsIn(withoutDrawing(pair.output));
      if (controls.length > 0) t.fail(`${controls.join(" ")} went out`, { steps: steps.map(String) });
    }
    telemetry.closes.length = 0;
    telemetry.refusals.length = 0;
    telemetry.acts.length = 0;
  }
  t.same(telemetry.failures, []);
  await context.pipeline.whenIdle();
  t.equal(pool.heldBytes, 0);
  t.equal(door.queued.bytes, 0);
  t.equal(ports.presence.names(1).count, 0);
  t.ok(context.rooms.count <= 4);
  const grown = (await reachableBytes()) - heap;
  t.ok(grown < SLACK_BYTES, `the heap grew by ${Math.round(grown / 1024)} KiB over ${SESSIONS - WARM_UP} sessions`);
});
