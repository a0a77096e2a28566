import type { Entry } from "../../domain/entry.ts";
import type { Clock } from "../../ports/clock.ts";
import { StoreError } from "../../ports/store-error.ts";
import type { RoomRecord, Store } from "../../ports/store.ts";
import type { Telemetry } from "../../ports/telemetry.ts";
import type { Name, NameKey } from "../../domain/names.ts";
import { Room } from "./room.ts";
import type { Rooms } from "./rooms.ts";
import type { Sequencer } from "../../streams/sequencer.ts";
import type { Stream } from "../../streams/stream.ts";

/** Private rooms that nobody here is in are compared with the store in turns of so many. */
const COMPARED_AT_ONCE = 1000;
/** So many of the last entries of a room are looked at when the store went back: more than come until that is noticed. */
const LOOKED_BACK = 1000;

interface Asked {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Which rooms this node follows: those where somebody of its own is, or is about to be. What it knows of the others may be
 * old where other nodes write to the store, too, and is read when somebody asks. On a store of its own a node knows
 * everything, and nothing here ever waits.
 */
export class RoomSubscriptions {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #telemetry: Telemetry;
  readonly #rooms: Rooms;
  readonly #sequencer: Sequencer;
  readonly #toRoom: (record: RoomRecord) => Room;
  /** How many sessions need each room. */
  readonly #followers = new Map<Room, number>();
  /** Names that were asked for, and are read together. */
  #asked = new Map<NameKey, Asked>();
  #isReading = false;
  #nextCompared = 0;
  /** Rooms that were made elsewhere, and were not read yet. */
  readonly #made = new Set<number>();
  #isReadingMade = false;
  /** Rooms that a store which was restored does not have; they end here when nobody follows them any more, at the latest. */
  readonly #notRestored = new Set<Room>();

  constructor(
    { store, clock, telemetry }: { readonly store: Store; readonly clock: Clock; readonly telemetry: Telemetry },
    rooms: Rooms,
    sequencer: Sequencer,
    toRoom: (record: RoomRecord) => Room,
  ) {
    this.#toRoom = toRoom;
    this.#store = store;
    this.#clock = clock;
    this.#telemetry = telemetry;
    this.#rooms = rooms;
    this.#sequencer = sequencer;
  }

