import type { Foreign } from "../protocol/foreign.ts";

/** Why a connection ended. */
export type CloseReason =
  | "peer-closed"
  | "quit"
  | "not-logged-in"
  | "login-timeout"
  | "foreign-protocol"
  | "endless-line"
  | "endless-subnegotiation"
  | "too-slow"
  | "shutdown";

/** What happens at the telnet door, for logs and metrics. One call per fact. */
export interface TelnetWatch {
  opened(): void;
  foreign(address: string, protocol: Foreign): void;
  loggedIn(name: string, address: string): void;
  /** `name` null: it never logged in. */
  closed(name: string | null, address: string, reason: CloseReason): void;
  skipped(lines: number): void;
}
