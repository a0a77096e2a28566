import type { EndEvent, Event, Message, RoomLabel, SessionEvent } from "../domain/events.ts";

/** Messages as bytes that many outlets share. */
export interface Chunk {
  /** Only outlets replace it, by a copy of its own memory. */
  bytes: Uint8Array;
  /** How many lines of a room it holds. A slow receiver may be skipped past them, and is told the number. */
  readonly lines: number;
  /** How many outlets hold it at the moment: for counting shared bytes once. Only outlets change it. */
  holders: number;
}

/** Messages of one room as one format shows them in one view. */
export interface EncodedMessages {
  readonly bytes: Uint8Array;
  /** Each message alone, where some authors do not get their own; null: everybody gets them all. */
  readonly parts: readonly string[] | null;
}

/**
 * How one kind of receiver is spoken to. A format is pure: the same always becomes the same bytes, so that they are made once
 * for all who see it in the same view.
 */
export interface Format {
  /**
   * The view of a session: a number that no other format uses. Sessions with the same view share what is encoded.
   *
   * @param showsTime whether the session wants to see when something was said
   * @param isCurrent whether the session talks in the room that it is about
   */
  view(showsTime: boolean, isCurrent: boolean): number;
  /** Whether the author of a message of this kind gets it back. */
  echoes(kind: number): boolean;
  messages(room: RoomLabel, messages: readonly Message[], view: number): EncodedMessages;
  /** @param nowMicros microseconds since 1970 */
  event(event: Event, view: number, nowMicros: number): Uint8Array;
}

/** Why a session is closed: its own wish, the same person's next session, or the operator's wish. */
export type CloseWhy = "quit" | "replaced" | "kicked";

/** Where a session's output goes. Never blocks, never throws, keeps order; writes once per turn however much is given. */
export interface Outlet {
  readonly format: Format;
  /** The address of its peer. */
  readonly address: string;
  /** Bytes that its peer has not taken yet, and for how many milliseconds it has not. */
  readonly waitingBytes: number;
  readonly waitingMs: number;
  /** Asks the peer whether it is there; resolves with false when nothing comes within the time. Null: it cannot be asked. */
  isThere(withinMs: number): Promise<boolean> | null;
  /** Gives it what many receive. */
  deliver(chunk: Chunk): void;
  /** Tells this session alone; that is never skipped. */
  tell(event: SessionEvent): void;
  /** Tells why, then closes when everything is written. */
  close(event: EndEvent, why: CloseWhy): void;
  /** Tells why, ends the session, and asks for a name again. */
  askNameAgain(event: EndEvent): void;
  /** The session's lines are settled: input that had to wait may go on. */
  resume(): void;
}
