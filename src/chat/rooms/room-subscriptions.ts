import type { Entry } from "../../domain/entry.ts";
import type { Clock } from "../../ports/clock.ts";
import { StoreError } from "../../ports/store-error.ts";
import type { RoomRecord, Store } from "../../ports/store.ts";
import type { KnownRecord, RoomDirectory } from "../applications/room-directory.ts";
import type { Telemetry } from "../../ports/telemetry.ts";
import { type Name, type NameKey, parseRoomPath } from "../../domain/names.ts";
import { Room } from "./room.ts";
import type { Rooms } from "./rooms.ts";
import { lastEntries } from "../../streams/last-entries.ts";
import type { Sequencer } from "../../streams/sequencer.ts";
import type { Stream } from "../../streams/stream.ts";

/** Maximum number of rooms of other applications that are in memory though nobody needs them. */
export const MAX_IDLE = 10_000;
/** Maximum number of rooms without people of this node that one comparison covers. */
const COMPARED_AT_ONCE = 1000;

interface Asked {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Follows rooms that somebody here is in or about to join. In a shared store, others are read when asked for. */
export class RoomSubscriptions {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #telemetry: Telemetry;
  readonly #rooms: Rooms;
  readonly #sequencer: Sequencer;
  readonly #directory: RoomDirectory;
  /** Rooms of other applications that nobody needs, the least recently used one first. */
  readonly #idle = new Set<Room>();
  readonly #toRoom: (record: KnownRecord) => Room;
  /** Number of sessions that need each room. */
  readonly #needs = new Map<Room, number>();
  /** Names that the next query reads together. */
  #asked = new Map<NameKey, Asked>();
  #isReading = false;
  #nextCompared = 0;
  /** Ids of rooms that were made at other nodes, and were not read yet. */
  readonly #made = new Set<number>();
  #isReadingMade = false;
  /** Rooms that a restored store does not have. They end here when nobody follows them any more, at the latest. */
  readonly #notRestored = new Set<Room>();

  constructor(
    { store, clock, telemetry }: { readonly store: Store; readonly clock: Clock; readonly telemetry: Telemetry },
    rooms: Rooms,
    sequencer: Sequencer,
    directory: RoomDirectory,
    toRoom: (record: KnownRecord) => Room,
  ) {
    this.#toRoom = toRoom;
    this.#directory = directory;
    this.#store = store;
    this.#clock = clock;
    this.#telemetry = telemetry;
    this.#rooms = rooms;
    this.#sequencer = sequencer;
  }

