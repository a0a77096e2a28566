import { Chat } from "../../src/chat/chat.ts";
import { parseRoomName } from "../../src/chat/names.ts";
import { Bans } from "../../src/gate/bans.ts";
import { LocalHub } from "../../src/bus/local.ts";
import { MemoryPresence } from "../../src/presence/memory.ts";
import { systemClock } from "../../src/system-clock.ts";
import { TypingBudgets } from "../../src/gate/typing-budgets.ts";
import type { Door } from "../../src/telnet/door.ts";
import { LineQueueTotal } from "../../src/telnet/line-queue.ts";
import { Turns } from "../../src/telnet/turns.ts";
import { OutboxPool } from "../../src/telnet/outbox-pool.ts";
import { FakeTelnetWatch, LIMITS } from "../../test/support/door.ts";
import { ForgetfulStore } from "../../test/support/forgetful-store.ts";
import { Pair } from "../../test/support/pair.ts";

/** So many turns of the event loop an input gets to be handled after its last byte. */
const TURNS = 12;
const MOST_TURNS = 2000;
const SEPARATOR = 0x1e;

/** A telnet door in memory that inputs are run against, one after the other. */
export class FuzzDoor {
  lastOutput: Buffer = Buffer.alloc(0);
  readonly #watch = new FakeTelnetWatch();
  readonly #chat: Chat;
  readonly #door: Door;
  readonly #started: Promise<void>;
  #lastId = 0;

  constructor() {
    const store = new ForgetfulStore();
    const pool = new OutboxPool(LIMITS.outbox, systemClock);
    const ports = {
      store,
      presence: new MemoryPresence(),
      bus: new LocalHub().join(),
      clock: systemClock,
      watch: this.#watch,
    };
    const chatSettings = { ...LIMITS.chat, lobby: parseRoomName("lobby"), maxRooms: 10 };
    this.#chat = new Chat({ ...ports, flush: () => pool.flush() }, chatSettings);
    this.#started = this.#chat.start();
    const bans = new Bans(store, systemClock);
    const newSessionId = (): number => (this.#lastId += 1);
    const watch = this.#watch;
    const budgets = new TypingBudgets(LIMITS.budgets, systemClock);
    const queued = new LineQueueTotal(0);
    const settings = LIMITS.connection;
    this.#door = {
      chat: this.#chat,
      turns: new Turns(systemClock),
      pool,
      queued,
      budgets,
      watch,
      bans,
      settings,
      newSessionId,
    };
  }

  /** Gives the input to a new connection, cut into packets at each byte 1E, and returns what went wrong; null: nothing. */
  async run(input: Buffer): Promise<string | null> {
    await this.#started;
    const pair = new Pair(this.#door, "192.0.2.1");
    for (const packet of packetsOf(input)) {
      pair.do(packet);
      await turn();
    }
    pair.do("end");
    for (let i = 0; i < TURNS; i++) await turn();
    this.lastOutput = pair.output;
    pair.cut();
    for (let i = 0; i < MOST_TURNS && !(pair.isClosed && this.#chat.sessions.size === 0); i++) await turn();
    const [failure] = this.#watch.failures.splice(0);
    this.#watch.closes.length = 0;
    this.#watch.refusals.length = 0;
    this.#watch.acts.length = 0;
    if (failure) return `${failure.what}: ${String(failure.error)}`;
    return this.#chat.sessions.size > 0 ? "a session is left" : null;
  }
}

function* packetsOf(input: Buffer): Generator<Buffer> {
  let from = 0;
  for (let at = input.indexOf(SEPARATOR); at !== -1; at = input.indexOf(SEPARATOR, from)) {
    yield input.subarray(from, at);
    from = at + 1;
  }
  yield input.subarray(from);
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
