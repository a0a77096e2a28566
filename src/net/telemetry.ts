import type { AdmissionRefusal } from "../gate/admission.ts";
import type { Foreign } from "./foreign-protocol.ts";

/** Why a connection ended. */
export type CloseReason =
  | "peer-closed"
  | "quit"
  | "not-logged-in"
  | "login-timeout"
  | "foreign-protocol"
  | "endless-line"
  | "endless-subnegotiation"
  | "too-many-keys"
  | "too-slow"
  | "login-bytes"
  | "no-answer"
  | "replaced"
  | "gave-no-sign"
  | "kicked"
  | "banned"
  | "shutdown";

/** Why somebody was not let in. */
export type TurnedAway =
  | AdmissionRefusal
  | "draining"
  | "banned"
  | "not-through-proxy"
  | "bad-proxy-header"
  | "not-tls"
  | "tls-failed"
  | "went-away";

/** What happens at the gate, which all doors share, for logs and metrics. One call per fact. */
export interface GateTelemetry {
  opened(): void;
  /** A connection that was closed before anything was read from it, or before it was known where it comes from. */
  turnedAway(address: string, reason: TurnedAway, detail?: string): void;
  /** A bug: the process goes on. */
  failed(what: string, error: unknown): void;
}

/** What happens at the telnet door. */
export interface DoorTelemetry extends GateTelemetry {
  foreign(address: string, protocol: Foreign): void;
  /** Somebody types faster than the limit, and the lines wait. */
  throttled(name: string, address: string): void;
  loggedIn(name: string, address: string): void;
  /** `name` null: nobody logged in on it. `unsent`: lines that were read and not handled when the connection broke. */
  closed(name: string | null, address: string, reason: CloseReason, unsent: number): void;
  skipped(lines: number): void;
}
