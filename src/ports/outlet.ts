import type { EndEvent, Event, Message, RoomLabel, SessionEvent } from "../domain/events.ts";

/** Messages as bytes that many outlets share. */
export interface Chunk {
  /** Only outlets replace it, by a copy that has memory of its own. */
  bytes: Uint8Array;
  /** Number of lines of a room in it. They may be skipped for a slow receiver, which is told the number. */
  readonly lines: number;
  /** Whether it goes above a line that is being typed; otherwise it is telnet's, or a part of that line. */
  readonly isText: boolean;
  /** Number of outlets that hold it at the moment, so that shared bytes are counted once. Only outlets change it. */
  holders: number;
}

/** What one receiver alone is told: that is never skipped. @param isText as `Chunk.isText` */
export function toOwnChunk(content: string | Uint8Array, isText = true): Chunk {
  return { bytes: typeof content === "string" ? Buffer.from(content) : content, lines: 0, isText, holders: 0 };
}

/** Writes what was given to outlets since the last flush. */
export interface Flusher {
  /** Maximum number of outlets that are written at once. */
  readonly maxFlushed: number;
  /**
   * Writes to the first `maxFlushed` now, and to the others in the next turns of the event loop. Returns null when all of
   * that is written; otherwise resolves when it is.
   */
  flush(): Promise<void> | null;
}

/** Messages of one room as one format shows them in one view. */
export interface EncodedMessages {
  readonly bytes: Uint8Array;
  /** Each message alone, for those who do not get all of them. */
  readonly parts: readonly string[];
}

/** Makes bytes of messages for one kind of receiver. Equal input gives equal bytes, shared by all with the same view. */
export interface MessageFormat {
  messages(room: RoomLabel, messages: readonly Message[], view: number): EncodedMessages;
}

/** As `MessageFormat`, of all that sessions are told. */
export interface Format extends MessageFormat {
  /** Returns a number for how a session sees a room; no other format uses it. `isCurrent`: the session talks there. */
  view(showsTime: boolean, isCurrent: boolean): number;
  /** Whether the author of a message of this kind gets it back. */
  echoes(kind: number): boolean;
  /** @param nowMicros microseconds since 1970 */
  event(event: Event, view: number, nowMicros: number): Uint8Array;
}

/** Why a session is closed: its own wish, the same person's next session, or the operator's wish. */
export type CloseWhy = "quit" | "replaced" | "kicked";

/** Where messages go. Never blocks or throws, and keeps order; gathers what comes in a turn into one write. */
export interface Receiver {
  readonly format: MessageFormat;
  /** Delivers something that many receive. */
  deliver(chunk: Chunk): void;
}

/** Where a session's output goes. */
export interface Outlet extends Receiver {
  readonly format: Format;
  readonly address: string;
  /** Number of bytes that the peer has not taken yet. */
  readonly waitingBytes: number;
  /** Time since which the outstanding write waits for the peer, in milliseconds. */
  readonly waitingMs: number;
  /** Asks whether the peer is there; resolves with false when nothing comes in time. Null: it cannot be asked. */
  isThere(withinMs: number): Promise<boolean> | null;
  /** Asks the person in words to show that they are there. If they do not, the session is closed. */
  askPerson(): void;
  /** Tells this session alone something, which is never skipped. */
  tell(event: SessionEvent): void;
  /** Tells why, then closes when everything is written. */
  close(event: EndEvent, why: CloseWhy): void;
  /** Tells why, ends the session, and asks for a name again. */
  askNameAgain(event: EndEvent): void;
  /** Called when the session's lines are settled: input that had to wait may go on. */
  resume(): void;
}
