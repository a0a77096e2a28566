import type { RefusalCode } from "../domain/refusals.ts";

/** How much is logged: each level has what those behind it have, and `silent` nothing. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** An act that somebody may have to account for. */
export interface AuditEvent {
  readonly act: string;
  readonly by: string;
  /** Null: the whole server, whose operator did it. */
  readonly room: string | null;
  /** To whom or what it was done; null: to nobody alone. */
  readonly subject: string | null;
}

/** What happened, for logs and metrics. One call per fact; no message text. */
export interface Telemetry {
  refused(code: RefusalCode): void;
  /** Somebody changed what others may do or see in a room. */
  acted(act: AuditEvent): void;
  pruned(entries: number): void;
  endedUnused(rooms: number): void;
  /** A batch was stored, which took `appendMs` milliseconds. */
  stored(lines: number, appendMs: number): void;
  /** Lines were handed to receivers, `sinceSaidMs` after the first was said here; null: all are from other nodes. */
  delivered(deliveries: number, sinceSaidMs: number | null): void;
  /** The store was restored: it has another past than before, in a room, or (null) in the server's stream. */
  rewound(room: string | null): void;
  /** The lease could not be renewed in time (true), or was renewed again (false). */
  isolated(isIsolated: boolean): void;
  /** The store failed, or works again (`error` null). */
  storeHealth(error: unknown): void;
  /** A bug. The process goes on, and at most one person saw the `internal` refusal. @param what what was tried */
  failed(what: string, error: unknown): void;
}
