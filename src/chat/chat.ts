import { Refusal, type RefusalCode } from "../domain/refusals.ts";
import { applyServerEntry } from "./server-stream.ts";
import type { BacklogLimits } from "../streams/backlog.ts";
import { applyChange } from "./apply.ts";
import { Reconciliation } from "./reconciliation.ts";
import { JoinLeaveNotices } from "./rooms/join-leave-notices.ts";
import { FanOut } from "./fan-out.ts";
import { followBus, followPresence } from "./cluster-events.ts";
import { actOf, type Entry, isMessage, type Kind, kinds, movesRights, messageOf } from "../domain/entry.ts";
import type { Bus } from "../ports/bus.ts";
import type { Clock } from "../ports/clock.ts";
import type { Person, Presence } from "../ports/presence.ts";
import type { RoomRecord, Store } from "../ports/store.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import { RoomSubscriptions } from "./rooms/room-subscriptions.ts";
import { DeliveryBuffer } from "../streams/delivery-buffer.ts";
import { Listings } from "./rooms/listings.ts";
import { Log, type CommittedEntry } from "../streams/log.ts";
import type { Name, NameKey } from "../domain/names.ts";
import { BatchDelay } from "../streams/batch-delay.ts";
import { followOwned } from "./rooms/ownership.ts";
import type { QueuedEntry } from "../streams/queued-entry.ts";
import { type Action, refusalOf } from "../domain/permissions.ts";
import { endPrivateRooms } from "./rooms/private-rooms.ts";
import { RecentMessages } from "./rooms/recent-messages.ts";
import { Room } from "./rooms/room.ts";
import { endOfServerStream, takeOverRoom, takeOverServer } from "./restored.ts";
import { type RoomLimits, RoomQuota } from "./rooms/room-quota.ts";
import { rightsAfter, sessionsIn, withoutSessions } from "../domain/rights.ts";
import { Rooms } from "./rooms/rooms.ts";
import type { ArrivedEntry } from "../streams/held-arrivals.ts";
import { Sequencer } from "../streams/sequencer.ts";
import type { Session, Standing } from "./sessions/session.ts";
import { serverStream, type Stream } from "../streams/stream.ts";
import { parseSubject } from "../domain/subject.ts";
import { DirectMessages } from "./sessions/direct-messages.ts";

export interface ChatSettings extends BacklogLimits, RoomLimits {
  /** The room where people are after login; null: none. */
  readonly lobby: Name | null;
  /** Rooms that a session may be in at once; 1: joining one leaves the other; 0 = no limit. */
  readonly roomsPerUser: number;
  /** So often is what this node knows compared with a store that it shares. */
  readonly compareEveryMs: number;
}

export interface ChatPorts {
  readonly store: Store;
  readonly presence: Presence;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Gives a number that nobody on any node ever gets again. */
  readonly newId: () => number;
  /** What limits per address count an address as: itself, or the network that it is in. Null: none of them holds for it. */
  readonly networkOf: (address: string) => string | null;
  /** Writes at once what was given to outlets; else it is written at the end of the turn. */
  readonly flush: () => void;
}

/** What goes into the log: who does what where. */
export interface Intent {
  readonly session: Session | null;
  readonly action: Action;
  readonly kind: Kind;
  readonly body: string;
  /** The session to whom it is done; 0 where they are not here. */
  readonly subject?: number;
}