  /** The room of that name as the store has it by now. Rejects with a `StoreError`. */
  async find(name: Name): Promise<Room | undefined> {
    const known = this.#rooms.find(name);
    if (known?.isFollowed || !this.#store.isShared) return known;
    await this.#read(name.key);
    return this.#rooms.find(name);
  }

  /**
   * From now on every entry of the room is delivered here, until `unfollow` was called as often as this. Rejects with a
   * `StoreError`; then there is nothing to unfollow.
   */
  async follow(room: Room): Promise<void> {
    if (!this.#store.isShared) return;
    const followers = this.#followers.get(room) ?? 0;
    this.#followers.set(room, followers + 1);
    if (room.isFollowed) return;
    // What comes while the first one reads it is missed by all who wait for that.
    if (followers === 0) room.isBehind = false;
    try {
      await this.#read(room.name.key);
    } catch (error) {
      this.unfollow(room);
      throw error;
    }
    if (room.isDestroyed) return;
    room.isFollowed = true;
    // Something came while it was read.
    if (room.isBehind) this.#sequencer.catchUpSoon(room);
    room.isBehind = false;
  }

  unfollow(room: Room): void {
    const followers = this.#followers.get(room);
    if (followers === undefined) return;
    if (followers > 1) {
      this.#followers.set(room, followers - 1);
      return;
    }
    this.#followers.delete(room);
    room.isFollowed = false;
    this.#sequencer.forget(room);
    if (this.#notRestored.has(room)) this.#end(room);
  }

  /** The store says that the rules of streams are others than this node knows: learns them. Rejects with a `StoreError`. */
  async refresh(streams: readonly Stream[]): Promise<void> {
    const rooms = streams.filter((stream) => stream instanceof Room);
    // The rules of the server's stream are always the same: what it takes nothing by is its past.
    await this.#sequencer.compare(streams.filter((stream) => !(stream instanceof Room)));
    const isFollowed = (room: Room): boolean => this.#store.isShared && room.isFollowed;
    const followed = rooms.filter(isFollowed);
    const others = rooms.filter((room) => !isFollowed(room));
    if (followed.length > 0) await this.#catchUp(followed);
    const records = others.length > 0 ? await this.#recordsOf(others) : new Map<number, RoomRecord>();
    for (const room of others) {
      const record = records.get(room.id);
      if (!record) this.#end(room);
      // It takes nothing by the rules that it has: they are those of another past.
      else if (record.rightsVersion === room.rightsVersion) room.takeovers += 1;
      if (record) room.update(record);
    }
  }

  /** The entries that led to the rules of rooms are delivered in their order, and tell everything. */
  async #catchUp(rooms: readonly Room[]): Promise<void> {
    if (this.#sequencer.isPaused) throw new StoreError("unavailable", "learn the rules of rooms: this node is cut off");
    await this.#sequencer.catchUp(...rooms);
    const records = await this.#recordsOf(rooms);
    // They may have ended since.
    const missing = rooms.filter(({ id }) => !records.has(id));
    if (missing.length > 0) await this.#sequencer.catchUp(...missing);
    // Where entries lead to the same place, and to other rules than the store has, it has another past.
    const restored = rooms.filter((room) => {
      const record = records.get(room.id);
      return !room.isDestroyed && (!record || (record.pos === room.pos && record.rightsVersion !== room.rightsVersion));
    });
    await Promise.all(restored.map((room) => this.#sequencer.takeOver(room)));
  }

  async #recordsOf(rooms: readonly Room[]): Promise<ReadonlyMap<number, RoomRecord>> {
    const records = await this.#store.rooms({ ids: rooms.map(({ id }) => id) });
    return new Map(records.map((record) => [record.id, record]));
  }

  /** Compares what this node knows with the store. Rejects with a `StoreError`. */
  async compare(server: Stream): Promise<void> {
    const unfollowed = [...this.#rooms.all()].filter((room) => room.isPrivate && !room.isFollowed);
    if (this.#nextCompared >= unfollowed.length) this.#nextCompared = 0;
    const some = unfollowed.slice(this.#nextCompared, this.#nextCompared + COMPARED_AT_ONCE);
    this.#nextCompared += COMPARED_AT_ONCE;
    await this.#sequencer.compare([server, ...this.followed(), ...some]);
    await this.#readMade();
    const behind = unfollowed.filter((room) => room.isBehind).slice(0, COMPARED_AT_ONCE);
    if (behind.length === 0) return;
    const records = await this.#recordsOf(behind);
    for (const room of behind) room.isBehind = false;
    for (const record of records.values()) this.learn(record);
    for (const room of behind) if (!records.has(room.id)) this.#end(room);
  }

  /** Rooms that this node follows at the moment. */
  followed(): Room[] {
    return [...this.#followers.keys()].filter((room) => room.isFollowed);
  }

  /**
   * The store has another past than this node: takes over what it has now. Resolves with the last entries that led there.
   * Rejects with a `StoreError`.
   */
  async takeOver(room: Room): Promise<readonly Entry[]> {
    const [record] = await this.#store.rooms({ ids: [room.id] });
    if (!record || record.name.key !== room.name.key) {
      this.#end(room);
      return [];
    }
    const from = { stream: room.id, pos: Math.max(record.pos - LOOKED_BACK, 0) };
    const entries = await this.#store.entriesFrom([from], LOOKED_BACK + 1);
    this.#notRestored.delete(room);
    room.update(record);
    room.takeovers += 1;
    return entries.filter(({ pos }) => pos <= record.pos);
  }

  /** As `takeOver`, for all rooms that are not followed. Rejects with a `StoreError`. */
  async takeOverUnfollowed(): Promise<void> {
    // What is learned while they are read may not be among them.
    const known = [...this.#rooms.all()];
    const records = new Map((await this.#store.rooms()).map((record) => [record.id, record]));
    for (const room of known.filter(({ isDestroyed }) => !isDestroyed)) {
      const record = records.get(room.id);
      if (room.isFollowed && record?.name.key !== room.name.key) this.#notRestored.add(room);
      else if (room.isFollowed) this.#notRestored.delete(room);
      // Whoever is about to follow it has read it since.
      else if (this.#followers.has(room)) continue;
      else if (record) this.#updateOrReplace(room, record);
      else this.#end(room);
      records.delete(room.id);
    }
    for (const record of records.values()) this.learn(record);
  }

  /** A room was made somewhere. */
  madeElsewhere(id: number): void {
    if (this.#rooms.byId(id)) return;
    this.#made.add(id);
    // Else the next comparison reads it.
    this.#readMade().catch((error: unknown) => this.#telemetry.storeHealth(error));
  }

  async #readMade(): Promise<void> {
    if (this.#isReadingMade) return;
    this.#isReadingMade = true;
    try {
      // Those that are told of while some are read go together in the next query.
      for (let ids = [...this.#made]; ids.length > 0; ids = [...this.#made]) {
        const records = await this.#store.rooms({ ids });
        for (const record of records) this.learn(record);
        for (const id of ids) this.#made.delete(id);
      }
    } finally {
      this.#isReadingMade = false;
    }
  }

  endedElsewhere(id: number): void {
    const room = this.#rooms.byId(id);
    // Of a room that is followed its own stream tells, in its turn.
    if (room && !room.isFollowed) this.#end(room);
  }

  #end(room: Room): void {
    room.isDestroyed = true;
    this.#notRestored.delete(room);
    this.#rooms.remove(room);
  }

  /** The room of a record that was read, or made, and may be older than what is known. */
  learn(record: RoomRecord): Room {
    const known = this.#rooms.byId(record.id);
    if (!known) return this.#add(record);
    if (known.name.key !== record.name.key) return this.#updateOrReplace(known, record);
    if (!known.isFollowed && record.pos >= known.pos) known.update(record);
    return known;
  }

  /** After a restore the store may give an id again. */
  #updateOrReplace(known: Room, record: RoomRecord): Room {
    if (known.name.key === record.name.key) {
      known.update(record);
      return known;
    }
    this.#end(known);
    return this.#add(record);
  }

  #add(record: RoomRecord): Room {
    const room = this.#toRoom(record);
    this.#rooms.add(room);
    return room;
  }

  /** Names that are asked for while others are read go together in the next query. */
  #read(key: NameKey): Promise<void> {
    let asked = this.#asked.get(key);
    if (!asked) {
      asked = Promise.withResolvers<void>();
      this.#asked.set(key, asked);
      if (!this.#isReading) {
        this.#isReading = true;
        this.#clock.soon(() => void this.#readAsked());
      }
    }
    return asked.promise;
  }

  async #readAsked(): Promise<void> {
    while (this.#asked.size > 0) {
      const asked = this.#asked;
      this.#asked = new Map();
      const before = [...asked.keys()].map((key) => ({ key, pos: this.#rooms.byKey(key)?.pos ?? 0 }));
      try {
        const records = await this.#store.rooms({ keys: [...asked.keys()] });
        for (const { key, pos } of before) {
          this.#replace(key, records.find(({ name }) => name.key === key) ?? null, pos);
        }
        for (const { resolve } of asked.values()) resolve();
      } catch (error) {
        for (const { reject } of asked.values()) reject(error);
      }
    }
    this.#isReading = false;
  }

  /** @param before where the room was when it was asked for: a store that is not so far went back */
  #replace(key: NameKey, record: RoomRecord | null, before: number): void {
    const known = this.#rooms.byKey(key);
    if (known && known.id !== record?.id && !known.isFollowed) this.#end(known);
    if (known && known.id === record?.id && !known.isFollowed && record.pos < before)
      this.#updateOrReplace(known, record);
    else if (record) this.learn(record);
  }
}
