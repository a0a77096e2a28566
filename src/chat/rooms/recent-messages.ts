import { kinds } from "../../domain/entry.ts";
import type { Message } from "../../domain/events.ts";
import type { EntryStore } from "../../ports/store.ts";
import type { Room } from "./room.ts";

/** Maximum number of lines said before that a person who joins is shown. */
export const RECENT_LINES = 20;
/** Maximum length of their texts together, in UTF-16 code units, but for the last one: about what a page shows. */
export const RECENT_LENGTH = 64 * 1024;
/** Maximum number of lines that are read, to count them, for those who come back. */
export const COUNTED_LINES = 200;
/** Maximum number of rooms whose last lines are in memory; past it, the least recently used one is forgotten. */
const MAX_ROOMS = 1000;

interface Lines {
  messages: Message[];
  /** Length of all their texts, in UTF-16 code units. */
  length: number;
  /** The read of the lines from before; null: they are here. */
  loading: Promise<void> | null;
  /** The store was restored since the lines were asked for. */
  isStale?: true;
}

/** The last lines of rooms. Every delivery is added, so that whoever joins misses no line and sees none twice. */
export class RecentMessages {
  readonly #store: Pick<EntryStore, "history">;
  readonly #rooms = new Map<Room, Lines>();
  /** Reads of more lines that are under way, which all share who ask meanwhile. */
  readonly #longReads = new Map<Room, Promise<readonly Message[]>>();

  constructor(store: Pick<EntryStore, "history">) {
    this.#store = store;
  }

  add(room: Room, message: Message): void {
    const lines = this.#rooms.get(room);
    if (!lines) return;
    if (!isNext(lines.messages.at(-1), message)) return this.invalidate(room);
    lines.messages.push(message);
    lines.length += message.body.length;
    dropFirst(lines);
  }

  /** Resolves when `linesOf` can answer. Rejects with a `StoreError`. */
  async load(room: Room): Promise<void> {
    if (room.seq === 0) return;
    let known = this.#rooms.get(room);
    if (known) {
      this.#rooms.delete(room);
      this.#rooms.set(room, known);
    } else {
      this.#rooms.set(room, (known = { messages: [], length: 0, loading: null }));
      known.loading = this.#read(room, known);
      this.#forgetOldest();
    }
    await known.loading;
    if (known.isStale) await this.load(room);
  }

  /** Called when the store was restored: lines that were read, or are being read, may not be in it any more. */
  invalidate(room: Room): void {
    const lines = this.#rooms.get(room);
    if (lines) this.#drop(room, lines);
  }

  /** A message has another text now; null: it is removed. */
  change(room: Room, seq: number, text: string | null): void {
    const lines = this.#rooms.get(room);
    if (!lines) return;
    // It is not known whether what is being read has the change.
    if (lines.loading) return this.#drop(room, lines);
    const at = lines.messages.findIndex((message) => message.seq === seq);
    const message = lines.messages[at];
    if (!message) return;
    lines.messages[at] = text === null ? { ...message, kind: kinds.removed, body: "" } : { ...message, body: text };
    lines.length = lengthOf(lines.messages);
    dropFirst(lines);
  }

  /** Returns the last lines up to the room's position, the oldest first; empty if they are not in memory. */
  linesOf(room: Room): readonly Message[] {
    const lines = this.#rooms.get(room);
    return lines && !lines.loading ? lines.messages.filter(({ kind }) => kind !== kinds.removed) : [];
  }

  /** Resolves with the last `COUNTED_LINES` lines up to where the room was when the read began. Rejects with a `StoreError`. */
  readBack(room: Room): Promise<readonly Message[]> {
    const underWay = this.#longReads.get(room);
    if (underWay) return underWay;
    const read = this.#store.history(room.id, room.pos, COUNTED_LINES).finally(() => this.#longReads.delete(room));
    this.#longReads.set(room, read);
    return read;
  }

  /** Drops lines from before a moment, in microseconds since 1970. */
  dropOlder(beforeMicros: number): void {
    for (const lines of this.#rooms.values()) {
      lines.messages = lines.messages.filter(({ atMicros }) => atMicros >= beforeMicros);
      lines.length = lengthOf(lines.messages);
    }
  }

  /** Called when nobody is in the room any more. Lines that are being read are kept for whoever is about to join. */
  forget(room: Room): void {
    if (!this.#rooms.get(room)?.loading) this.#rooms.delete(room);
  }

  async #read(room: Room, lines: Lines): Promise<void> {
    try {
      const before = await this.#store.history(room.id, room.pos, RECENT_LINES);
      const [first] = lines.messages;
      // The store was restored between these and what was delivered meanwhile.
      if (first && !isNext(before.at(-1), first)) return this.#drop(room, lines);
      lines.messages.unshift(...before);
      lines.length = lengthOf(lines.messages);
      lines.loading = null;
      dropFirst(lines);
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

/** Drops the first lines past `RECENT_LINES`, and past `RECENT_LENGTH`; the last line stays. */
function dropFirst(lines: Lines): void {
  const { messages } = lines;
  // What is being read has to go on where these begin, so fewer of them would be of no use.
  const maxLength = lines.loading ? Number.POSITIVE_INFINITY : RECENT_LENGTH;
  while (messages.length > RECENT_LINES || (lines.length > maxLength && messages.length > 1)) {
    lines.length -= messages.shift()?.body.length ?? 0;
  }
}

function lengthOf(messages: readonly Message[]): number {
  return messages.reduce((sum, { body }) => sum + body.length, 0);
}

/** Whether a line follows the one before it. Without one before it, that one was too old to be kept. */
function isNext(before: Message | undefined, { seq }: Message): boolean {
  return before === undefined || before.seq + 1 === seq;
}
