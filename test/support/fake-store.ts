import { closesStream, type Entry, isMessage, kinds, movesRights, SERVER_STREAM } from "../../src/domain/entry.ts";
import { parseRoomName } from "../../src/domain/names.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type {
  BanRecord,
  Batch,
  StreamEnd,
  NewRoom,
  Position,
  Pruned,
  RoomFilter,
  RoomRecord,
  Store,
  BatchStart,
} from "../../src/ports/store.ts";
import { NO_RIGHTS, rightsOfNew } from "../../src/domain/rights.ts";

const CALLS = [
  "append",
  "createRoom",
  "rooms",
  "history",
  "entriesFrom",
  "ends",
  "putBan",
  "removeBan",
  "prune",
  "backup",
] as const;
type Call = (typeof CALLS)[number];

/** The same for every kind of call. */
function forEachCall<T>(make: () => T): Record<Call, T> {
  // One property for each.
  return Object.fromEntries(CALLS.map((call) => [call, make()])) as Record<Call, T>;
}

interface Stream {
  record: RoomRecord;
  rightsVersion: number;
  isClosed: boolean;
  readonly entries: Entry[];
}

/** A store in a test's hands: it keeps what the contract says, waits when it is held, and fails when it is told to. */
export class FakeStore implements Store {
  isShared = false;
  /** Every batch that came, repeats included. */
  readonly batches: Batch[] = [];
  /** How often each call came. */
  readonly calls = forEachCall(() => 0);
  /** What was to be deleted, call by call, and what the next calls answer. */
  readonly pruned: { readonly before: number; readonly from: number; readonly limit: number }[] = [];
  readonly pruneAnswers: Pruned[] = [];
  readonly #clock: Clock;
  readonly #streams = new Map<number, Stream>();
  readonly #outcomes = new Map<number, readonly BatchStart[]>();
  readonly #failures = forEachCall((): unknown[] => []);
  readonly #bans = new Map<string, BanRecord>();
  readonly #lostAnswers: unknown[] = [];
  readonly #holds = forEachCall((): Promise<void> | null => null);

