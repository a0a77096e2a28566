import type { Name } from "./names.ts";
import type { RoomRecord } from "./ports.ts";
import type { Rights } from "./rights.ts";
import type { Session } from "./session.ts";

/** A place to talk. Its name, topic and entries are in the store; who is in it lasts as long as their sessions. */
export class Room {
  /** Also the id of its stream. */
  readonly id: number;
  readonly name: Name;
  readonly isPrivate: boolean;
  /** Has no owner, ever, and cannot be destroyed. */
  readonly isLobby: boolean;
  topic: string;
  /** The version of who may do what here, as this node knows it, and who that is. */
  rules: number;
  rights: Rights;
  /** Position and number of the last entry that was delivered here. */
  pos: number;
  seq: number;
  /** The longest-present first. */
  readonly members = new Set<Session>();
  isDestroyed = false;

  constructor(record: RoomRecord, isLobby: boolean) {
    this.id = record.id;
    this.name = record.name;
    this.isPrivate = record.isPrivate;
    this.isLobby = isLobby;
    this.topic = record.topic;
    this.rules = record.rules;
    this.rights = record.rights;
    this.pos = record.pos;
    this.seq = record.seq;
  }
}
