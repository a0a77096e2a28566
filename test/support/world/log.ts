import { Refusal, type RefusalCode } from "../../../src/domain/refusals.ts";
import { type Kind, kinds, movesRights } from "../../../src/domain/entry.ts";
import { BatchDelay } from "../../../src/streams/batch-delay.ts";
import type { BacklogLimits } from "../../../src/streams/backlog.ts";
import type { ArrivedEntry } from "../../../src/streams/held-entries.ts";
import { Log } from "../../../src/streams/log.ts";
import type { QueuedEntry } from "../../../src/streams/queued-entry.ts";
import { parseRoomName } from "../../../src/domain/names.ts";
import type { Rights } from "../../../src/domain/rights.ts";
import { Room } from "../../../src/chat/rooms/room.ts";
import type { NameStatus } from "../../../src/domain/principal.ts";
import type { Stream } from "../../../src/streams/stream.ts";
import { FakeClock } from "./fake-clock.ts";
import { ControlledStore } from "./controlled-store.ts";
import { FakeWatch } from "./people.ts";
import { NOBODY } from "./rules.ts";

/** Whoever says a line: whether it may be stored hangs on their name. */
export interface Speaker {
  nameStatus: NameStatus;
}

interface Said extends QueuedEntry {
  readonly speaker: Speaker | null;
}

interface Line {
  readonly body: string;
  readonly bytes?: number;
  readonly kind?: Kind;
  readonly room?: Room;
  readonly speaker?: Speaker;
  readonly ref?: number;
  readonly author?: string;
  readonly nonce?: string;
}

/** A log on its own, with clock and store in the test's hands, and whatever it did. */
export class LogUnderTest {
  readonly clock = new FakeClock();
  readonly store = new ControlledStore(this.clock);
  readonly watch = new FakeWatch();
  readonly log: Log<Said>;
  /** Where lines go that name no room. */
  room!: Room;
  /** The batches that were delivered, stream by stream. */
  readonly delivered: (readonly ArrivedEntry[])[] = [];
  /** `BODY: stored`, or `BODY: CODE`, in the order in which lines were settled. */
  readonly outcomes: string[] = [];
  readonly judged: string[] = [];
  readonly sealed: string[] = [];
  /** What every entry that moves the rules leads to. */
  rights: Rights | null = null;
  readonly refreshed: Stream[] = [];
  judge: (pending: Said) => RefusalCode | null = () => null;
  onDeliver: () => unknown = () => {};
  #refreshFailure: unknown = null;

  readonly pace = new BatchDelay({ part: 0.5, maxMs: 3 });

  constructor(limits: Partial<BacklogLimits>) {
    const all = { maxPendingMessages: 10_000, maxPendingBytes: 16_777_216, maxPendingAgeMs: 10_000, ...limits };
    const { store, clock, watch, pace } = this;
    this.log = new Log({ store, clock, telemetry: watch, batchDelay: pace }, () => all, {
      isOnHold: ({ speaker }) => speaker?.nameStatus === "unconfirmed",
      mustRecheck: ({ speaker }) => speaker?.nameStatus === "lost",
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
    const said: Line = typeof line === "string" ? { body: line } : line;
    const {
      body,
      bytes = 100,
      kind = kinds.said,
      room = this.room,
      speaker = null,
      ref = null,
      nonce = null,
      author = "one",
    } = said;
    this.log.add({
      stream: room.id,
      rightsVersion: room.rightsVersion,
      kind,
      authorId: 1,
      author,
      body,
      rights: null,
      ref,
      expects: null,
      nonce,
      takeovers: room.takeovers,
      to: room,
      speaker,
      bytes,
      saidAtMs: this.clock.monotonicMs(),
      settle: (outcome) => this.outcomes.push(`${body}: ${outcome instanceof Refusal ? outcome.code : "stored"}`),
    });
  }

  /** Adds lines at one moment, and returns when all that can be done about them is done. */
  async add(...lines: readonly (string | Line)[]): Promise<void> {
    for (const line of lines) this.addNow(line);
    await this.clock.turn();
  }

  #judge(pending: Said): Refusal | null {
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

  #deliver(stored: ReadonlyMap<Stream, readonly ArrivedEntry[]>): void {
    const arrived = [...stored.values()].flat();
    this.delivered.push(arrived);
    for (const [stream, arrivals] of stored) {
      for (const { entry } of arrivals) if (movesRights(entry.kind)) stream.rightsVersion += 1;
    }
    try {
      this.onDeliver();
    } finally {
      for (const { entry, origin } of arrived) origin?.settle(entry);
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
  return new Room(record, false, NOBODY);
}

/** The texts of each batch that was delivered. */
export function textsOf(delivered: readonly (readonly ArrivedEntry[])[]): string[][] {
  return delivered.map((stored) => stored.map(({ entry }) => entry.body));
}
