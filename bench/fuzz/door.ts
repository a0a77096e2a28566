import { setTimeout as sleep } from "node:timers/promises";
import { Chat } from "../../src/chat/chat.ts";
import type { ChatSettings } from "../../src/chat/context.ts";
import { parseRoomName } from "../../src/domain/names.ts";
import { networkOf } from "../../src/domain/address.ts";
import { LocalHub } from "../../src/bus/local.ts";
import { SecretReturnCodes } from "../../src/gate/return-codes.ts";
import { MemoryPresence } from "../../src/presence/memory.ts";
import { systemClock } from "../../src/daemon/system-clock.ts";
import { TypingBudgets } from "../../src/gate/typing-budgets.ts";
import { type ConnectionSettings, createDoor, type Door } from "../../src/telnet/door.ts";
import { LineQueueTotal } from "../../src/net/line-queue.ts";
import { type OutboxLimits, OutboxPool } from "../../src/net/outbox-pool.ts";
import { Turns } from "../../src/net/turns.ts";
import { FakeTelnetWatch, LIMITS } from "../../test/support/sockets/door.ts";
import { ForgetfulStore } from "../../test/support/world/forgetful-store.ts";
import { Pair } from "../../test/support/sockets/pair.ts";

/** So many turns of the event loop an input gets to be handled after its last byte. */
const TURNS = 12;
/** A connection that is cut is gone after this, or never: what it said may wait some milliseconds for more. */
const PATIENCE_MS = 10_000;
/** In an input: ends a packet. */
export const PACKET_END = 0x1e;
/** In an input: from here on the peer reads nothing. */
export const DEAF = 0x1d;

export interface DoorLimits {
  readonly chat: ChatSettings;
  readonly connection: ConnectionSettings;
  readonly outbox: OutboxLimits;
}

/** Nothing makes an input wait; few rooms, so that inputs meet in them. */
const FEW_LIMITS: DoorLimits = { ...LIMITS, chat: { ...LIMITS.chat, lobby: parseRoomName("lobby"), maxRooms: 10 } };

/** A telnet door in memory that inputs are run against, one after the other. */
export class FuzzDoor {
  lastOutput: Buffer = Buffer.alloc(0);
  /** The processor time of the last input, from its first byte until its connection was gone. */
  lastCpuMicros = 0;
  readonly #telemetry = new FakeTelnetWatch();
  readonly #chat: Chat;
  readonly #door: Door;
  readonly #started: Promise<void>;
  #lastId = 0;
  #lastAddress = 0;

  constructor(limits: DoorLimits = FEW_LIMITS, store = new ForgetfulStore()) {
    const pool = new OutboxPool(limits.outbox, systemClock);
    const ports = {
      store,
      presence: new MemoryPresence(systemClock),
      bus: new LocalHub().join(),
      clock: systemClock,
      telemetry: this.#telemetry,
      newId: () => (this.#lastId += 1),
      networkOf,
    };
    this.#chat = new Chat({ ...ports, flusher: pool, returnCodes: new SecretReturnCodes("") }, limits.chat);
    this.#started = this.#chat.start();
    this.#door = createDoor({
      context: this.#chat.context,
      turns: new Turns(systemClock),
      pool,
      queued: new LineQueueTotal(0),
      budgets: new TypingBudgets(LIMITS.budgets, systemClock),
      telemetry: this.#telemetry,
      settings: limits.connection,
    });
  }

  /**
   * Gives the input to a new connection, cut into packets at each byte 1E, and returns what went wrong; null: nothing.
   * From a byte 1D on the peer reads nothing.
   */
  async run(input: Buffer): Promise<string | null> {
    await this.#started;
    const before = process.cpuUsage();
    const pair = new Pair(this.#door, this.#nextAddress());
    for (const step of stepsOf(input)) {
      pair.do(step);
      await turn();
    }
    pair.do("end");
    for (let i = 0; i < TURNS; i++) await turn();
    pair.cut();
    const isGone = await this.#isGone(pair);
    const { user, system } = process.cpuUsage(before);
    this.lastCpuMicros = user + system;
    this.lastOutput = pair.output;
    const [failure] = this.#telemetry.failures.splice(0);
    this.#telemetry.closes.length = 0;
    this.#telemetry.refusals.length = 0;
    this.#telemetry.acts.length = 0;
    if (failure) return `${failure.what}: ${String(failure.error)}`;
    return isGone ? null : "a session is left";
  }

  async #isGone(pair: Pair): Promise<boolean> {
    const deadlineMs = performance.now() + PATIENCE_MS;
    for (let turns = 0; !pair.isClosed || this.#chat.context.sessions.size > 0; turns++) {
      if (performance.now() > deadlineMs) return false;
      await (turns < TURNS ? turn() : sleep(1));
    }
    return true;
  }

  /** Each connection comes from elsewhere, so that none pays for what others did. */
  #nextAddress(): string {
    const n = (this.#lastAddress += 1);
    return `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
  }
}

function* stepsOf(input: Buffer): Generator<Buffer | "deaf"> {
  let from = 0;
  for (const [at, byte] of input.entries()) {
    if (byte !== PACKET_END && byte !== DEAF) continue;
    yield input.subarray(from, at);
    if (byte === DEAF) yield "deaf";
    from = at + 1;
  }
  yield input.subarray(from);
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