  constructor(clock: Clock) {
    this.#clock = clock;
    const name = parseRoomName("server");
    if (!name) throw new Error("no name");
    const record = { id: SERVER_STREAM, name, isPrivate: true, topic: "", rightsVersion: 1, rights: NO_RIGHTS };
    const place = { pos: 0, seq: 0, atMicros: 0 };
    this.#streams.set(SERVER_STREAM, {
      record: { ...record, ...place },
      rightsVersion: 1,
      isClosed: false,
      entries: [],
    });
  }

  /** The next calls of this kind fail with these errors, one each. */
  fail(call: Call, ...errors: readonly unknown[]): void {
    this.#failures[call].push(...errors);
  }

  /** Calls of this kind fail no more. */
  mend(call: Call): void {
    this.#failures[call].length = 0;
  }

  /** The next batch is taken, but its answer is lost: the call fails with this error. */
  loseAnswer(error: unknown): void {
    this.#lostAnswers.push(error);
  }

  /** Calls of this kind that come from now on wait until the function that is returned is called. */
  hold(call: Call): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#holds[call] = promise;
    return () => {
      if (this.#holds[call] === promise) this.#holds[call] = null;
      resolve();
    };
  }

  /** Another process uses it from now on, and numbers its batches from 1. */
  restart(): void {
    this.#outcomes.clear();
  }

  /** Somebody else changed who may do what in a room. */
  moveRules(room: number, by = 1): void {
    this.#stream(room).rightsVersion += by;
  }

  /** Somebody else destroyed a room. */
  closeStream(room: number): void {
    this.#stream(room).isClosed = true;
  }

  /** It was restored to before so many entries. */
  forgetLast(room: number, entries: number): void {
    this.#stream(room).entries.splice(-entries);
  }

  /** It was restored, and the id was given to a room of another name. */
  rename(room: number, text: string): void {
    const stream = this.#stream(room);
    const name = parseRoomName(text);
    if (name) stream.record = { ...stream.record, name };
  }

  /** These entries are there again. */
  restore(...entries: readonly Entry[]): void {
    for (const entry of entries) this.#stream(entry.stream).entries.push(entry);
  }

  entriesOf(room: number): readonly Entry[] {
    return this.#stream(room).entries;
  }

  /** What was said in a room, in order. */
  saidIn(room: number): string[] {
    return this.entriesOf(room)
      .filter((entry) => isMessage(entry.kind))
      .map((entry) => entry.body);
  }

  async append(batch: Batch): Promise<readonly BatchStart[]> {
    checkOrder(batch);
    this.batches.push({ number: batch.number, drafts: [...batch.drafts] });
    await this.#begin("append");
    const known = this.#outcomes.get(batch.number);
    if (known) return known;
    const heads = this.#heads(batch);
    this.#outcomes.set(batch.number, heads);
    const lost = this.#lostAnswers.shift();
    if (lost !== undefined) throw lost;
    return heads;
  }

  async createRoom({ name, isPrivate, authorId, author }: NewRoom): Promise<RoomRecord | null> {
    await this.#begin("createRoom");
    const open = [...this.#streams.values()].filter((stream) => !stream.isClosed);
    if (open.some((stream) => stream.record.name.key === name.key)) return null;
    const id = this.#streams.size;
    const record = {
      id,
      name,
      isPrivate,
      topic: "",
      rightsVersion: 1,
      rights: rightsOfNew(authorId),
      pos: 1,
      seq: 0,
      atMicros: this.#clock.micros(),
    };
    const made = { stream: id, pos: 1, seq: 0, atMicros: record.atMicros, kind: kinds.created, authorId, author };
    this.#streams.set(id, { record, rightsVersion: 1, isClosed: false, entries: [{ ...made, body: "" }] });
    return record;
  }

  async rooms({ ids, keys }: RoomFilter = {}): Promise<readonly RoomRecord[]> {
    await this.#begin("rooms");
    return [...this.#streams.values()]
      .filter(({ isClosed, record }) => !isClosed && record.id !== SERVER_STREAM)
      .filter(({ record }) => (ids?.includes(record.id) ?? true) && (keys?.includes(record.name.key) ?? true))
      .map(({ record, rightsVersion, entries }) => {
        const { pos = 0, seq = 0, atMicros = 0 } = entries.at(-1) ?? {};
        return { ...record, rightsVersion, pos, seq, atMicros };
      });
  }

  async entriesFrom(places: readonly Position[], limit: number): Promise<readonly Entry[]> {
    await this.#begin("entriesFrom");
    return places.flatMap(({ stream, pos }) =>
      this.entriesOf(stream)
        .filter((entry) => entry.pos >= pos)
        .slice(0, limit),
    );
  }

  async ends(places: readonly Position[]): Promise<readonly StreamEnd[]> {
    await this.#begin("ends");
    return places.map(({ stream, pos }) => {
      const entries = this.entriesOf(stream);
      const atMicros = entries.find((entry) => entry.pos === pos)?.atMicros ?? null;
      return { stream, pos: entries.at(-1)?.pos ?? 0, atMicros };
    });
  }

  async history(stream: number, upTo: number, limit: number): Promise<readonly Entry[]> {
    await this.#begin("history");
    return this.entriesOf(stream)
      .filter((entry) => entry.pos <= upTo && isMessage(entry.kind))
      .slice(-limit);
  }

  async bans(): Promise<readonly BanRecord[]> {
    return [...this.#bans.values()];
  }

  async putBan(ban: BanRecord): Promise<void> {
    await this.#begin("putBan");
    this.#bans.set(ban.subject, ban);
  }

  async removeBan(subject: string): Promise<void> {
    await this.#begin("removeBan");
    this.#bans.delete(subject);
  }

  async prune(before: number, from: number, limit: number): Promise<Pruned> {
    await this.#begin("prune");
    this.pruned.push({ before, from, limit });
    return this.pruneAnswers.shift() ?? { entries: 0, next: null };
  }

  async backup(): Promise<void> {
    await this.#begin("backup");
  }

  async close(): Promise<void> {}

  async #begin(call: Call): Promise<void> {
    this.calls[call] += 1;
    const error = this.#failures[call].shift();
    await this.#holds[call];
    if (error !== undefined) throw error;
  }

  /** Takes what may be taken, and returns where each stream stood before. */
  #heads(batch: Batch): BatchStart[] {
    const heads = new Map<number, BatchStart | null>();
    const atMicros = this.#clock.micros();
    for (const draft of batch.drafts) {
      const stream = this.#stream(draft.stream);
      const { pos = 0, seq = 0, atMicros: before = null } = stream.entries.at(-1) ?? {};
      if (!heads.has(draft.stream)) {
        const mark = batch.marks?.find((one) => one.stream === draft.stream);
        const there = stream.entries.find((one) => one.pos === mark?.pos);
        // Where it was too old to be kept, nothing says that this is another past.
        const isSamePast = !mark || (there ? there.atMicros === mark.atMicros : mark.pos <= pos);
        const isOpen =
          !stream.isClosed && stream.rightsVersion === draft.rightsVersion && (isSamePast || !this.isShared);
        heads.set(draft.stream, isOpen ? { stream: draft.stream, pos, seq, atMicros, previousAtMicros: before } : null);
      }
      if (!heads.get(draft.stream)) continue;
      const { kind, authorId, author, body } = draft;
      stream.entries.push({
        stream: draft.stream,
        pos: pos + 1,
        seq: isMessage(kind) ? seq + 1 : seq,
        atMicros,
        kind,
        authorId,
        author,
        body,
      });
      if (movesRights(kind)) {
        stream.rightsVersion += 1;
        stream.record = { ...stream.record, rights: draft.rights ?? stream.record.rights };
      }
      if (closesStream(kind)) stream.isClosed = true;
      if (kind === kinds.topic) stream.record = { ...stream.record, topic: body };
    }
    return [...heads.values()].filter((head) => head !== null);
  }

  #stream(id: number): Stream {
    const stream = this.#streams.get(id);
    if (!stream) throw new Error(`no stream ${id}`);
    return stream;
  }
}

/** What the log promises: an entry that moves the rules is the last of its stream. */
function checkOrder({ drafts }: Batch): void {
  const moved = new Set<number>();
  for (const { stream, kind } of drafts) {
    if (moved.has(stream)) throw new Error(`an entry follows one that moved the rules of stream ${stream}`);
    if (movesRights(kind)) moved.add(stream);
  }
}