  /** Resolves with the room of a name as the store has it by now; undefined: none. Rejects with a `StoreError`. */
  async find(name: Name): Promise<Room | undefined> {
    const known = this.#rooms.find(name);
    if (known) this.#touch(known);
    // Only this node writes to a store that is not shared, and all rooms of `main` are in memory.
    if (known?.isFollowed || (!this.#store.isShared && (known || !parseRoomPath(name.key)))) return known;
    await this.#read(name.key);
    return this.#rooms.find(name);
  }

  /** Reads these rooms as the store has them by now, but for those that are followed. Rejects with a `StoreError`. */
  async read(ids: readonly number[]): Promise<void> {
    const unfollowed = ids.filter((id) => this.#rooms.byId(id)?.isFollowed !== true);
    if (unfollowed.length === 0) return;
    for (const record of await this.#directory.rooms({ ids: unfollowed })) this.learn(record);
  }

  /** Follows the room until `unfollow` is called as often. Rejects with a `StoreError`; then it is not followed. */
  async follow(room: Room): Promise<void> {
    const needs = this.#needs.get(room) ?? 0;
    this.#needs.set(room, needs + 1);
    this.#idle.delete(room);
    if (room.isFollowed) return;
    // Entries that come while the room is read for the first follower are missed by all who wait for that read.
    if (needs === 0) room.isBehind = false;
    try {
      await this.#read(room.name.key);
    } catch (error) {
      this.unfollow(room);
      throw error;
    }
    if (room.isDestroyed) return;
    room.isFollowed = true;
    if (room.isBehind) this.#sequencer.catchUpSoon(room);
    room.isBehind = false;
  }

  unfollow(room: Room): void {
    const needs = this.#needs.get(room);
    if (needs === undefined) return;
    if (needs > 1) {
      this.#needs.set(room, needs - 1);
      return;
    }
    this.#needs.delete(room);
    this.#touch(room);
    if (!this.#store.isShared) return;
    room.isFollowed = false;
    this.#sequencer.forget(room);
    if (this.#notRestored.has(room)) this.#end(room);
  }

  /** The room was asked for: of those that nobody needs, it is forgotten last. */
  #touch(room: Room): void {
    const isKept = room.application === null || room.isPrivate || this.#needs.has(room);
    this.#idle.delete(room);
    if (isKept || this.#rooms.byId(room.id) !== room) return;
    this.#idle.add(room);
    if (this.#idle.size <= MAX_IDLE) return;
    const [oldest] = this.#idle;
    if (!oldest) return;
    this.#idle.delete(oldest);
    this.#rooms.forget(oldest);
  }

  /** As `LogHooks.refresh`. */
  async refresh(streams: readonly Stream[]): Promise<void> {
    const rooms = streams.filter((stream) => stream instanceof Room);
    // The rights of the server's stream never change: when it takes nothing, it has another past.
    await this.#sequencer.compare(streams.filter((stream) => !(stream instanceof Room)));
    const isFollowed = (room: Room): boolean => this.#store.isShared && room.isFollowed;
    const followed = rooms.filter(isFollowed);
    const others = rooms.filter((room) => !isFollowed(room));
    if (followed.length > 0) await this.#catchUp(followed);
    const records = others.length > 0 ? await this.#recordsOf(others) : new Map<number, KnownRecord>();
    for (const room of others) {
      const record = records.get(room.id);
      if (!record) this.#end(room);
      // The rights have not moved, and it takes nothing by them: they are of another past.
      else if (record.rightsVersion === room.rightsVersion) room.takeovers += 1;
      if (record) room.update(record);
    }
  }

  /** Learns the rights of followed rooms: delivers, in order, the entries that led to them. */
  async #catchUp(rooms: readonly Room[]): Promise<void> {
    if (this.#sequencer.isPaused)
      throw new StoreError("unavailable", "learn the rights of rooms: this node is isolated");
    await this.#sequencer.catchUp(...rooms);
    const records = await this.#recordsOf(rooms);
    // Rooms without a record may have ended since.
    const missing = rooms.filter(({ id }) => !records.has(id));
    if (missing.length > 0) await this.#sequencer.catchUp(...missing);
    // If the entries lead to the same position as in the store, but to other rights, the store has another past.
    const restored = rooms.filter((room) => {
      const record = records.get(room.id);
      return !room.isDestroyed && (!record || (record.pos === room.pos && record.rightsVersion !== room.rightsVersion));
    });
    await Promise.all(restored.map((room) => this.#sequencer.takeOver(room)));
  }

  async #recordsOf(rooms: readonly Room[]): Promise<ReadonlyMap<number, KnownRecord>> {
    const records = await this.#directory.rooms({ ids: rooms.map(({ id }) => id) });
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

  followed(): Room[] {
    return [...this.#needs.keys()].filter((room) => room.isFollowed);
  }

  /** Takes a room over as the store has it. Resolves with the last entries there; rejects with a `StoreError`. */
  async takeOver(room: Room): Promise<readonly Entry[]> {
    const [record] = await this.#directory.rooms({ ids: [room.id] });
    if (!record || record.name.key !== room.name.key) {
      this.#end(room);
      return [];
    }
    const entries = await lastEntries(this.#store, { stream: room.id, pos: record.pos });
    this.#notRestored.delete(room);
    room.update(record);
    room.takeovers += 1;
    return entries.filter(({ pos }) => pos <= record.pos);
  }

  /** As `takeOver`, for all rooms that are not followed. Rejects with a `StoreError`. */
  async takeOverUnfollowed(): Promise<void> {
    // Rooms that are learned during the query may not be in its answer.
    const known = [...this.#rooms.all()];
    const records = new Map((await this.#directory.rooms()).map((record) => [record.id, record]));
    for (const room of known.filter(({ isDestroyed }) => !isDestroyed)) {
      if (room.application) {
        // It is read again when somebody asks for it.
        if (!this.#needs.has(room)) this.#rooms.forget(room);
        continue;
      }
      const record = records.get(room.id);
      if (room.isFollowed && record?.name.key !== room.name.key) this.#notRestored.add(room);
      else if (room.isFollowed) this.#notRestored.delete(room);
      // The room is being read for somebody who is about to follow it.
      else if (this.#needs.has(room)) continue;
      else if (record) this.#updateOrReplace(room, record);
      else this.#end(room);
      records.delete(room.id);
    }
    for (const record of records.values()) this.learn(record);
  }

  madeElsewhere(id: number): void {
    if (this.#rooms.byId(id)) return;
    this.#made.add(id);
    // If that fails, the next comparison reads it.
    this.#readMade().catch((error: unknown) => this.#telemetry.storeHealth(error));
  }

  async #readMade(): Promise<void> {
    if (this.#isReadingMade) return;
    this.#isReadingMade = true;
    try {
      // Rooms that are announced during a query go together into the next one.
      for (let ids = [...this.#made]; ids.length > 0; ids = [...this.#made]) {
        const records = await this.#directory.rooms({ ids });
        for (const record of records) this.learn(record);
        for (const id of ids) this.#made.delete(id);
      }
    } finally {
      this.#isReadingMade = false;
    }
  }

  endedElsewhere(id: number): void {
    const room = this.#rooms.byId(id);
    // A room that is followed ends when its own stream says so, in its turn.
    if (room && !room.isFollowed) this.#end(room);
  }

  /** The handle of the room's application has changed. */
  rename(room: Room): void {
    this.#idle.delete(room);
    this.#rooms.forget(room);
    const { application, number, name } = room;
    // It is read again when somebody asks for it.
    if (!this.#needs.has(room)) return;
    const known = this.#directory.renamed({ application: application?.id ?? 0, number, name });
    if (!known) return;
    room.rename(known.name, known.otherKeys);
    this.#rooms.put(room);
  }

  #end(room: Room): void {
    room.isDestroyed = true;
    this.#idle.delete(room);
    this.#notRestored.delete(room);
    this.#rooms.remove(room);
  }

  /** Returns the room of a record that was made or read; null: its application has ended. */
  learnRecord(record: RoomRecord): Room | null {
    const known = this.#directory.known(record);
    return known && this.learn(known);
  }

  /** Returns the room of a record; one older than what is known changes nothing. */
  learn(record: KnownRecord): Room {
    const known = this.#rooms.byId(record.id);
    if (!known) return this.#add(record);
    if (known.name.key !== record.name.key) return this.#updateOrReplace(known, record);
    if (!known.isFollowed && record.pos >= known.pos) known.update(record);
    return known;
  }

  /** After a restore the store may have given the id to another room. */
  #updateOrReplace(known: Room, record: KnownRecord): Room {
    if (known.name.key === record.name.key) {
      known.update(record);
      return known;
    }
    this.#end(known);
    return this.#add(record);
  }

  #add(record: KnownRecord): Room {
    const room = this.#toRoom(record);
    this.#rooms.add(room);
    this.#touch(room);
    return room;
  }

  /** Reads the room of a name. Names that are asked for during a query go together into the next one. */
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
      const positions = [...asked.keys()].map((key) => ({ key, pos: this.#rooms.byKey(key)?.pos ?? 0 }));
      try {
        const records = await this.#directory.rooms({ keys: [...asked.keys()] });
        for (const { key, pos } of positions) {
          const isMeant = ({ name, otherKeys }: KnownRecord): boolean => name.key === key || otherKeys.includes(key);
          this.#replace(key, records.find(isMeant) ?? null, pos);
        }
        for (const { resolve } of asked.values()) resolve();
      } catch (error) {
        for (const { reject } of asked.values()) reject(error);
      }
    }
    this.#isReading = false;
  }

  /** @param posBefore the room's position when it was asked for: a store that does not reach it was restored */
  #replace(key: NameKey, record: KnownRecord | null, posBefore: number): void {
    const known = this.#rooms.byKey(key);
    if (known && known.id !== record?.id && !known.isFollowed) this.#end(known);
    if (known && known.id === record?.id && !known.isFollowed && record.pos < posBefore)
      this.#updateOrReplace(known, record);
    else if (record) this.learn(record);
  }
}
