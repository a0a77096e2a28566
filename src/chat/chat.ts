import { MAIN_APPLICATION } from "../domain/application.ts";
import { SERVER } from "../domain/principal.ts";
import { principalsIn, withoutPrincipals } from "../domain/rights.ts";
import type { RoomRecord } from "../ports/store.ts";
import { Applications } from "./applications/applications.ts";
import { type KnownRecord, RoomDirectory } from "./applications/room-directory.ts";
import { serverStream, type Stream } from "../streams/stream.ts";
import { applyEntry } from "./apply.ts";
import { busListener, presenceListener } from "./cluster-events.ts";
import type { ChatPorts, ChatSettings, Context } from "./context.ts";
import { FanOut } from "./fan-out.ts";
import { Pipeline } from "./pipeline.ts";
import { Reconciliation } from "./reconciliation.ts";
import { endOfServerStream, takeOverRoom, takeOverServer } from "./restored.ts";
import { HeldRooms } from "./rooms/held-rooms.ts";
import { JoinLeaveNotices } from "./rooms/join-leave-notices.ts";
import { Listings } from "./rooms/listings.ts";
import { ownedRooms } from "./rooms/ownership.ts";
import { endPrivateRooms } from "./rooms/private-rooms.ts";
import { RecentMessages } from "./rooms/recent-messages.ts";
import { RoomQuota } from "./rooms/room-quota.ts";
import { RoomSubscriptions } from "./rooms/room-subscriptions.ts";
import { Room, type RoomPeople } from "./rooms/room.ts";
import { RoomsByPrincipal } from "./rooms/rooms-by-principal.ts";
import { Rooms } from "./rooms/rooms.ts";
import { ServerBans } from "./server-bans.ts";
import { applyServerEntry, lookAtServer } from "./server-stream.ts";
import { DirectMessages } from "./sessions/direct-messages.ts";
import { keptUntilMicros } from "./sessions/returning.ts";
import { Sessions } from "./sessions/sessions.ts";

/** The chat of one node: puts the parts together, starts and ends. What can be done with it is in `operations/`. */
export class Chat {
  readonly context: Context;
  readonly #reconciliation: Reconciliation;
  #settings: ChatSettings;

  constructor({ flusher, ...ports }: ChatPorts, settings: ChatSettings) {
    this.#settings = settings;
    const { store, presence, clock, telemetry } = ports;
    const current = (): ChatSettings => this.#settings;
    const rooms = new Rooms();
    const sessions = new Sessions();
    const server = serverStream();
    const recent = new RecentMessages(store);
    const fanOut = new FanOut(clock, sessions);
    const pipeline = new Pipeline({ ...ports, fanOut, recent, flusher }, current, {
      apply: (stream, entry) => {
        if (stream instanceof Room) applyEntry(this.context, stream, entry);
        else applyServerEntry(this.context, entry);
      },
      refresh: (streams) => subscriptions.refresh(streams),
      takeOver: (stream) => this.#takeOver(stream),
      lookAtServer: () => lookAtServer(this.context),
    });
    const { sequencer } = pipeline;
    const applications = new Applications(store);
    const directory = new RoomDirectory(store, applications);
    const toRoom = (record: KnownRecord): Room => this.#toRoom(record);
    const subscriptions = new RoomSubscriptions(ports, rooms, sequencer, directory, toRoom);
    this.context = {
      ...ports,
      get settings() {
        return current();
      },
      state: { isIsolated: false, isStopped: false, mayHaveOtherRooms: false },
      applications,
      rooms,
      sessions,
      server,
      recent,
      roomsByPrincipal: new RoomsByPrincipal(rooms, clock),
      fanOut,
      pipeline,
      sequencer,
      subscriptions,
      held: new HeldRooms(subscriptions, clock),
      bans: new ServerBans(store, clock, telemetry),
      quota: new RoomQuota(rooms, current, ports.networkOf, clock),
      listings: new Listings(rooms, presence, sessions),
      directMessages: new DirectMessages(ports, sessions),
      notices: new JoinLeaveNotices(clock, fanOut),
    };
    rooms.listen(ownedRooms(sessions));
    this.#reconciliation = new Reconciliation(this.context);
  }

