import type { Socket } from "node:net";
import type { Clock } from "../ports/clock.ts";
import { parseAddress } from "../domain/address.ts";
import type { Admission, AdmissionLimits, AdmissionRefusal } from "../gate/admission.ts";
import type { ServerBans } from "../chat/server-bans.ts";
import { type ProxyHeader, readProxyHeader } from "../gate/proxy-header.ts";
import type { Protocol, Rejection } from "./protocol.ts";
import { type Head, readHead } from "./read-head.ts";
import type { Tls } from "./tls.ts";
import type { GateTelemetry, TurnedAway } from "./telemetry.ts";

/** Maximum time for a PROXY header, which balancers send at once. */
const HEADER_MS = 5000;
/** Maximum time for the first byte of a TLS client, which speaks first. */
const HELLO_MS = 10_000;
const TLS_HANDSHAKE = 0x16;

/** What decides whether a new socket becomes a connection. */
export interface Gate {
  readonly clock: Clock;
  readonly telemetry: GateTelemetry;
  readonly admission: Admission;
  readonly bans: ServerBans;
  /** Whether each connection begins with the PROXY header of a load balancer. */
  readonly isProxied: boolean;
  /** Whether the server is being taken out, so that nobody is let in any more. */
  isDraining: boolean;
}

/** A peer that may come in: its stream, and its address. */
export interface Admitted {
  readonly socket: Socket;
  readonly address: string;
  /** Whether its address has to be told to `Admission.leave` when the socket closes. */
  readonly mustLeave: boolean;
}

/** Where a peer comes in. */
export interface Entry {
  readonly gate: Gate;
  readonly protocol: Protocol;
  /** Null: no TLS. */
  readonly tls: Tls | null;
}

/**
 * Learns the address of a new peer, checks whether it may come in, and does the TLS handshake where there is TLS.
 * Null: the peer was turned away and closed. Without a proxy and TLS it returns at once, in the turn of the accept.
 */
export function receive(socket: Socket, entry: Entry): Admitted | null | Promise<Admitted | null> {
  socket.on("error", ignoreError);
  const address = parseAddress(socket.remoteAddress ?? "");
  // The peer has gone before its address was read.
  if (address === null) return turnAway(entry.gate, socket, "unknown", "went-away");
  if (entry.gate.isProxied || entry.tls) return receiveLater(socket, address, entry);
  return admit(socket, address, entry) ? { socket, address, mustLeave: true } : null;
}

/** A connection that breaks emits `close`, too. */
function ignoreError(): void {}

async function receiveLater(socket: Socket, direct: string, entry: Entry): Promise<Admitted | null> {
  const { gate, tls } = entry;
  const address = gate.isProxied ? await proxiedAddress(socket, direct, entry) : direct;
  if (address === null || !admit(socket, address, entry)) return null;
  if (!tls) return { socket, address, mustLeave: true };
  socket.once("close", () => gate.admission.leave(address));
  const isTls = await readHead(socket, gate.clock, HELLO_MS, isTlsHello);
  if (isTls === null) return turnAway(gate, socket, address, "went-away");
  if (!isTls) return reject(entry, socket, address, { why: "not-tls" });
  const secured = await tls.secure(socket);
  return secured ? { socket: secured, address, mustLeave: false } : turnAway(gate, socket, address, "tls-failed");
}

/** Resolves with the address that the balancer names; null: the socket is closed, also after a health check. */
async function proxiedAddress(socket: Socket, direct: string, entry: Entry): Promise<string | null> {
  const { gate } = entry;
  if (!gate.admission.limits.trustedProxy.contains(direct)) {
    return reject(entry, socket, direct, { why: "not-through-proxy" });
  }
  const header = await readHead(socket, gate.clock, HEADER_MS, parseHeader);
  if (header?.type === "proxied") return header.address;
  if (header?.type === "local") {
    socket.destroySoon();
    return null;
  }
  return turnAway(gate, socket, direct, "bad-proxy-header", header?.reason ?? "it did not come in time");
}

function parseHeader(bytes: Buffer): Head<ProxyHeader> | null {
  const header = readProxyHeader(bytes);
  return header && { value: header, length: header.type === "bad" ? bytes.length : header.length };
}

function isTlsHello(bytes: Buffer): Head<boolean> {
  return { value: bytes[0] === TLS_HANDSHAKE, length: 0 };
}

/** Whether the peer may come in; then its address is counted until it leaves. */
function admit(socket: Socket, address: string, entry: Entry): boolean {
  const rejection = rejectionOf(address, entry.gate);
  if (rejection === null) return true;
  // In the middle of a handshake the peer could read no text.
  if (entry.tls) turnAway(entry.gate, socket, address, rejection.why);
  else reject(entry, socket, address, rejection);
  return false;
}

function rejectionOf(address: string, { isDraining, bans, admission }: Gate): Rejection | null {
  if (isDraining) return { why: "draining" };
  const ban = bans.onAddress(address);
  if (ban) return { why: "banned", reason: ban.reason };
  const refusal = admission.enter(address);
  return refusal && { why: refusal, limit: limitOf(refusal, admission.limits) };
}

function limitOf(refusal: AdmissionRefusal, limits: AdmissionLimits): number {
  const values = {
    "max-connections": limits.maxConnections,
    "max-connections-per-address": limits.maxConnectionsPerAddress,
    "max-new-per-minute": limits.maxNewPerMinute,
  };
  return values[refusal];
}

/** Says why in the words of the protocol, and closes at once: a peer that is turned away may hold nothing here. */
function reject({ gate, protocol }: Entry, socket: Socket, address: string, rejection: Rejection): null {
  gate.telemetry.turnedAway(address, rejection.why);
  socket.write(protocol.rejectionText(rejection));
  socket.destroySoon();
  return null;
}

function turnAway(gate: Gate, socket: Socket, address: string, reason: TurnedAway, detail?: string): null {
  gate.telemetry.turnedAway(address, reason, detail);
  socket.destroy();
  return null;
}
