import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import type { Test } from "tap";
import { Chat } from "../../../src/chat/chat.ts";
import type { ChatSettings, Context } from "../../../src/chat/context.ts";
import { parseRoomName, parseUserName } from "../../../src/domain/names.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import type { Session } from "../../../src/chat/sessions/session.ts";
import { networkOf } from "../../../src/domain/address.ts";
import { LocalHub } from "../../../src/bus/local.ts";
import { SecretReturnCodes } from "../../../src/gate/return-codes.ts";
import { MemoryPresence } from "../../../src/presence/memory.ts";
import { systemClock } from "../../../src/daemon/system-clock.ts";
import { Ranges } from "../../../src/domain/ranges.ts";
import { type TypingBudgetLimits, TypingBudgets } from "../../../src/gate/typing-budgets.ts";
import { Connection } from "../../../src/telnet/connection.ts";
import { createDoor, type Door } from "../../../src/telnet/door.ts";
import { LineQueueTotal } from "../../../src/net/line-queue.ts";
import { Turns } from "../../../src/net/turns.ts";
import { OutboxPool } from "../../../src/net/outbox-pool.ts";
import type { CloseReason, DoorTelemetry, TurnedAway } from "../../../src/net/telemetry.ts";
import { ControlledStore } from "../world/controlled-store.ts";
import { FakeWatch } from "../world/people.ts";

/** What the door would have logged. */
export class FakeTelnetWatch extends FakeWatch implements DoorTelemetry {
  readonly closes: CloseReason[] = [];

  readonly turned: TurnedAway[] = [];
  throttles = 0;
  /** Lines of connections that broke. */
  unsent = 0;

  opened(): void {}
  turnedAway(_address: string, reason: TurnedAway): void {
    this.turned.push(reason);
  }
  throttled(): void {
    this.throttles += 1;
  }
  foreign(): void {}
  loggedIn(): void {}
  skipped(): void {}
  closed(_name: string | null, _address: string, reason: CloseReason, unsent: number): void {
    this.closes.push(reason);
    this.unsent += unsent;
  }
}

const CHAT: ChatSettings = {
  lobby: parseRoomName("lobby"),
  reservedNames: [],
  roomsPerUser: 50,
  graceMs: 0,
  roomsCreatedPerUser: 10,
  roomsCreatedPerAddress: 0,
  maxRooms: 100_000,
  maxPendingMessages: 10_000,
  maxPendingBytes: 16_777_216,
  maxPendingAgeMs: 0,
  compareEveryMs: 3000,
};
const SETTINGS: Door["settings"] = {
  maxLineBytes: 2048,
  maxRunBytes: 32 * 1024,
  loginTimeoutMs: 0,
  loginTries: 3,
  loginBytes: 2048,
  keepMs: null,
  keepaliveMs: 0,
  floodBurst: 0,
  floodRate: 0,
  pasteLines: 0,
  welcome: "",
};
const NO_LIMITS = { skipBytes: 0, skipAfterMs: 0, closeBytes: 0, closeAfterMs: 0, totalBytes: 0 };

const NO_BUDGETS: TypingBudgetLimits = {
  floodBurstPerAddress: 0,
  floodRatePerAddress: 0,
  bytesPerHourPerAddress: 0,
  trustedProxy: new Ranges([]),
};

/** What holds where a test says nothing else: no limit that depends on time. */
export const LIMITS = { chat: CHAT, connection: SETTINGS, outbox: NO_LIMITS, budgets: NO_BUDGETS };

/** The telnet door of a chat whose store is in the test's hands, on real sockets. */
export class TestDoor {
  readonly store = new ControlledStore(systemClock);
  readonly telemetry = new FakeTelnetWatch();
  readonly turns: Turns;
  readonly pool: OutboxPool;
  readonly queued = new LineQueueTotal(0);
  readonly budgets: TypingBudgets;
  readonly chat: Chat;
  /** What the connections are given. */
  readonly door: Door;
  #lastId = 0;
  /** The server's side of each connection, in the order in which they came. */
  readonly sockets: Socket[] = [];
  readonly connections: Connection[] = [];
  port = 0;

  constructor(clock: Clock) {
    this.turns = new Turns(clock);
    this.pool = new OutboxPool(NO_LIMITS, clock);
    this.budgets = new TypingBudgets(NO_BUDGETS, clock);
    const { store, telemetry, pool, turns, queued, budgets } = this;
    const ports = {
      store,
      presence: new MemoryPresence(clock),
      bus: new LocalHub().join(),
      clock,
      telemetry,
      newId: () => (this.#lastId += 1),
      networkOf,
      flusher: pool,
      returnCodes: new SecretReturnCodes(""),
    };
    this.chat = new Chat(ports, CHAT);
    const { context } = this;
    this.door = createDoor({ context, turns, pool, queued, budgets, telemetry, settings: SETTINGS });
  }

  get context(): Context {
    return this.chat.context;
  }

  get settings(): Door["settings"] {
    return this.door.settings;
  }

  set settings(settings: Door["settings"]) {
    this.door.settings = settings;
  }

  session(text: string): Session {
    const name = parseUserName(text);
    const session = name && this.context.sessions.get(this.context.presence.find(name.key)?.id ?? null);
    if (!session) throw new Error(`nobody is called ${text}`);
    return session;
  }
}

/** A door that listens at an address, and is closed when the test ends. */
export async function aDoor(t: Test, clock: Clock = systemClock, host = "127.0.0.1"): Promise<TestDoor> {
  const door = new TestDoor(clock);
  await door.chat.start();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    door.sockets.push(socket);
    socket.on("error", () => {});
    const connection = new Connection(socket, socket.remoteAddress ?? "", door.door);
    door.connections.push(connection);
    socket.once("close", () => connection.closed());
  });
  t.teardown(() => {
    server.close();
    for (const socket of door.sockets) socket.destroy();
  });
  server.listen(0, host);
  await once(server, "listening");
  const address = server.address();
  if (typeof address === "object" && address) door.port = address.port;
  return door;
}