  /** Loads rooms and bans, drops what belongs to ended sessions, makes the lobby. Rejects with a `StoreError`. */
  async start(): Promise<void> {
    const { applications, bus, presence, store, server, rooms, bans } = this.context;
    presence.listen(presenceListener(this.context));
    bus.listen(busListener(this.context, () => void this.compare()));
    // A store that is not shared has nothing in the server's stream. Until its end is known, nothing of it is delivered.
    const end = store.isShared ? await endOfServerStream(this.context) : {};
    Object.assign(server, end, { isFollowed: true });
    await applications.load();
    const records = await store.rooms();
    const gone = new Set(await presence.goneOf([...new Set(records.flatMap(({ rights }) => principalsIn(rights)))]));
    for (const record of records) {
      rooms.add(this.#toRoom({ ...record, rights: withoutPrincipals(record.rights, gone) }));
    }
    await endPrivateRooms(this.context);
    await this.#makeLobby();
    if (store.isShared) this.#reconciliation.runLater();
    await bans.load();
  }

  reload(settings: ChatSettings): void {
    this.#settings = settings;
    const { clock, presence } = this.context;
    presence.keepNoLongerThan(keptUntilMicros({ clock, graceMs: settings.graceMs }));
  }

  /** Compares what this node knows with the store. Never rejects. */
  compare(): Promise<void> {
    return this.#reconciliation.run();
  }

  /** As `Log.finish`. */
  finish(withinMs: number): Promise<number> {
    return this.context.pipeline.finish(withinMs);
  }

  /** From now on nothing is compared or tried again. */
  stop(): void {
    this.context.state.isStopped = true;
  }

  async #makeLobby(): Promise<void> {
    const { rooms, settings, store } = this.context;
    const { lobby } = settings;
    if (!lobby || rooms.find(lobby)) return;
    const author = SERVER.who.name.shown;
    const record = await store.createRoom({ name: lobby, isPrivate: false, authorId: null, author });
    // Without a record, another node has made it first.
    const [made = record] = record ? [] : await store.rooms({ keys: [lobby.key] });
    if (made) rooms.add(this.#toRoom(made));
  }

  #toRoom(record: RoomRecord & Partial<KnownRecord>): Room {
    const { applications, settings, store } = this.context;
    const application =
      record.application === MAIN_APPLICATION ? null : (applications.byId(record.application) ?? null);
    const isLobby = application === null && record.name.key === settings.lobby?.key;
    const room = new Room(record, isLobby, this.#people, application);
    room.isFollowed = !store.isShared;
    return room;
  }

  readonly #people: RoomPeople = {
    /**
     * For people here, members tell: a restored store may give a room's id again. Of people at other nodes, their node may
     * not have told yet that an entry has put them out.
     */
    isIn: (room, principal) => {
      const { presence, sessions } = this.context;
      const here = sessions.of(principal);
      for (const session of here) if (room.members.has(session)) return true;
      if (here.length > 0) return false;
      return presence.isIn(room.id, principal) && !room.putOut.has(principal);
    },
    isAbandoned: ({ id }) => {
      const { presence } = this.context;
      return presence.countIn(id) === 0 && presence.awayFrom(id) === null;
    },
  };

  async #takeOver(stream: Stream): Promise<void> {
    const { state, telemetry } = this.context;
    if (stream instanceof Room) await takeOverRoom(this.context, stream);
    else await takeOverServer(this.context);
    if (stream instanceof Room) state.mayHaveOtherRooms = true;
    telemetry.rewound(stream instanceof Room ? stream.name.shown : null);
  }
}
