import { Refusal, type RefusalCode } from "../../src/domain/refusals.ts";
import { type Kind, kinds, movesRights } from "../../src/domain/entry.ts";
import { BatchDelay } from "../../src/streams/batch-delay.ts";
import type { BacklogLimits } from "../../src/streams/backlog.ts";
import { Log, type CommittedEntry } from "../../src/streams/log.ts";
import type { QueuedEntry } from "../../src/streams/queued-entry.ts";
import { parseRoomName } from "../../src/domain/names.ts";
import type { Rights } from "../../src/domain/rights.ts";
import { Room } from "../../src/chat/rooms/room.ts";
import type { Session } from "../../src/chat/sessions/session.ts";
import type { Stream } from "../../src/streams/stream.ts";
import { FakeClock } from "./fake-clock.ts";
import { FakeStore } from "./fake-store.ts";
import { FakeWatch } from "./people.ts";

interface Line {
  readonly body: string;
  readonly bytes?: number;
  readonly kind?: Kind;
  readonly room?: Room;
  readonly session?: Session;
}

/** A log on its own, with clock and store in the test's hands, and whatever it did. */
export class LogUnderTest {
  readonly clock = new FakeClock();
  readonly store = new FakeStore(this.clock);
  readonly watch = new FakeWatch();
  readonly log: Log;
  /** Where lines go that name no room. */
  room!: Room;
  /** The batches that were delivered. */
  readonly delivered: (readonly CommittedEntry[])[] = [];
  /** `BODY: stored`, or `BODY: CODE`, in the order in which lines were settled. */
  readonly outcomes: string[] = [];
  readonly judged: string[] = [];
  readonly sealed: string[] = [];
  /** What every entry that moves the rules leads to. */
  rights: Rights | null = null;
  readonly refreshed: Stream[] = [];
  judge: (pending: QueuedEntry) => RefusalCode | null = () => null;
  onDeliver: () => unknown = () => {};
  #refreshFailure: unknown = null;

  readonly pace = new BatchDelay({ part: 0.5, maxMs: 3 });

  constructor(limits: Partial<BacklogLimits>) {
    const all = { maxPendingMessages: 10_000, maxPendingBytes: 16_777_216, maxPendingAgeMs: 10_000, ...limits };
    const { store, clock, watch, pace } = this;
    this.log = new Log({ store, clock, telemetry: watch, batchDelay: pace }, () => all, {
      recheck: (pending) => this.#judge(pending),
      computeRights: (pending) => this.#seal(pending),
      refresh: (streams) => this.#refresh(streams),
      deliver: (stored) => this.#deliver(stored),
    });
  }

  /** The next time that rules are to be learned, it fails. */
  failRefresh(error: unknown): void {
    this.#refreshFailure = error;
  }

  addNow(line: string | Line): void {
    const its: Line = typeof line === "string" ? { body: line } : line;
    const { body, bytes = 100, kind = kinds.said, room = this.room, session = null } = its;
    this.log.add({
      stream: room.id,
      rightsVersion: room.rightsVersion,
      kind,
      authorId: 1,
      author: "one",
      body,
      rights: null,
      takeovers: room.takeovers,
      subject: 0,
      to: room,
      session,
      action: "say",
      bytes,
      saidAtMs: this.clock.monotonicMs(),
      settle: (refused) => this.outcomes.push(`${body}: ${refused?.code ?? "stored"}`),
    });
  }

  /** Adds lines at one moment, and returns when all that can be done about them is done. */
  async add(...lines: readonly (string | Line)[]): Promise<void> {
    for (const line of lines) this.addNow(line);
    await this.clock.turn();
  }

  #judge(pending: QueuedEntry): Refusal | null {
    this.judged.push(pending.body);
    const code = this.judge(pending);
    if (code) return new Refusal(code);
    pending.rightsVersion = pending.to.rightsVersion;
    pending.takeovers = pending.to.takeovers;
    return null;
  }

  #seal(pending: QueuedEntry): void {
    this.sealed.push(pending.body);
    pending.rights = this.rights;
  }

  async #refresh(streams: readonly Stream[]): Promise<void> {
    this.refreshed.push(...streams);
    const failure = this.#refreshFailure;
    this.#refreshFailure = null;
    if (failure) throw failure;
    const records = await this.store.rooms({ ids: streams.map(({ id }) => id) });
    for (const stream of streams) {
      const record = records.find(({ id }) => id === stream.id);
      if (record) stream.rightsVersion = record.rightsVersion;
      else stream.isDestroyed = true;
    }
  }

  #deliver(stored: readonly CommittedEntry[]): void {
    this.delivered.push(stored);
    for (const { pending } of stored) if (movesRights(pending.kind)) pending.to.rightsVersion += 1;
    try {
      this.onDeliver();
    } finally {
      for (const { pending } of stored) pending.settle(null);
    }
  }
}

export async function aLog(limits: Partial<BacklogLimits> = {}): Promise<LogUnderTest> {
  const log = new LogUnderTest(limits);
  log.room = await aRoomFor(log, "Planes");
  return log;
}

export async function aRoomFor({ store }: LogUnderTest, text: string): Promise<Room> {
  const name = parseRoomName(text);
  const record = name && (await store.createRoom({ name, isPrivate: false, authorId: null, author: "chatd" }));
  if (!record) throw new Error(`no room ${text}`);
  return new Room(record, false);
}

/** The texts of each batch that was delivered. */
export function textsOf(delivered: readonly (readonly CommittedEntry[])[]): string[][] {
  return delivered.map((stored) => stored.map(({ pending }) => pending.body));
}
