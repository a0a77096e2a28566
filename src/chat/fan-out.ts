import { entryBytes, MAX_ENTRY_BYTES } from "../domain/body.ts";
import type { RoomEvent } from "../domain/events.ts";
import type { Entry } from "../domain/entry.ts";
import type { Clock } from "../ports/clock.ts";
import type { Chunk, MessageFormat } from "../ports/outlet.ts";
import type { Member, Room } from "./rooms/room.ts";
import type { Sessions } from "./sessions/sessions.ts";

/** Messages in one view: all of them encoded for everybody, and each alone for those who do not get all of them. */
interface Encoded {
  readonly chunk: Chunk;
  readonly parts: readonly string[];
}

/** Estimated maximum size of the messages that become one chunk, in bytes: an outbox drops a chunk as a whole. */
const MAX_CHUNK_BYTES = 256 * 1024;
/** So few messages are one chunk, whatever they hold. */
const ALWAYS_ONE_CHUNK = Math.floor(MAX_CHUNK_BYTES / MAX_ENTRY_BYTES);

/** Brings messages and events to members of rooms, and messages to subscribers. What many receive is encoded once per view. */
export class FanOut {
  readonly #clock: Clock;
  readonly #sessions: Sessions;
  /** Number of the last delivery round; see `Member.partialIn`. */
  #round = 0;

  constructor(clock: Clock, sessions: Sessions) {
    this.#clock = clock;
    this.#sessions = sessions;
  }

  /** Delivers messages in one room, in order. Returns the number of deliveries: messages times receivers. */
  messages(room: Room, entries: readonly Entry[]): number {
    if (room.receiverCount === 0) return 0;
    if (entries.length <= ALWAYS_ONE_CHUNK) return this.#deliver(room, entries);
    let deliveries = 0;
    for (const part of inParts(entries)) deliveries += this.#deliver(room, part);
    return deliveries;
  }

  #deliver(room: Room, entries: readonly Entry[]): number {
    this.#round += 1;
    const left = this.#markPartial(room, entries);
    const encoded: (Encoded | undefined)[] = [];
    for (const member of room.members) {
      const view = member.viewOf(room);
      const shared = (encoded[view] ??= encode(member.outlet.format, room, entries, view));
      if (member.partialIn === this.#round) deliverPart(member, entries, shared);
      else member.outlet.deliver(shared.chunk);
    }
    for (const { receiver, view } of room.subscribers) {
      receiver.deliver((encoded[view] ??= encode(receiver.format, room, entries, view)).chunk);
    }
    return room.receiverCount * entries.length - left;
  }

  /** Tells the members something. Not told are `except`, and of a join or leave those who ignore who moves. */
  tell(room: Room, event: RoomEvent, except: Member | null = null): void {
    this.#round += 1;
    if (except) except.partialIn = this.#round;
    if (event.type === "joined" || event.type === "left") {
      for (const session of this.#sessions.ignoring(event.user)) session.partialIn = this.#round;
    }
    const nowMicros = this.#clock.micros();
    const chunks: (Chunk | undefined)[] = [];
    for (const member of room.members) {
      if (member.partialIn === this.#round) continue;
      // An event names its room, so the view does not depend on the room in which the member talks.
      const { view, outlet } = member;
      outlet.deliver((chunks[view] ??= toChunk(outlet.format.event(event, view, nowMicros), 1)));
    }
  }

  /**
   * Marks the sessions that do not get all of the messages: authors do not get back what they said, and nobody gets what
   * somebody said whom they ignore. Returns the number of deliveries that this leaves out.
   */
  #markPartial(room: Room, entries: readonly Entry[]): number {
    let left = 0;
    for (const { author, authorId, kind } of entries) {
      for (const session of this.#sessions.of(authorId)) {
        if (!session.outlet.format.echoes(kind)) left += this.#mark(room, session);
      }
      for (const session of this.#sessions.ignoring(author)) left += this.#mark(room, session);
    }
    return left;
  }

  #mark(room: Room, member: Member): number {
    member.partialIn = this.#round;
    return room.members.has(member) ? 1 : 0;
  }
}

/** Parts of up to `MAX_CHUNK_BYTES`, and one entry at least. Most often there is one: what is stored together fits. */
function inParts(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const parts: (readonly Entry[])[] = [];
  let [first, bytes] = [0, 0];
  for (const [i, { body }] of entries.entries()) {
    const more = entryBytes(body);
    if (i > first && bytes + more > MAX_CHUNK_BYTES) {
      parts.push(entries.slice(first, i));
      [first, bytes] = [i, 0];
    }
    bytes += more;
  }
  parts.push(first === 0 ? entries : entries.slice(first));
  return parts;
}

function encode(format: MessageFormat, room: Room, entries: readonly Entry[], view: number): Encoded {
  const { bytes, parts } = format.messages(room.label, entries, view);
  return { chunk: toChunk(bytes, entries.length), parts };
}

function deliverPart(member: Member, entries: readonly Entry[], { parts }: Encoded): void {
  const { who, outlet } = member;
  let text = "";
  let count = 0;
  for (const [i, { author, authorId, kind }] of entries.entries()) {
    if ((authorId === who.id && !outlet.format.echoes(kind)) || member.ignores(author)) continue;
    text += parts[i] ?? "";
    count += 1;
  }
  if (count > 0) outlet.deliver(toChunk(Buffer.from(text), count));
}

function toChunk(bytes: Uint8Array, lines: number): Chunk {
  return { bytes, lines, isText: true, holders: 0 };
}
