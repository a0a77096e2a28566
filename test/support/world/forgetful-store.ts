import { MAIN_APPLICATION } from "../../../src/domain/application.ts";
import { closesStream, type Entry, isMessage, kinds, movesRights, SERVER_STREAM } from "../../../src/domain/entry.ts";
import type { ApplicationRecord, ChatPage } from "../../../src/ports/application-store.ts";
import type {
  Appended,
  BanRecord,
  Batch,
  StreamEnd,
  NewRoom,
  Pruned,
  RoomRecord,
  Store,
  StoredMessage,
  MessagePage,
  BatchStart,
} from "../../../src/ports/store.ts";
import { rightsOfNew } from "../../../src/domain/rights.ts";

interface Place {
  pos: number;
  seq: number;
  rules: number;
  readonly key: string;
}

/** A store that knows where streams are and nothing of what is in them: whatever grows with it in use is not the store. */
export class ForgetfulStore implements Store {
  readonly isShared = false;
  readonly #places = new Map<number, Place>([[SERVER_STREAM, { pos: 0, seq: 0, rules: 1, key: "" }]]);
  #lastId = 0;

  async append({ drafts }: Batch): Promise<Appended> {
    const heads = new Map<number, BatchStart>();
    for (const { stream, kind, rightsVersion } of drafts) {
      const place = this.#places.get(stream);
      if (!place || place.rules !== rightsVersion) continue;
      if (!heads.has(stream))
        heads.set(stream, {
          stream,
          pos: place.pos,
          seq: place.seq,
          atMicros: Date.now() * 1000,
          previousAtMicros: null,
        });
      place.pos += 1;
      if (isMessage(kind)) place.seq += 1;
      if (movesRights(kind)) place.rules += 1;
      if (closesStream(kind)) this.#places.delete(stream);
    }
    return { starts: [...heads.values()], passed: [] };
  }

  async createRoom({ name, isPrivate, authorId }: NewRoom): Promise<RoomRecord | null> {
    if (!name || [...this.#places.values()].some(({ key }) => key === name.key)) return null;
    const id = (this.#lastId += 1);
    this.#places.set(id, { pos: 1, seq: 0, rules: 1, key: name.key });
    const rights = rightsOfNew(authorId);
    const where = { application: MAIN_APPLICATION, number: id };
    return {
      id,
      ...where,
      name,
      isPrivate,
      topic: "",
      rightsVersion: 1,
      rights,
      pos: 1,
      seq: 0,
      atMicros: Date.now() * 1000,
    };
  }

  async applications(): Promise<readonly ApplicationRecord[]> {
    return [];
  }

  async createApplication(): Promise<null> {
    return null;
  }

  async changeApplication(): Promise<null> {
    return null;
  }

  async endApplication(): Promise<boolean> {
    return false;
  }

  async sweepEnded(): Promise<boolean> {
    return false;
  }

  async chats(): Promise<ChatPage> {
    return { chats: [], count: 0 };
  }

  async rooms(): Promise<readonly RoomRecord[]> {
    return [];
  }

  async history(stream: number, upTo: number): Promise<readonly Entry[]> {
    const said = {
      stream,
      pos: upTo,
      seq: 1,
      atMicros: 1,
      kind: kinds.said,
      authorId: 1,
      author: "one",
      body: "something",
      ref: null,
    };
    return [said];
  }

  async message(): Promise<StoredMessage | null> {
    return null;
  }

  async page(): Promise<MessagePage> {
    return { messages: [], count: 0, pos: 0 };
  }

  async entriesFrom(): Promise<readonly Entry[]> {
    return [];
  }

  async ends(): Promise<readonly StreamEnd[]> {
    return [];
  }

  async bans(): Promise<readonly BanRecord[]> {
    return [];
  }

  async putBan(): Promise<void> {}

  async removeBan(): Promise<void> {}

  async prune(): Promise<Pruned> {
    return { entries: 0, next: null };
  }

  async backup(): Promise<void> {}

  async close(): Promise<void> {}
}
