import { randomUUID } from "node:crypto";
import type { Draft } from "../../../src/domain/draft.ts";
import { changesMessage, type Entry, movesRights } from "../../../src/domain/entry.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import type {
  ApplicationChange,
  ApplicationRecord,
  ChatPage,
  NewApplication,
} from "../../../src/ports/application-store.ts";
import type {
  Appended,
  BanRecord,
  Batch,
  MessagePage,
  NewRoom,
  PageStart,
  Position,
  Pruned,
  RoomFilter,
  RoomRecord,
  Store,
  StoredMessage,
  StreamEnd,
} from "../../../src/ports/store.ts";
import { MemoryStore } from "../../../src/store/sqlite/memory-store.ts";
import { hasOtherPast } from "../../../src/streams/divergence.ts";
import { aDraft } from "./drafts.ts";
import { SecondHandle } from "./second-handle.ts";

const CALLS = [
  "append",
  "createRoom",
  "rooms",
  "history",
  "message",
  "page",
  "entriesFrom",
  "ends",
  "bans",
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

/**
 * A `MemoryStore` in a test's hands: it waits when it is held, fails when it is told to, and others may change what is in
 * it. A shared one compares the marks of batches; of rooms and bans it tells nothing in the stream of the server.
 */
export class ControlledStore implements Store {
  readonly isShared: boolean;
  /** Every batch that came, repeats included. */
  readonly batches: Batch[] = [];
  /** How often each call came. */
  readonly calls = forEachCall(() => 0);
  /** What was to be deleted, call by call. */
  readonly pruned: { readonly beforeMicros: number; readonly from: number; readonly limit: number }[] = [];
  /** What the next calls of `prune` answer, which then delete nothing. */
  readonly pruneAnswers: Pruned[] = [];
  readonly #path = `file:${randomUUID()}?mode=memory&cache=shared`;
  readonly #nowMicros: () => number;
  readonly #handle = new SecondHandle(this.#path);
  #memory: MemoryStore;
  readonly #failures = forEachCall((): unknown[] => []);
  readonly #lostAnswers: unknown[] = [];
  readonly #holds = forEachCall((): Promise<void> | null => null);

  constructor(clock: Pick<Clock, "micros">, isShared = false) {
    this.isShared = isShared;
    this.#nowMicros = () => clock.micros();
    this.#memory = new MemoryStore(this.#nowMicros, this.#path);
  }

  /** The next calls of this kind fail with these errors, one each. */
  fail(call: Call, ...errors: readonly unknown[]): void {
    this.#failures[call].push(...errors);
  }

  /** Calls of this kind fail no more. */
  mend(call: Call): void {
    this.#failures[call].length = 0;
  }

  /** The next batch is stored, but its answer is lost: the call fails with this error. */
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
    this.#tamper((handle) => handle.forgetBatches());
  }

  /** Somebody else changed who may do what in a room. */
  moveRules(room: number, by = 1): void {
    this.#tamper((handle) => handle.moveRules(room, by));
  }

  /** Somebody else destroyed a room. */
  closeStream(room: number): void {
    this.#tamper((handle) => handle.closeStream(room));
  }

  /** It was restored to before so many entries. */
  forgetLast(room: number, entries: number): void {
    this.#tamper((handle) => handle.forgetLast(room, entries));
  }

  /** It was restored, and the id was given to a room of another name. */
  rename(room: number, text: string): void {
    this.#tamper((handle) => handle.rename(room, text));
  }

  /** These entries are there again. */
  restore(...entries: readonly Entry[]): void {
    this.#tamper((handle) => handle.putBack(entries));
  }

  /** Another node stores an entry, under the rights that the room has unless the draft says otherwise. */
  async storeElsewhere(draft: Partial<Draft> & Pick<Draft, "stream">): Promise<Entry> {
    const [record] = this.#handle.rooms({ ids: [draft.stream] });
    const whole = aDraft({ rightsVersion: record?.rightsVersion ?? 1, ...draft });
    const { starts } = await this.#handle.asAnotherNode(() => this.#memory.append({ number: 1, drafts: [whole] }));
    const last = this.entriesOf(draft.stream).at(-1);
    if (starts.length === 0 || !last) throw new Error(`stream ${draft.stream} took nothing`);
    return last;
  }

  entriesOf(room: number): readonly Entry[] {
    return this.#handle.entriesOf(room);
  }

  /** What was said in a room, in order. */
  saidIn(room: number): string[] {
    return this.#handle.saidIn(room);
  }

  async append(batch: Batch): Promise<Appended> {
    checkOrder(batch);
    this.batches.push({ number: batch.number, drafts: [...batch.drafts] });
    await this.#begin("append");
    const taken = this.isShared ? this.#withoutOtherPasts(batch) : batch;
    const { starts, passed } = await this.#memory.append(taken);
    if (this.#lostAnswers.length > 0) throw this.#lostAnswers.shift();
    const indexOf = (draft: number): number => batch.drafts.findIndex((one) => one === taken.drafts[draft]);
    return { starts, passed: passed.map((one) => ({ ...one, draft: indexOf(one.draft) })) };
  }

  applications(): Promise<readonly ApplicationRecord[]> {
    return this.#memory.applications();
  }

  createApplication(application: NewApplication): Promise<ApplicationRecord | null> {
    return this.#memory.createApplication(application);
  }

  changeApplication(id: number, change: ApplicationChange): Promise<ApplicationRecord | null> {
    return this.#memory.changeApplication(id, change);
  }

  endApplication(id: number): Promise<boolean> {
    return this.#memory.endApplication(id);
  }

  sweepEnded(limit: number): Promise<boolean> {
    return this.#memory.sweepEnded(limit);
  }

  chats(application: number, n: number, limit: number): Promise<ChatPage> {
    return this.#memory.chats(application, n, limit);
  }

  async createRoom(room: NewRoom): Promise<RoomRecord | null> {
    await this.#begin("createRoom");
    return this.#memory.createRoom(room);
  }

  async rooms(filter?: RoomFilter): Promise<readonly RoomRecord[]> {
    await this.#begin("rooms");
    return this.#memory.rooms(filter);
  }

  async entriesFrom(places: readonly Position[], limit: number): Promise<readonly Entry[]> {
    await this.#begin("entriesFrom");
    return this.#memory.entriesFrom(places, limit);
  }

  async ends(places: readonly Position[]): Promise<readonly StreamEnd[]> {
    await this.#begin("ends");
    return this.#memory.ends(places);
  }

  async history(stream: number, upTo: number, limit: number): Promise<readonly Entry[]> {
    await this.#begin("history");
    return this.#memory.history(stream, upTo, limit);
  }

  async message(stream: number, seq: number): Promise<StoredMessage | null> {
    await this.#begin("message");
    return this.#memory.message(stream, seq);
  }

  async page(stream: number, from: PageStart, limit: number): Promise<MessagePage> {
    await this.#begin("page");
    return this.#memory.page(stream, from, limit);
  }

  async bans(): Promise<readonly BanRecord[]> {
    await this.#begin("bans");
    return this.#memory.bans();
  }

  async putBan(ban: BanRecord): Promise<void> {
    await this.#begin("putBan");
    await this.#memory.putBan(ban);
  }

  async removeBan(subject: string): Promise<void> {
    await this.#begin("removeBan");
    await this.#memory.removeBan(subject);
  }

  async prune(beforeMicros: number, from: number, limit: number): Promise<Pruned> {
    await this.#begin("prune");
    this.pruned.push({ beforeMicros, from, limit });
    return this.pruneAnswers.shift() ?? this.#memory.prune(beforeMicros, from, limit);
  }

  async backup(path: string, progress: (done: number) => void): Promise<void> {
    await this.#begin("backup");
    await this.#memory.backup(path, progress);
  }

  async close(): Promise<void> {
    await this.#memory.close();
    this.#handle.close();
  }

  async #begin(call: Call): Promise<void> {
    this.calls[call] += 1;
    const error = this.#failures[call].shift();
    await this.#holds[call];
    if (error !== undefined) throw error;
  }

  /** Changes the database behind the store, which is opened again: it remembers where streams end. */
  #tamper(change: (handle: SecondHandle) => void): void {
    change(this.#handle);
    void this.#memory.close();
    this.#memory = new MemoryStore(this.#nowMicros, this.#path);
  }

  /** What a shared store takes of a batch: nothing of a stream that has another past than its mark. */
  #withoutOtherPasts({ number, drafts, marks = [] }: Batch): Batch {
    const ends = this.#handle.ends(marks);
    const others = new Set<number>();
    for (const [i, mark] of marks.entries()) {
      const end = ends[i];
      if (end && hasOtherPast(end, mark)) others.add(mark.stream);
    }
    return { number, drafts: drafts.filter(({ stream }) => !others.has(stream)) };
  }
}

/** What the log promises: an entry that moves the rules, or changes a message, is the last of its stream. */
function checkOrder({ drafts }: Batch): void {
  const moved = new Set<number>();
  for (const { stream, kind } of drafts) {
    if (moved.has(stream)) throw new Error(`an entry follows the last one of stream ${stream}`);
    if (movesRights(kind) || changesMessage(kind)) moved.add(stream);
  }
}
