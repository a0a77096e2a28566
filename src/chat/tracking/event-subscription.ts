import type { Message } from "../../domain/events.ts";
import type { NameKey } from "../../domain/names.ts";
import { refusalOf } from "../../domain/permissions.ts";
import { applicationActor } from "../../domain/principal.ts";
import { type MessageFormat, type Receiver, toOwnChunk } from "../../ports/outlet.ts";
import type { Application } from "../applications/applications.ts";
import type { Context } from "../context.ts";
import type { Room } from "../rooms/room.ts";
import { Attachment } from "./attachment.ts";

/** Number of last events, of all accounts together, that a subscriber gets first. */
const LAST_EVENTS = 20;
/** Number of positions that are read at once. */
const PAGE = 100;
/** Number of positions before the last one from which on what comes is held, so that the rest is read without a race. */
const NEAR = 1000;
/** Maximum bytes of events that are encoded at once. */
const PART_BYTES = 64 * 1024;

/** What somebody subscribes to. */
export interface Wanted {
  /** Null: the events of all applications. */
  readonly application: Application | null;
  /**
   * Number of the last event that was seen of each application, by its handle's key; of those that are missing, none was. Null:
   * the last events of all are wanted.
   */
  readonly after: ReadonlyMap<NameKey, number> | null;
  readonly format: MessageFormat;
  readonly view: number;
}

/** Who gets the events. */
export interface EventReceiver extends Receiver {
  readonly isOpen: boolean;
  /** Resolves when it has taken all that was delivered, or is closed. */
  whenDrained(): Promise<void>;
  /** The subscription is over: the receiver is too slow, or what it missed cannot be read. */
  fail(why: "too-slow" | "read-failed"): void;
}

/** An account, and the number of an event in it, which is the last that was seen. */
export type Seen = readonly [handle: string, seq: number];

type Parts = Pick<Context, "clock" | "store" | "subscriptions" | "telemetry">;

/**
 * One receiver's events: first those that it missed, or the last ones, then what comes, without a gap and without a repeat. A
 * room that is made later begins with its first event.
 */
export class EventSubscription {
  readonly #parts: Parts;
  readonly #wanted: Wanted;
  readonly #onClose: () => void;
  /** Rooms that are followed for it, or about to be. */
  readonly #rooms = new Set<Room>();
  readonly #attached = new Map<Room, Attachment>();
  /** Number of the last event that was seen, of rooms that have to be caught up with. */
  readonly #behind = new Map<Room, number>();
  /** Numbers of the last events before the first one that it gets. */
  readonly #seen = new Map<Room, number>();
  /** What it gets first, the oldest first. */
  #first: readonly (readonly [Room, Message])[] = [];
  /** Null until it starts. */
  #receiver: EventReceiver | null = null;
  /** Why it cannot start. */
  #hasTooMuch = false;
  #isOpening = true;
  #isCatchingUp = false;
  #isClosed = false;

  constructor(parts: Parts, wanted: Wanted, onClose: () => void) {
    this.#parts = parts;
    this.#wanted = wanted;
    this.#onClose = onClose;
  }

