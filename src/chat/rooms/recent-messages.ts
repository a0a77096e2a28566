import type { Message } from "../../domain/events.ts";
import type { EntryStore } from "../../ports/store.ts";
import type { Room } from "./room.ts";

/** What a person who joins is shown of what was said before. */
export const RECENT_LINES = 20;
/** Rooms whose last lines are kept at hand; the least recently used one is forgotten. */
const MAX_ROOMS = 1000;

interface Lines {
  messages: Message[];
  /** Null once what was said before is here too. */
  loading: Promise<void> | null;
  /** The store went back since they were asked for. */
  isStale?: true;
}

/**
 * The last lines of rooms, so that many people who join at once cost one read. Kept up by every delivery, so what it
 * returns ends exactly where live lines go on: nobody misses one or sees one twice.
 */
export class RecentMessages {
  readonly #store: Pick<EntryStore, "history">;
  readonly #rooms = new Map<Room, Lines>();

  constructor(store: Pick<EntryStore, "history">) {
    this.#store = store;
  }

  /** A message was delivered in the room. */
  add(room: Room, message: Message): void {
    const lines = this.#rooms.get(room);
    if (!lines) return;
    if (!isNext(lines.messages.at(-1), message)) return this.invalidate(room);
    lines.messages.push(message);
    if (lines.messages.length > RECENT_LINES) lines.messages.shift();
  }

  /** Resolves when `linesOf` can answer. Rejects with a `StoreError`. */
  async load(room: Room): Promise<void> {
    if (room.seq === 0) return;
    let known = this.#rooms.get(room);
    if (known) {
      this.#rooms.delete(room);
      this.#rooms.set(room, known);
    } else {
      this.#rooms.set(room, (known = { messages: [], loading: null }));
      known.loading = this.#read(room, known);
      this.#forgetOldest();
    }
    await known.loading;
    if (known.isStale) await this.load(room);
  }

  /** The store went back: what is read, and what is being read, may not be in it any more. */
  invalidate(room: Room): void {
    const lines = this.#rooms.get(room);
    if (lines) this.#drop(room, lines);
  }

  /** The last lines up to the room's position, oldest first; empty when they are not at hand. */
  linesOf(room: Room): readonly Message[] {
    const lines = this.#rooms.get(room);
    return lines && !lines.loading ? lines.messages : [];
  }

  /** Lines of before that moment (microseconds since 1970) are not kept any longer. */
  dropOlder(beforeMicros: number): void {
    for (const lines of this.#rooms.values()) {
      lines.messages = lines.messages.filter(({ atMicros }) => atMicros >= beforeMicros);
    }
  }

  /** Nobody is there any more; what is being read is for somebody who comes. */
  forget(room: Room): void {
    if (!this.#rooms.get(room)?.loading) this.#rooms.delete(room);
  }

  async #read(room: Room, lines: Lines): Promise<void> {
    try {
      const before = await this.#store.history(room.id, room.pos, RECENT_LINES);
      const [first] = lines.messages;
      // The store went back between these and what was delivered meanwhile.
      if (first && !isNext(before.at(-1), first)) return this.#drop(room, lines);
      lines.messages = [...before, ...lines.messages].slice(-RECENT_LINES);
      lines.loading = null;
    } catch (error) {
      if (this.#rooms.get(room) === lines) this.#rooms.delete(room);
      throw error;
    }
  }

  #drop(room: Room, lines: Lines): void {
    lines.isStale = true;
    if (this.#rooms.get(room) === lines) this.#rooms.delete(room);
  }

  #forgetOldest(): void {
    if (this.#rooms.size <= MAX_ROOMS) return;
    const [oldest] = this.#rooms.keys();
    if (oldest) this.#rooms.delete(oldest);
  }
}

/** Where there is nothing before a line, that was too old to be kept. */
function isNext(before: Message | undefined, { seq }: Message): boolean {
  return before === undefined || before.seq + 1 === seq;
}
