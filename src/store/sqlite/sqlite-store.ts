import type { Entry } from "../../domain/entry.ts";
import { encodeRights } from "../../domain/rights.ts";
import type { ApplicationChange, ApplicationRecord, ChatPage, NewApplication } from "../../ports/application-store.ts";
import type { KeptPeople, KeptPerson, PeopleStore } from "../../ports/people-store.ts";
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
} from "../../ports/store.ts";
import { hasExtras, printOf } from "../prints.ts";
import type { BatchColumns, ExtraColumns } from "./batch-writer.ts";
import type { SqliteEngine } from "./engine.ts";
import type { EngineCall } from "./thread.ts";

/** Runs the methods of an engine, one after the other. Rejects with `StoreError`s. */
export interface Lane {
  call<C extends EngineCall>(call: C, args: Parameters<SqliteEngine[C]>): Promise<ReturnType<SqliteEngine[C]>>;
}

/** Lanes do not wait for each other. */
export interface Lanes {
  /** For writes, and for reads that have to see everything that was written. */
  readonly writer: Lane;
  /** For pages of history, which people wait for. */
  readonly pages: Lane;
  /** For entries and stream ends that this node reads to catch up. */
  readonly catchUp: Lane;
}

/** A store in SQLite, which only this process uses. */
export abstract class SqliteStore implements Store, PeopleStore {
  readonly isShared = false;
  protected readonly lanes: Lanes;

  constructor(lanes: Lanes) {
    this.lanes = lanes;
  }

  append(batch: Batch): Promise<Appended> {
    return this.lanes.writer.call("append", [toColumns(batch)]);
  }

  createRoom(room: NewRoom): Promise<RoomRecord | null> {
    return this.lanes.writer.call("createRoom", [room]);
  }

  rooms(filter: RoomFilter = {}): Promise<readonly RoomRecord[]> {
    return this.lanes.writer.call("rooms", [filter]);
  }

  history(stream: number, upTo: number, limit: number): Promise<readonly Entry[]> {
    return this.lanes.pages.call("history", [stream, upTo, limit]);
  }

  message(stream: number, seq: number): Promise<StoredMessage | null> {
    return this.lanes.pages.call("message", [stream, seq]);
  }

  page(stream: number, from: PageStart, limit: number): Promise<MessagePage> {
    return this.lanes.pages.call("page", [stream, from, limit]);
  }

  entriesFrom(positions: readonly Position[], limit: number): Promise<readonly Entry[]> {
    return this.lanes.catchUp.call("entriesFrom", [positions, limit]);
  }

  ends(positions: readonly Position[]): Promise<readonly StreamEnd[]> {
    return this.lanes.catchUp.call("ends", [positions]);
  }

  applications(): Promise<readonly ApplicationRecord[]> {
    return this.lanes.writer.call("applications", []);
  }

  createApplication(application: NewApplication): Promise<ApplicationRecord | null> {
    return this.lanes.writer.call("createApplication", [application]);
  }

  changeApplication(id: number, change: ApplicationChange): Promise<ApplicationRecord | null> {
    return this.lanes.writer.call("changeApplication", [id, change]);
  }

  endApplication(id: number): Promise<boolean> {
    return this.lanes.writer.call("endApplication", [id]);
  }

  sweepEnded(limit: number): Promise<boolean> {
    return this.lanes.writer.call("sweepEnded", [limit]);
  }

  chats(application: number, n: number, limit: number): Promise<ChatPage> {
    return this.lanes.pages.call("chats", [application, n, limit]);
  }

  bans(): Promise<readonly BanRecord[]> {
    return this.lanes.writer.call("bans", []);
  }

  putBan(ban: BanRecord): Promise<void> {
    return this.lanes.writer.call("putBan", [ban]);
  }

  removeBan(subject: string): Promise<void> {
    return this.lanes.writer.call("removeBan", [subject]);
  }

  keepPeople(people: readonly KeptPerson[], ended: readonly number[]): Promise<void> {
    return this.lanes.writer.call("keepPeople", [people, ended]);
  }

  keptPeople(): Promise<KeptPeople> {
    return this.lanes.writer.call("keptPeople", []);
  }

  secret(): Promise<string> {
    return this.lanes.writer.call("secret", []);
  }

  prune(beforeMicros: number, from: number, limit: number): Promise<Pruned> {
    return this.lanes.writer.call("prune", [beforeMicros, from, limit]);
  }

  abstract backup(path: string, progress: (done: number) => void): Promise<void>;
  abstract close(): Promise<void>;
}

function toColumns({ number, drafts }: Batch): BatchColumns {
  return {
    number,
    streams: drafts.map((draft) => draft.stream),
    rightsVersions: drafts.map((draft) => draft.rightsVersion),
    kinds: drafts.map((draft) => draft.kind),
    authorIds: drafts.map((draft) => draft.authorId),
    authors: drafts.map((draft) => draft.author),
    bodies: drafts.map((draft) => draft.body),
    rights: drafts.map(({ rights }) => rights && encodeRights(rights)),
    extras: drafts.some(hasExtras) ? extrasOf(drafts) : null,
  };
}

function extrasOf(drafts: Batch["drafts"]): ExtraColumns {
  return {
    refs: drafts.map((draft) => draft.ref),
    expects: drafts.map((draft) => draft.expects),
    nonces: drafts.map(({ nonce }) => (nonce === null ? null : Buffer.from(nonce, "hex"))),
    prints: drafts.map((draft) => (draft.nonce === null ? null : printOf(draft))),
  };
}
