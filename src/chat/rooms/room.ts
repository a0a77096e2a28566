import type { Name } from "../../domain/names.ts";
import type { RoomRecord } from "../../ports/store.ts";
import type { Rights } from "../../domain/rights.ts";
import type { Session } from "../sessions/session.ts";
import { Stream } from "../../streams/stream.ts";

/** A place to talk. Its name, topic and entries are in the store; who is in it lasts as long as their sessions. */
export class Room extends Stream {
  readonly name: Name;
  readonly isPrivate: boolean;
  /** Has no owner, ever, and cannot be destroyed. */
  readonly isLobby: boolean;
  topic: string;
  /** Set while the server is ending this room; resolves when the store has answered. Nobody joins meanwhile. */
  ending: Promise<void> | null = null;
  /** Called when the rights have become others. */
  onRights: (before: Rights) => void = () => {};
  /** Those who are here on this node, the longest-present first. */
  readonly members = new Set<Session>();
  /** Sessions of other nodes that an entry has put out: that they leave is no news any more. */
  readonly putOut = new Set<number>();
  #rights: Rights;

  /** @param record its id is that of its stream, too */
  constructor(record: RoomRecord, isLobby: boolean) {
    super(record.id, record);
    this.name = record.name;
    this.isPrivate = record.isPrivate;
    this.isLobby = isLobby;
    this.topic = record.topic;
    this.#rights = record.rights;
  }

  /** Who may do what, under its `rules`. */
  get rights(): Rights {
    return this.#rights;
  }

  set rights(next: Rights) {
    const before = this.#rights;
    this.#rights = next;
    this.onRights(before);
  }

  /** Takes over how it is in the store. */
  update({ topic, rights, rightsVersion, pos, seq, atMicros }: RoomRecord): void {
    Object.assign(this, { topic, rights, rightsVersion, pos, seq, atMicros });
  }
}
