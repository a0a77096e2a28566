import type { Name } from "../../domain/names.ts";
import type { RoomFacts } from "../../domain/permissions.ts";
import type { Actor } from "../../domain/principal.ts";
import type { Rights } from "../../domain/rights.ts";
import type { Outlet } from "../../ports/outlet.ts";
import type { RoomRecord } from "../../ports/store.ts";
import { Stream } from "../../streams/stream.ts";

/** A session as rooms know it. */
export interface Member extends Actor {
  readonly session: number;
  readonly outlet: Outlet;
  /** The view of the room that it talks in. */
  readonly view: number;
  viewOf(room: Room): number;
  /** Number of the delivery round in which it wrote something: fan-out finds by it who does not get everything. */
  authorIn: number;
}

/** A place to talk. Its name, topic and entries are in the store; who is in it lasts as long as their sessions. */
export class Room extends Stream implements RoomFacts {
  readonly name: Name;
  readonly isPrivate: boolean;
  /** Has no owner, ever, and cannot be destroyed. */
  readonly isLobby: boolean;
  topic: string;
  /** Set while the server is ending this room; resolves when the store has answered. Nobody joins meanwhile. */
  ending: Promise<void> | null = null;
  /** Called when the rights have become others. */
  onRights: (before: Rights) => void = () => {};
  /** Sessions of this node, in the order in which they joined. */
  readonly members = new Set<Member>();
  /** Sessions of other nodes that an entry has put out: that they leave is no news any more. */
  readonly putOut = new Set<number>();
  readonly #isIn: (room: Room, principal: number) => boolean;
  #rights: Rights;
  /** Who owns it by its rights, and has left for good; null: nobody. */
  #goneOwner: number | null = null;

  /**
   * @param record its id is that of its stream, too
   * @param isIn tells whether somebody is in a room, at any node
   */
  constructor(record: RoomRecord, isLobby: boolean, isIn: (room: Room, principal: number) => boolean) {
    super(record.id, record);
    this.name = record.name;
    this.isPrivate = record.isPrivate;
    this.isLobby = isLobby;
    this.topic = record.topic;
    this.#rights = record.rights;
    this.#isIn = isIn;
  }

  /** Who may do what, at its rights version. Only entries and records of the store change them. */
  get rights(): Rights {
    return this.#rights;
  }

  set rights(next: Rights) {
    const before = this.#rights;
    this.#rights = next;
    this.onRights(before);
  }

  get owner(): number | null {
    const { owner } = this.#rights;
    return owner === this.#goneOwner ? null : owner;
  }

  /** The owner has left for good. What the store has says otherwise until somebody else owns the room. */
  ownerIsGone(): void {
    this.#goneOwner = this.#rights.owner;
  }

  /** Somebody was made the owner, or the store was read again: the owner by its rights counts. */
  trustOwner(): void {
    this.#goneOwner = null;
  }

  has(principal: number): boolean {
    return this.#isIn(this, principal);
  }

  /** Takes over how it is in the store. */
  update({ topic, rights, rightsVersion, pos, seq, atMicros }: RoomRecord): void {
    Object.assign(this, { topic, rights, rightsVersion, pos, seq, atMicros });
    this.trustOwner();
  }
}
