import type { RefusalCode } from "../domain/refusals.ts";

/** An act that somebody may have to account for. */
export interface AuditEvent {
  readonly act: string;
  /** Who did it, and to whom or what. */
  readonly by: string;
  /** Null: the whole server, whose operator did it. */
  readonly room: string | null;
  readonly subject: string | null;
}

/** What happened, for logs and metrics. One call per fact; no message text. */
export interface Telemetry {
  refused(code: RefusalCode): void;
  /** Somebody changed what others may do or see in a room. */
  acted(act: AuditEvent): void;
  /** Entries that were too old to keep were deleted. */
  pruned(entries: number): void;
  /** Rooms that nobody used were ended. */
  endedUnused(rooms: number): void;
  /** A batch was stored. */
  stored(lines: number, appendMs: number): void;
  /** Lines were handed to their receivers, `sinceSaidMs` after the first was said; null: it was said at another node. */
  delivered(deliveries: number, sinceSaidMs: number | null): void;
  /** The store has another past than before, in a room, or (null) for the whole server: it was restored. */
  rewound(room: string | null): void;
  /** This node has lost the others (true), or found them again. */
  isolated(isCutOff: boolean): void;
  /** The store failed, or works again (`error` null). */
  storeHealth(error: unknown): void;
  /** A bug: the process goes on, one person saw the `internal` refusal. */
  failed(what: string, error: unknown): void;
}
