import type { Socket } from "node:net";
import type { AdmissionRefusal } from "../gate/admission.ts";

/** Why a peer is turned away that may be told so. Other reasons a peer could not read, or does not wait for. */
export type Rejection =
  | { readonly why: "draining" | "not-through-proxy" | "not-tls" }
  /** `reason`: the operator's, or empty. */
  | { readonly why: "banned"; readonly reason: string }
  /** `limit`: the number that was reached. */
  | { readonly why: AdmissionRefusal; readonly limit: number };

/** A connection, whatever is spoken over it. */
export interface OpenConnection {
  /** Tells its peer that the server goes, and why. */
  goingAway(why: string): void;
  /** What was read is still handled; then the connection is closed. */
  drain(): void;
  /** Closes the connection at once: what is not written by now is lost. */
  cutOff(): void;
  /** Closes the connection if its peer is banned by now. Returns whether it was. */
  closeIfBanned(): boolean;
  /** Called when its socket has closed. */
  closed(): void;
}

/** What is spoken at a listener. */
export interface Protocol {
  /** Makes a connection of a socket that may come in. */
  connect(socket: Socket, address: string): OpenConnection;
  /** Returns everything that a peer reads before it is turned away. */
  rejectionText(rejection: Rejection): string;
}
