import type { RefusalCode } from "../protocol/texts.ts";
import { applyChange } from "./changes.ts";
import { Crowd } from "./crowd.ts";
import { Delivery } from "./delivery.ts";
import { isMessage, type Kind, kinds, movesRules, shownOf } from "./entry.ts";
import { ChatError } from "./errors.ts";
import { Log, type LogLimits, type Pending, type Stored } from "./log.ts";
import type { Name, NameKey } from "./names.ts";
import { type Action, refusalOf } from "./permissions.ts";
import type { Clock, Presence, Store, Watch } from "./ports.ts";
import { Recent } from "./recent.ts";
import { Room } from "./room.ts";
import { rightsAfter, withoutSessions } from "./rights.ts";
import { Rooms } from "./rooms.ts";
import type { Session } from "./session.ts";
import { parseSubject } from "./subject.ts";

export interface ChatSettings extends LogLimits {
  /** The room where people are after login; null: none. */
  readonly lobby: Name | null;
  /** Rooms that a session may be in at once; 1: joining one leaves the other; 0 = no limit. */
  readonly roomsPerUser: number;
  /** Rooms that a session may have made, of those that are there still; 0 = no limit. */
  readonly roomsCreatedPerUser: number;
  /** Rooms on this server; 0 = no limit. */
  readonly maxRooms: number;
}

export interface ChatPorts {
  readonly store: Store;
  readonly presence: Presence;
  readonly clock: Clock;
  readonly watch: Watch;
  /** Writes at once what was given to outlets; else it is written at the end of the turn. */
  readonly flush: () => void;
}

/** What goes into the log: who does what where. */
export interface Deed {
  readonly session: Session | null;
  readonly action: Action;
  readonly kind: Kind;
  readonly body: string;
  /** The session to whom it is done; 0 where they are not here. */
  readonly subject?: number;
}

/** The name that entries of the server itself carry. */
const SERVER = "chatd";
/** What an entry weighs, in bytes, beside its text. */
const ENTRY_BYTES = 64;

/**
 * The chat of one node: rooms, the sessions in them, and the one way from what somebody does to what everybody sees:
 * `submit` judges it, the log stores it, `#deliver` shows it.
 */
export class Chat {
  /** Replaced as a whole when they are read again. */
  settings: ChatSettings;
  readonly store: Store;
  readonly presence: Presence;
  readonly clock: Clock;
  readonly watch: Watch;
  readonly rooms = new Rooms();
  readonly sessions = new Map<NameKey, Session>();
  readonly delivery: Delivery;
  readonly crowd: Crowd;
  readonly recent: Recent;
  readonly #log: Log;
  readonly #flush: () => void;

