import type { Socket } from "node:net";
import type { Clock } from "../ports/clock.ts";
import { parseAddress } from "../domain/address.ts";
import type { Admission, AdmissionLimits, AdmissionRefusal } from "../gate/admission.ts";
import type { ServerBans } from "../chat/server-bans.ts";
import { type ProxyHeader, readProxyHeader } from "../gate/proxy-header.ts";
import { NEWLINE, renderNotice } from "../formats/text/text-format.ts";
import { texts } from "../formats/text/sentences.ts";
import { type Head, readHead } from "./read-head.ts";
import type { Tls } from "./tls.ts";
import type { DoorTelemetry, TurnedAway } from "./telemetry.ts";

/** Maximum time for a PROXY header, which balancers send at once. */
const HEADER_MS = 5000;
/** Maximum time for the first byte of a TLS client, which speaks first. */
const HELLO_MS = 10_000;
const TLS_HANDSHAKE = 0x16;

/** What decides whether a new socket becomes a connection. */
export interface Gate {
  readonly clock: Clock;
  readonly telemetry: DoorTelemetry;
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

/**
 * Learns the address of a new peer, checks whether it may come in, and does the TLS handshake where `tls` is given.
 * Null: the peer was turned away and closed. Without a proxy and TLS it returns at once, in the turn of the accept.
 */
export function receive(socket: Socket, gate: Gate, tls: Tls | null): Admitted | null | Promise<Admitted | null> {
  socket.on("error", ignoreError);
  const address = parseAddress(socket.remoteAddress ?? "");
  // The peer has gone before its address was read.
  if (address === null) return turnAway(gate, socket, "unknown", "went-away");
  if (gate.isProxied || tls) return receiveLater(socket, address, gate, tls);
  return admit(socket, address, gate, null) ? { socket, address, mustLeave: true } : null;
}

/** A connection that breaks emits `close`, too. */
function ignoreError(): void {}

async function receiveLater(socket: Socket, direct: string, gate: Gate, tls: Tls | null): Promise<Admitted | null> {
  const address = gate.isProxied ? await proxiedAddress(socket, direct, gate) : direct;
  if (address === null || !admit(socket, address, gate, tls)) return null;
  if (!tls) return { socket, address, mustLeave: true };
  socket.once("close", () => gate.admission.leave(address));
  const isTls = await readHead(socket, gate.clock, HELLO_MS, isTlsHello);
  if (isTls === null) return turnAway(gate, socket, address, "went-away");
  if (!isTls) return turnAway(gate, socket, address, "not-tls", texts.turnedAway["not-tls"]);
  const secured = await tls.secure(socket);
  return secured ? { socket: secured, address, mustLeave: false } : turnAway(gate, socket, address, "tls-failed");
}

/** Resolves with the address that the balancer names; null: the socket is closed, also after a health check. */
async function proxiedAddress(socket: Socket, direct: string, gate: Gate): Promise<string | null> {
  if (!gate.admission.limits.trustedProxy.contains(direct)) {
    return turnAway(gate, socket, direct, "not-through-proxy", texts.turnedAway["not-through-proxy"]);
  }
  const header = await readHead(socket, gate.clock, HEADER_MS, parseHeader);
  if (header?.type === "proxied") return header.address;
  if (header?.type === "local") {
    socket.destroySoon();
    return null;
  }
  return turnAway(gate, socket, direct, "bad-proxy-header", undefined, header?.reason ?? "it did not come in time");
}

function parseHeader(bytes: Buffer): Head<ProxyHeader> | null {
  const header = readProxyHeader(bytes);
  return header && { value: header, length: header.type === "bad" ? bytes.length : header.length };
}

function isTlsHello(bytes: Buffer): Head<boolean> {
  return { value: bytes[0] === TLS_HANDSHAKE, length: 0 };
}

/** Whether the peer may come in; then its address is counted until it leaves. With TLS it could read no refusal. */
function admit(socket: Socket, address: string, gate: Gate, tls: Tls | null): boolean {
  const say = (text: string): string | undefined => (tls ? undefined : text);
  if (gate.isDraining) {
    turnAway(gate, socket, address, "draining", say(renderNotice(texts.goingAway)));
    return false;
  }
  const ban = gate.bans.onAddress(address);
  const refusal = ban ? null : gate.admission.enter(address);
  if (ban) turnAway(gate, socket, address, "banned", say(texts.addressBanned(ban.reason)));
  else if (refusal) turnAway(gate, socket, address, refusal, say(textOf(refusal, gate.admission.limits)));
  return !ban && !refusal;
}

function textOf(refusal: AdmissionRefusal, limits: AdmissionLimits): string {
  const values = {
    "max-connections": limits.maxConnections,
    "max-connections-per-address": limits.maxConnectionsPerAddress,
    "max-new-per-minute": limits.maxNewPerMinute,
  };
  return texts.turnedAway[refusal](values[refusal]);
}

/** Says why, where the peer can read it, and closes at once: a peer that is turned away may hold nothing here. */
function turnAway(
  gate: Gate,
  socket: Socket,
  address: string,
  reason: TurnedAway,
  text?: string,
  detail?: string,
): null {
  gate.telemetry.turnedAway(address, reason, detail);
  if (text === undefined) socket.destroy();
  else {
    socket.write(text + NEWLINE);
    socket.destroySoon();
  }
  return null;
}
