/** Rendered lines that many outlets share. */
export interface Chunk {
  /** Only outlets replace it, by a copy of its own memory. */
  bytes: Uint8Array;
  /** How many lines of a room it holds. A slow receiver may be skipped past them, and is told the number. */
  readonly lines: number;
  /** How many outlets hold it at the moment: for counting shared bytes once. Only outlets change it. */
  holders: number;
}

/** Why a session is closed: its own wish, the same person's next session, or the operator's wish. */
export type CloseWhy = "quit" | "replaced" | "kicked";

/** Where a session's output goes. Never blocks, never throws, keeps order; writes once per turn however much is given. */
export interface Outlet {
  /** Where its peer is. */
  readonly address: string;
  /** Bytes that its peer has not taken yet, and for how many milliseconds it has not. */
  readonly waitingBytes: number;
  readonly waitingMs: number;
  /** Asks the peer whether it is there; resolves with false when nothing comes within the time. Null: it cannot be asked. */
  isThere(withinMs: number): Promise<boolean> | null;
  /** Lines of rooms. */
  deliver(chunk: Chunk): void;
  /** Lines to this session alone, without their last line end; never skipped. */
  reply(text: string): void;
  /** Says `text`, then closes when everything is written. */
  close(text: string, why: CloseWhy): void;
  /** Says `text`, ends the session, and asks for a name again. */
  askNameAgain(text: string): void;
  /** The session's lines are settled again: input that had to wait may go on. */
  resume(): void;
}
