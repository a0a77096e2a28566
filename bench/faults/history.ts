/** What happens on a connection, in the order in which the person at its end sees it. Times are milliseconds since 1970. */
export type Moment =
  /** A line was typed. `group` numbers the lines that are answered together. */
  | { readonly type: "typed"; readonly atMs: number; readonly text: string; readonly group: number }
  /** A line came. */
  | { readonly type: "got"; readonly atMs: number; readonly text: string }
  /** The answer came that shows that every line of the group, and of those before it, is settled. */
  | { readonly type: "settled"; readonly atMs: number; readonly group: number }
  | { readonly type: "ended"; readonly atMs: number; readonly by: "person" | "server" };

/** One connection, from its opening to its end or to the end of the run. */
export interface Transcript {
  /** Unique in a run. Every line that is said begins with it, so that it is known again wherever it appears. */
  readonly id: number;
  /** The name that was asked for. */
  readonly name: string;
  readonly node: number;
  readonly moments: Moment[];
}

export interface StoredRoom {
  /** Also the id of its stream. */
  readonly id: number;
  readonly name: string;
  readonly isPrivate: boolean;
  readonly isDestroyed: boolean;
  /** The session that owns it, by the store; nobody where that is not known. */
  readonly owner?: number | null;
}

/** An entry of a room, as the store has it at the end. */
export interface StoredEntry {
  readonly stream: number;
  readonly pos: number;
  readonly seq: number;
  /** By the clock of the store. */
  readonly atMs: number;
  readonly kind: number;
  readonly authorId: number | null;
  readonly author: string;
  readonly body: string;
}

/** What one node tells at the end about who is there. */
export interface NodeView {
  readonly node: number;
  readonly users: readonly string[];
  /** Names by room. */
  readonly rooms: ReadonlyMap<string, readonly string[]>;
}

/** All that is known of a finished run. */
export interface Run {
  readonly transcripts: readonly Transcript[];
  /** Rooms with their entries; that of the whole server is not among them. */
  readonly rooms: readonly StoredRoom[];
  readonly entries: readonly StoredEntry[];
  /** Empty: nobody was asked. */
  readonly views: readonly NodeView[];
  /** When the store was last put back to an earlier state; null: never. What was typed before that may be lost. */
  readonly wentBackAtMs: number | null;
  /** Old entries were deleted during the run, though they are among `entries`: who comes in may be shown no history. */
  readonly isPruned?: boolean;
}

export type CheckName =
  | "stored-once"
  | "seen-is-stored"
  | "delivered"
  | "history"
  | "outcome"
  | "author-order"
  | "name"
  | "put-out"
  | "ignored"
  | "private"
  | "owner"
  | "agreement"
  | "whisper"
  | "answered";

/** Something that chatd promises and that did not hold. */
export interface Anomaly {
  readonly check: CheckName;
  readonly what: string;
}