/** The name that entries of the server itself carry. */
const SERVER = "chatd";
/** Lines of several nodes come one batch after the other, and not together: they are worth a longer wait. */
const OWN_PACE = { part: 0.5, maxMs: 3 };
const SHARED_PACE = { part: 1, maxMs: 5 };
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
  readonly bus: Bus;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly rooms = new Rooms();
  readonly quota: RoomQuota;
  readonly listings: Listings;
  /** Those of this node. */
  readonly sessions = new Map<NameKey, Session>();
  readonly sessionsById = new Map<number, Session>();
  /** What concerns the whole server. */
  readonly server = serverStream();
  readonly fanOut: FanOut;
  readonly notices: JoinLeaveNotices;
  readonly recent: RecentMessages;
  readonly sequencer: Sequencer;
  readonly subscriptions: RoomSubscriptions;
  readonly directMessages: DirectMessages;
  readonly reconciliation = new Reconciliation(this);
  /** The lease could not be renewed in time: others may give its people's names away. It delivers nothing until the lease is renewed. */
  isIsolated = false;
  /** After `stop`. */
  isStopped = false;
  /** Called when somebody changed who may come in. */
  onBansChanged: () => void = () => {};
  readonly #log: Log;
  readonly #pace: BatchDelay;
  readonly #gathering: DeliveryBuffer;
  readonly #flush: () => void;
  #deliveries = 0;
  /** When the oldest line was said here that is delivered next, by the monotonic clock; null: none. */
  #saidAtMs: number | null = null;

  constructor(ports: ChatPorts, settings: ChatSettings) {
    this.settings = settings;
    this.store = ports.store;
    this.presence = ports.presence;
    this.bus = ports.bus;
    this.clock = ports.clock;
    this.telemetry = ports.telemetry;
    this.#flush = ports.flush;
    this.listings = new Listings(this.rooms, ports.presence, this.sessionsById);
    this.quota = new RoomQuota(this.rooms, () => this.settings, ports.networkOf, ports.clock);
    this.fanOut = new FanOut(ports.clock, this.sessionsById);
    this.notices = new JoinLeaveNotices(ports.clock, this.fanOut);
    this.recent = new RecentMessages(ports.store);
    this.sequencer = new Sequencer(ports.store, ports.clock, ports.telemetry, {
      deliver: (stream, entries) => this.#deliver(stream, entries),
      takeOver: (stream) => this.#takeOver(stream),
    });
    this.subscriptions = new RoomSubscriptions(ports, this.rooms, this.sequencer, (record) => this.#toRoom(record));
    this.directMessages = new DirectMessages(ports, this.sessionsById);
    this.rooms.listen(followOwned(this));
    this.#pace = new BatchDelay(ports.store.isShared ? SHARED_PACE : OWN_PACE);
    this.#gathering = new DeliveryBuffer(ports.clock, this.#pace, (gathered) => {
      for (const [stream, arrivals] of gathered) this.sequencer.offer(stream, arrivals);
      this.#flushed();
    });
    this.#log = new Log({ ...ports, batchDelay: this.#pace }, () => this.settings, {
      recheck: (pending) => this.#judge(pending),
      computeRights: (pending) => this.#seal(pending),
      refresh: (streams) => this.subscriptions.refresh(streams),
      deliver: (stored) => this.#stored(stored),
    });
  }

  /**
   * Loads the rooms and makes the lobby. What guests held, private rooms too, ended with their sessions, at the latest
   * when the process did. Rejects with a `StoreError`.
   */
  async start(): Promise<void> {
    this.presence.listen(followPresence(this));
    this.bus.listen(followBus(this));
    Object.assign(this.server, await endOfServerStream(this), { isFollowed: true });
    const records = await this.store.rooms();
    const gone = new Set(await this.presence.goneOf([...new Set(records.flatMap(({ rights }) => sessionsIn(rights)))]));
    for (const record of records) {
      this.rooms.add(this.#toRoom({ ...record, rights: withoutSessions(record.rights, gone) }));
    }
    await endPrivateRooms(this);
    await this.#makeLobby();
    if (this.store.isShared) this.reconciliation.runLater();
  }

  /** Nothing is compared or tried again any more. */
  stop(): void {
    this.isStopped = true;
  }

  /** Somebody who is online, here or at another node. */
  find(key: NameKey): Session | Person | null {
    return this.sessions.get(key) ?? this.presence.find(key);
  }

  /** As `refusalOf` of permissions.ts, now. */
  refusalOf(actor: Session | null, action: Action, room: Room, subject = 0): RefusalCode | null {
    return refusalOf(actor, action, room, this.clock.micros(), subject);
  }

  /**
   * Judges a deed and queues it for the store. Throws a `ChatError` when it is refused at once; otherwise `settled` is
   * called once: when it is stored and everybody was told (null), or with the reason why not.
   */
  submit(room: Room, deed: Intent, settled: (refused: Refusal | null) => void): void {
    const { subject = 0 } = deed;
    const refusal = this.refusalOf(deed.session, deed.action, room, subject);
    if (refusal) throw new Refusal(refusal);
    this.#add(room, { ...deed, subject }, settled);
  }

  /** The server speaks to itself on all nodes: resolves when it is stored and was heard here, rejects with a `ChatError`. */
  announce(kind: Kind, body: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const deed = { session: null, action: null, kind, body, subject: 0 };
      this.#add(this.server, deed, (refused) => (refused ? reject(refused) : resolve()));
    });
  }

  /** As `submit`; resolves when it is stored and everybody was told, rejects with a `ChatError`. */
  perform(room: Room, deed: Intent): Promise<void> {
    return new Promise((resolve, reject) => {
      this.submit(room, deed, (refused) => (refused ? reject(refused) : resolve()));
    });
  }

  /** It is known whether a session holds its name: what it said goes on, or is refused. */
  settleStanding(session: Session, standing: Exclude<Standing, "doubted">): void {
    session.standing = standing;
    this.#log.goOn();
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

  #add(
    to: Stream,
    { session, kind, body, action, subject }: Pick<QueuedEntry, "session" | "kind" | "body" | "action" | "subject">,
    settle: (refused: Refusal | null) => void,
  ): void {
    this.#log.add({
      stream: to.id,
      rightsVersion: to.rightsVersion,
      takeovers: to.takeovers,
      kind,
      authorId: session?.id ?? null,
      author: session?.name.shown ?? SERVER,
      body,
      rights: null,
      to,
      session,
      action,
      subject,
      bytes: ENTRY_BYTES + Buffer.byteLength(body),
      saidAtMs: this.clock.monotonicMs(),
      settle,
    });
  }

  async #makeLobby(): Promise<void> {
    const { lobby } = this.settings;
    if (!lobby || this.rooms.find(lobby)) return;
    const record = await this.store.createRoom({ name: lobby, isPrivate: false, authorId: null, author: SERVER });
    // Else another node was first.
    const [made = record] = record ? [] : await this.store.rooms({ keys: [lobby.key] });
    if (made) this.rooms.add(this.#toRoom(made));
  }

  #toRoom(record: RoomRecord): Room {
    const room = new Room(record, record.name.key === this.settings.lobby?.key);
    // On a store of its own, a node follows everything.
    room.isFollowed = !this.store.isShared;
    return room;
  }

  /** Adds a room that was made here, and tells the other nodes. */
  addRoom(record: RoomRecord): Room {
    const room = this.subscriptions.learn(record);
    this.lookAtServer();
    return room;
  }

  /** A shared store has told something in the stream of the server: nodes, and this one, look there. */
  lookAtServer(): void {
    if (!this.store.isShared) return;
    this.bus.publish({ type: "look", stream: this.server.id });
    this.sequencer.catchUpSoon(this.server);
  }

  #judge(pending: QueuedEntry): Refusal | null {
    if (pending.session?.standing === "lost") return new Refusal("lost-name");
    if (pending.action === null || !(pending.to instanceof Room)) return null;
    const refusal = this.refusalOf(pending.session, pending.action, pending.to, pending.subject);
    if (refusal) return new Refusal(refusal);
    pending.rightsVersion = pending.to.rightsVersion;
    pending.takeovers = pending.to.takeovers;
    return null;
  }

  #seal(pending: QueuedEntry): void {
    if (!(pending.to instanceof Room)) return;
    const subject = parseSubject(pending.body);
    pending.rights = rightsAfter(pending.to.rights, pending.kind, subject, this.clock.micros());
  }

  /** What this node appended is delivered as what others did, and told to them. */
  #stored(stored: readonly CommittedEntry[]): void {
    const [first] = stored;
    if (!first) return;
    this.#saidAtMs ??= first.pending.saidAtMs;
    const startedMs = this.clock.monotonicMs();
    for (const its of Map.groupBy(stored, ({ pending }) => pending.to).values()) {
      const [{ pending } = first] = its;
      const arrivals = its.map(toArrival);
      if (!this.store.isShared) this.sequencer.offer(pending.to, arrivals);
      else {
        this.#publish(pending.to, arrivals);
        this.#gathering.add(pending.to, arrivals);
      }
    }
    if (this.store.isShared) return;
    this.#flushed();
    this.#pace.tookMs = this.clock.monotonicMs() - startedMs;
  }

  #publish(stream: Stream, arrivals: readonly ArrivedEntry[]): void {
    const entries = arrivals.map(({ entry }) => entry);
    this.bus.publish({
      type: "entries",
      stream: stream.id,
      previousAtMicros: arrivals[0]?.previousAtMicros ?? null,
      entries,
    });
    // The store has told all nodes, and this one, that the room has ended.
    if (entries.at(-1)?.kind === kinds.destroyed) this.lookAtServer();
  }

  /** Entries that another node stored. */
  heard(stream: Stream, entries: readonly Entry[], before: number | null): void {
    this.#gathering.add(
      stream,
      entries.map((entry, i) => ({
        entry,
        previousAtMicros: i === 0 ? before : (entries[i - 1]?.atMicros ?? null),
        settle: null,
      })),
    );
  }

  #flushed(): void {
    this.#flush();
    this.telemetry.delivered(
      this.#deliveries,
      this.#saidAtMs === null ? null : this.clock.monotonicMs() - this.#saidAtMs,
    );
    this.#deliveries = 0;
    this.#saidAtMs = null;
  }

  #deliver(stream: Stream, entries: readonly Entry[]): void {
    if (stream === this.server) for (const entry of entries) applyServerEntry(this, entry);
    if (!(stream instanceof Room)) return;
    let first = 0;
    for (const [i, entry] of entries.entries()) {
      if (isMessage(entry.kind)) continue;
      // Whoever is put out of the room gets nothing that was said after that.
      this.#deliverMessages(stream, entries.slice(first, i));
      first = i + 1;
      applyChange(this, stream, entry);
      this.#audit(stream, entry);
    }
    this.#deliverMessages(stream, first === 0 ? entries : entries.slice(first));
  }

  #deliverMessages(room: Room, messages: readonly Entry[]): void {
    if (messages.length === 0) return;
    this.#deliveries += this.fanOut.messages(room, messages);
    for (const entry of messages) this.recent.add(room, messageOf(entry));
  }

  /** Once in a cluster: where the author is. */
  #audit(room: Room, { kind, author, authorId, body }: Entry): void {
    const act = actOf(kind);
    if (act === null || authorId === null || !this.sessionsById.has(authorId)) return;
    const subject = movesRights(kind) ? (parseSubject(body)?.name ?? null) : null;
    this.telemetry.acted({ act, by: author, room: room.name.shown, subject });
  }

  async #takeOver(stream: Stream): Promise<void> {
    if (stream instanceof Room) await takeOverRoom(this, stream);
    else await takeOverServer(this);
    if (stream instanceof Room) this.reconciliation.expectOtherRooms();
    this.telemetry.rewound(stream instanceof Room ? stream.name.shown : null);
  }

  /** Compares what this node knows with the store. Never rejects. */
  compare(): Promise<void> {
    return this.reconciliation.run();
  }
}

function toArrival({ pending, pos, seq, atMicros, previousAtMicros }: CommittedEntry): ArrivedEntry {
  const { stream, kind, authorId, author, body } = pending;
  const entry = { stream, pos, seq, atMicros, kind, authorId, author, body };
  return { entry, previousAtMicros, settle: () => pending.settle(null) };
}
