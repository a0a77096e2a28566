import { closesStream, type Entry, isMessage, kinds, movesRules } from "../../src/chat/entry.ts";
import type { Batch, Clock, NewRoom, RoomRecord, Store, StreamHead } from "../../src/chat/ports.ts";

type Call = "append" | "createRoom" | "history";

interface Stream {
  record: RoomRecord;
  rules: number;
  isClosed: boolean;
  readonly entries: Entry[];
}

/** A store in a test's hands: it keeps what the contract says, waits when it is held, and fails when it is told to. */
export class FakeStore implements Store {
  /** Every batch that came, repeats included. */
  readonly batches: Batch[] = [];
  /** How often each call came. */
  readonly calls = { append: 0, createRoom: 0, history: 0 };
  readonly #clock: Clock;
  readonly #streams = new Map<number, Stream>();
  readonly #outcomes = new Map<number, readonly StreamHead[]>();
  readonly #failures: Record<Call, unknown[]> = { append: [], createRoom: [], history: [] };
  readonly #lostAnswers: unknown[] = [];
  readonly #holds: Record<Call, Promise<void> | null> = { append: null, createRoom: null, history: null };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The next calls of this kind fail with these errors, one each. */
  fail(call: Call, ...errors: readonly unknown[]): void {
    this.#failures[call].push(...errors);
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
  moveRules(room: number): void {
    this.#stream(room).rules += 1;
  }

  /** Somebody else destroyed a room. */
  closeStream(room: number): void {
    this.#stream(room).isClosed = true;
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

  async append(batch: Batch): Promise<readonly StreamHead[]> {
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
    const id = this.#streams.size + 1;
    const record = { id, name, isPrivate, topic: "", rules: 1, pos: 1, seq: 0 };
    const made = { stream: id, pos: 1, seq: 0, at: this.#clock.micros(), kind: kinds.created, authorId, author };
    this.#streams.set(id, { record, rules: 1, isClosed: false, entries: [{ ...made, body: "" }] });
    return record;
  }

  async rooms(id?: number): Promise<readonly RoomRecord[]> {
    return [...this.#streams.values()]
      .filter((stream) => !stream.isClosed && (id === undefined || stream.record.id === id))
      .map(({ record, rules, entries }) => {
        const { pos = 0, seq = 0 } = entries.at(-1) ?? {};
        return { ...record, rules, pos, seq };
      });
  }

  async history(stream: number, upTo: number, limit: number): Promise<readonly Entry[]> {
    await this.#begin("history");
    return this.entriesOf(stream)
      .filter((entry) => entry.pos <= upTo && isMessage(entry.kind))
      .slice(-limit);
  }

  async close(): Promise<void> {}

  async #begin(call: Call): Promise<void> {
    this.calls[call] += 1;
    const error = this.#failures[call].shift();
    await this.#holds[call];
    if (error !== undefined) throw error;
  }

  /** Takes what may be taken, and returns where each stream stood before. */
  #heads(batch: Batch): StreamHead[] {
    const heads = new Map<number, StreamHead | null>();
    const at = this.#clock.micros();
    for (const draft of batch.drafts) {
      const stream = this.#stream(draft.stream);
      const { pos = 0, seq = 0 } = stream.entries.at(-1) ?? {};
      if (!heads.has(draft.stream)) {
        const isOpen = !stream.isClosed && stream.rules === draft.rules;
        heads.set(draft.stream, isOpen ? { stream: draft.stream, pos, seq, at } : null);
      }
      if (!heads.get(draft.stream)) continue;
      const { kind, authorId, author, body } = draft;
      stream.entries.push({
        stream: draft.stream,
        pos: pos + 1,
        seq: isMessage(kind) ? seq + 1 : seq,
        at,
        kind,
        authorId,
        author,
        body,
      });
      if (movesRules(kind)) stream.rules += 1;
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