  /** Where it begins: of accounts that are missing, with the first event. */
  get begin(): readonly Seen[] {
    return [...this.#seen].map(([{ application }, seq]) => [application?.handle.shown ?? "", seq]);
  }

  covers({ id }: Application): boolean {
    return this.#wanted.application === null || this.#wanted.application.id === id;
  }

  /** Rejects with a `StoreError`. @param find resolves with the rooms that there are */
  async open(find: () => Promise<readonly Room[]>): Promise<void> {
    const { after } = this.#wanted;
    const rooms = (await find()).filter((room) => this.#mayRead(room));
    const isNew = (room: Room): boolean => !rooms.includes(room);
    const late = [...this.#behind.keys()].filter(isNew);
    this.#behind.clear();
    await Promise.all([...rooms, ...late].map((room) => this.#follow(room)));
    for (const room of late) this.#behind.set(room, 0);
    if (after === null) await this.#readLast(rooms);
    else for (const room of rooms) this.#begin(room, after.get(keyOfAccount(room)) ?? 0);
    this.#isOpening = false;
  }

  /** From now on the receiver gets events. */
  start(receiver: EventReceiver): void {
    this.#receiver = receiver;
    if (this.#hasTooMuch) return receiver.fail("too-slow");
    for (const [room, message] of this.#first) this.#deliver(room, [message]);
    this.#first = [];
    for (const attachment of this.#attached.values()) attachment.release(receiver);
    this.#catchUpSoon();
  }

  /** A room has come into memory, which it may have been in before. */
  added(room: Room): void {
    if (this.#isClosed || this.#rooms.has(room) || this.#behind.has(room) || !this.#mayRead(room)) return;
    this.#behind.set(room, 0);
    if (!this.#isOpening) this.#catchUpSoon();
  }

  /** A room has ended. */
  removed(room: Room): void {
    this.#behind.delete(room);
    this.#leave(room);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const room of this.#rooms) this.#leave(room);
    this.#onClose();
  }

  /** Whether it is one of its rooms. A private room that a person made under the name is not the application's. */
  #mayRead(room: Room): boolean {
    const { application } = room;
    if (application === null || !this.covers(application)) return false;
    const actor = applicationActor(application.id, null);
    return refusalOf(actor, { type: "read" }, room, this.#parts.clock.micros()) === null;
  }

  async #follow(room: Room): Promise<void> {
    if (this.#rooms.has(room)) return;
    this.#rooms.add(room);
    try {
      await this.#parts.subscriptions.follow(room);
    } catch (error) {
      this.#rooms.delete(room);
      throw error;
    }
    // It was closed, or the room has ended, while the room was read.
    if (this.#isClosed || !this.#rooms.has(room)) this.#parts.subscriptions.unfollow(room);
    else if (room.isDestroyed) this.#leave(room);
  }

  #leave(room: Room): void {
    const attachment = this.#attached.get(room);
    if (attachment) room.subscribers.delete(attachment);
    this.#attached.delete(room);
    this.#seen.delete(room);
    if (this.#rooms.delete(room)) this.#parts.subscriptions.unfollow(room);
  }

  #begin(room: Room, seen: number): void {
    if (!this.#rooms.has(room)) return;
    this.#seen.set(room, seen);
    this.#behind.set(room, seen);
  }

  /** From now on it gets, or holds, what is said in the room. */
  #attach(room: Room): Attachment {
    const { format, view } = this.#wanted;
    const attachment = new Attachment(format, view, () => this.#tooMuch());
    room.subscribers.add(attachment);
    this.#attached.set(room, attachment);
    return attachment;
  }

  #tooMuch(): void {
    this.#hasTooMuch = true;
    this.#receiver?.fail("too-slow");
  }

  async #readLast(rooms: readonly Room[]): Promise<void> {
    const all: (readonly [Room, Message])[] = [];
    for (const room of rooms) {
      if (!this.#rooms.has(room)) continue;
      this.#attach(room);
      this.#seen.set(room, room.seq);
      const last = room.seq > 0 ? await this.#parts.store.history(room.id, room.pos, LAST_EVENTS) : [];
      all.push(...last.map((message) => [room, message] as const));
    }
    this.#first = all.toSorted(([, one], [, other]) => one.atMicros - other.atMicros).slice(-LAST_EVENTS);
    for (const [room, { seq }] of this.#first.toReversed()) if (this.#seen.has(room)) this.#seen.set(room, seq - 1);
  }

  #catchUpSoon(): void {
    if (this.#isCatchingUp || !this.#receiver) return;
    this.#isCatchingUp = true;
    void this.#catchUpAll(this.#receiver);
  }

  /** Never rejects. */
  async #catchUpAll(receiver: EventReceiver): Promise<void> {
    try {
      // Rooms that are added meanwhile come last.
      for (const [room, seen] of this.#behind) {
        await this.#follow(room);
        await this.#catchUp(receiver, room, seen);
        this.#behind.delete(room);
      }
    } catch (error) {
      this.#parts.telemetry.storeHealth(error);
      receiver.fail("read-failed");
    }
    this.#isCatchingUp = false;
  }

  /** Delivers what was said in a room after an event, and then what comes. */
  async #catchUp(receiver: EventReceiver, room: Room, seen: number): Promise<void> {
    const isOver = (): boolean => !receiver.isOpen || !this.#rooms.has(room);
    const { store } = this.#parts;
    let { pos } = room;
    const [first] = seen >= room.seq ? [] : (await store.page(room.id, { seq: seen + 1 }, 1)).messages;
    if (first) pos = first.pos - 1;
    const sendPage = async (upTo: number): Promise<void> => {
      const page = await store.history(room.id, upTo, PAGE);
      const [next] = page.length === 0 ? await store.entriesFrom([{ stream: room.id, pos: upTo + 1 }], 2) : [];
      const missed = page.filter((message) => message.pos > pos && message.seq > seen);
      for (const part of inParts(missed)) {
        if (isOver()) return;
        this.#deliver(room, part);
        await receiver.whenDrained();
      }
      // The beginning of the room may be deleted.
      pos = next ? next.pos - 1 : upTo;
    };
    while (!isOver() && room.pos - pos > NEAR) await sendPage(pos + PAGE);
    if (isOver()) return;
    const attachment = this.#attach(room);
    const end = room.pos;
    while (!isOver() && pos < end) await sendPage(Math.min(pos + PAGE, end));
    if (!isOver()) attachment.release(receiver);
  }

  #deliver(room: Room, messages: readonly Message[]): void {
    const { format, view } = this.#wanted;
    this.#receiver?.deliver(toOwnChunk(format.messages(room.label, messages, view).bytes));
  }
}

function keyOfAccount({ application }: Room): NameKey {
  // Only rooms of applications are asked about.
  return application?.handle.key ?? ("" as NameKey);
}

function* inParts(messages: readonly Message[]): Iterable<Message[]> {
  let part: Message[] = [];
  let bytes = 0;
  for (const message of messages) {
    part.push(message);
    bytes += message.body.length;
    if (bytes < PART_BYTES) continue;
    yield part;
    [part, bytes] = [[], 0];
  }
  if (part.length > 0) yield part;
}