  constructor(ports: ChatPorts, settings: ChatSettings) {
    this.settings = settings;
    this.store = ports.store;
    this.presence = ports.presence;
    this.clock = ports.clock;
    this.watch = ports.watch;
    this.#flush = ports.flush;
    this.delivery = new Delivery(ports.clock);
    this.crowd = new Crowd(ports.clock, this.delivery);
    this.recent = new Recent(ports.store);
    this.#log = new Log(ports.store, ports.clock, ports.watch, () => this.settings, {
      judge: (pending) => this.#judge(pending),
      seal: (pending) => this.#seal(pending),
      refresh: (room) => this.#refresh(room),
      deliver: (stored) => this.#deliver(stored),
    });
  }

  /**
   * Loads the rooms and makes the lobby. What guests held, private rooms too, ended with their sessions, at the latest
   * when the process did.
   */
  async start(): Promise<void> {
    const lobby = this.settings.lobby;
    for (const record of await this.store.rooms()) {
      const rights = withoutSessions(record.rights);
      this.rooms.add(new Room({ ...record, rights }, record.name.key === lobby?.key));
    }
    const ended = [...this.rooms.all()].filter((room) => room.isPrivate);
    for (const room of ended) {
      // With a store that takes nothing they stay, and nobody sees them.
      await this.perform(room, { session: null, action: "destroy", kind: kinds.destroyed, body: "" }).catch(
        (error: unknown) => this.watch.storeHealth(error),
      );
    }
    if (lobby && !this.rooms.find(lobby)) {
      const record = await this.store.createRoom({ name: lobby, isPrivate: false, authorId: null, author: SERVER });
      if (record) this.rooms.add(new Room(record, true));
    }
  }

  /** As `refusalOf` of permissions.ts, now. */
  refusalOf(actor: Session | null, action: Action, room: Room, subject = 0): RefusalCode | null {
    return refusalOf(actor, action, room, this.clock.micros(), subject);
  }

  /**
   * Judges a deed and queues it for the store. Throws a `ChatError` when it is refused at once; otherwise `settled` is
   * called once: when it is stored and everybody was told (null), or with the reason why not.
   */
  submit(room: Room, deed: Deed, settled: (refused: ChatError | null) => void): void {
    const { subject = 0 } = deed;
    const refusal = this.refusalOf(deed.session, deed.action, room, subject);
    if (refusal) throw new ChatError(refusal);
    this.#log.add({
      stream: room.id,
      rules: room.rules,
      kind: deed.kind,
      authorId: deed.session?.id ?? null,
      author: deed.session?.name.shown ?? SERVER,
      body: deed.body,
      rights: null,
      room,
      session: deed.session,
      action: deed.action,
      subject,
      bytes: ENTRY_BYTES + Buffer.byteLength(deed.body),
      saidAtMs: this.clock.monotonicMs(),
      settle: settled,
    });
  }

  /** As `submit`; resolves when it is stored and everybody was told, rejects with a `ChatError`. */
  perform(room: Room, deed: Deed): Promise<void> {
    return new Promise((resolve, reject) => {
      this.submit(room, deed, (refused) => (refused ? reject(refused) : resolve()));
    });
  }

  /** Entries that wait to be sent to the store. */
  get pendingLines(): number {
    return this.#log.pendingLines;
  }

  /** Resolves when all that was submitted is settled. */
  whenIdle(): Promise<void> {
    return this.#log.whenIdle();
  }

  /** As `whenIdle`, but gives up on a store that still fails after `withinMs`; resolves with how many entries it may not have. */
  finish(withinMs: number): Promise<number> {
    return this.#log.finish(withinMs);
  }

  #judge(pending: Pending): ChatError | null {
    const refusal = this.refusalOf(pending.session, pending.action, pending.room, pending.subject);
    if (refusal) return new ChatError(refusal);
    pending.rules = pending.room.rules;
    return null;
  }

  #seal(pending: Pending): void {
    const subject = parseSubject(pending.body);
    pending.rights = rightsAfter(pending.room.rights, pending.kind, subject, this.clock.micros());
  }

  #audit(room: Room, { action, kind, author, body }: Pending): void {
    const subject = movesRules(kind) ? (parseSubject(body)?.name ?? null) : null;
    this.watch.acted({ act: action, by: author, room: room.name.shown, subject });
  }

  async #refresh(room: Room): Promise<void> {
    const [record] = await this.store.rooms(room.id);
    if (record) {
      room.rules = record.rules;
      room.rights = record.rights;
    } else room.isDestroyed = true;
  }

  #deliver(stored: readonly Stored[]): void {
    const first = stored[0];
    if (!first) return;
    const byRoom = new Map<Room, Stored[]>();
    for (const one of stored) {
      const others = byRoom.get(one.pending.room);
      if (others) others.push(one);
      else byRoom.set(one.pending.room, [one]);
    }
    let deliveries = 0;
    for (const [room, its] of byRoom) deliveries += this.#deliverIn(room, its);
    this.#flush();
    this.watch.delivered(deliveries, this.clock.monotonicMs() - first.pending.saidAtMs);
  }

  #deliverIn(room: Room, stored: readonly Stored[]): number {
    const messages = stored.filter(({ pending }) => isMessage(pending.kind));
    const deliveries = messages.length > 0 ? this.delivery.messages(room, messages) : 0;
    for (const one of stored) {
      const entry = { ...one.pending, pos: one.pos, seq: one.seq, at: one.at };
      room.pos = one.pos;
      room.seq = one.seq;
      if (isMessage(entry.kind)) this.recent.add(room, shownOf(entry));
      else {
        applyChange(this, room, entry);
        if (one.pending.session) this.#audit(room, one.pending);
      }
    }
    return deliveries;
  }
}
