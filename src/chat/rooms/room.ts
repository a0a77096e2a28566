import type { RoomLabel } from "../../domain/events.ts";
import type { Name, NameKey } from "../../domain/names.ts";
import type { RoomFacts } from "../../domain/permissions.ts";
import type { Actor } from "../../domain/principal.ts";
import type { Rights } from "../../domain/rights.ts";
import type { Outlet, Receiver } from "../../ports/outlet.ts";
import type { Application } from "../applications/applications.ts";
import type { KnownRecord } from "../applications/room-directory.ts";
import type { RoomRecord } from "../../ports/store.ts";
import { Stream } from "../../streams/stream.ts";

/** A session as rooms know it. */
export interface Member extends Actor {
  readonly session: number;
  readonly outlet: Outlet;
  /** The view of the room in which the session talks. */
  readonly view: number;
  viewOf(room: Room): number;
  /** Number of the last delivery round of which the session does not get all, or nothing; see `FanOut`. */
  partialIn: number;
  /** Whether the session is not shown what somebody says. @param author their name, as shown */
  ignores(author: string): boolean;
}

/** Gets what is said in rooms, and nothing else. It is no person: no list has it, and nobody is told that it comes or goes. */
export interface Subscriber {
  readonly receiver: Receiver;
  /** As `Member.view`; it is the same for all rooms. */
  readonly view: number;
}

/** Who is in rooms, at any node. */
export interface RoomPeople {
  isIn(room: Room, principal: number): boolean;
  isAbandoned(room: Room): boolean;
}

/** A place to talk. Its name, topic and entries are in the store; its members leave when their sessions end. */
export class Room extends Stream implements RoomFacts {
  /** In `main` its name there; elsewhere `APP/ROOM`. */
  name: Name;
  /** Keys of other names under which it is found. */
  otherKeys: readonly NameKey[];
  /** Null: `main`. */
  readonly application: Application | null;
  /** Its number in the application. */
  readonly number: number;
  /** The room as events name it. */
  label: RoomLabel;
  readonly isPrivate: boolean;
  /** The lobby never has an owner, and cannot be destroyed. */
  readonly isLobby: boolean;
  topic: string;
  /** Set while the server is ending this room; resolves when the store has answered. Nobody joins meanwhile. */
  ending: Promise<void> | null = null;
  /** Called when the rights have changed, with those before. */
  onRights: (before: Rights) => void = () => {};
  /** Sessions of this node, in the order in which they joined. */
  readonly members = new Set<Member>();
  readonly subscribers = new Set<Subscriber>();
  /** People at other nodes whom an entry has put out: members are not told once more that they left. */
  readonly putOut = new Set<number>();
  readonly #people: RoomPeople;
  #rights: Rights;
  /** The owner by its rights, if they have left for good; null: they have not. */
  #goneOwner: number | null = null;

  constructor(
    record: RoomRecord & Partial<Pick<KnownRecord, "otherKeys">>,
    isLobby: boolean,
    people: RoomPeople,
    application: Application | null = null,
  ) {
    super(record.id, record);
    this.name = record.name;
    this.otherKeys = record.otherKeys ?? [];
    this.application = application;
    this.number = record.number;
    this.label = { id: record.id, name: record.name };
    this.isPrivate = record.isPrivate;
    this.isLobby = isLobby;
    this.topic = record.topic;
    this.#rights = record.rights;
    this.#people = people;
  }

  /** Who may do what, at `rightsVersion`. Only entries and records of the store change it. */
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

  /** Called when the owner has left for good. In the store they own the room until somebody else does. */
  ownerIsGone(): void {
    this.#goneOwner = this.#rights.owner;
  }

  /** Called when somebody was made the owner, or the store was read again: the owner by its rights counts. */
  trustOwner(): void {
    this.#goneOwner = null;
  }

  /** Number of those here who get what is said in the room. */
  get receiverCount(): number {
    return this.members.size + this.subscribers.size;
  }

  get isAbandoned(): boolean {
    return this.#people.isAbandoned(this);
  }

  has(principal: number): boolean {
    return this.#people.isIn(this, principal);
  }

  hasActor(actor: Actor): boolean {
    const members: ReadonlySet<Actor> = this.members;
    return members.has(actor) || this.has(actor.who.id);
  }

  rename(name: Name, otherKeys: readonly NameKey[]): void {
    this.name = name;
    this.otherKeys = otherKeys;
    this.label = { id: this.id, name };
  }

  update({ topic, rights, rightsVersion, pos, seq, atMicros }: RoomRecord): void {
    Object.assign(this, { topic, rights, rightsVersion, pos, seq, atMicros });
    this.trustOwner();
  }
}
