import type { Test } from "tap";
import type { Clock } from "../../../src/ports/clock.ts";
import { Admission, type AdmissionLimits } from "../../../src/gate/admission.ts";
import { Ranges } from "../../../src/domain/ranges.ts";
import { systemClock } from "../../../src/daemon/system-clock.ts";
import type { Gate } from "../../../src/net/arrival.ts";
import { type Connect, Listener } from "../../../src/net/listener.ts";
import type { Tls } from "../../../src/net/tls.ts";
import { Connection } from "../../../src/telnet/connection.ts";
import { TestDoor } from "./door.ts";

interface GateSettings extends Partial<AdmissionLimits> {
  readonly isProxied?: boolean;
  readonly tls?: Tls;
}

export interface Entrance {
  readonly door: TestDoor;
  readonly gate: Gate;
  readonly listener: Listener;
  readonly port: number;
  /** 0: there is none. */
  readonly tlsPort: number;
}

/** What stands before the door, with nobody kept out unless the test says so. */
export function aGate(door: TestDoor, { isProxied = false, ...limits }: GateSettings = {}): Gate {
  const { context, telemetry } = door;
  const { bans, clock } = context;
  const none = { maxConnections: 0, maxConnectionsPerAddress: 0, maxNewPerMinute: 0, trustedProxy: new Ranges([]) };
  const admission = new Admission({ ...none, ...limits }, clock);
  return { clock, telemetry, admission, bans, isProxied, isDraining: false };
}

/** What becomes of sockets that may come in: connections of this door. */
export function connectTo({ door }: TestDoor): Connect {
  return (socket, address) => new Connection(socket, address, door);
}

/** Door, gate and listener, closed when the test ends. */
export async function anEntrance(
  t: Test,
  { tls, ...settings }: GateSettings = {},
  clock: Clock = systemClock,
): Promise<Entrance> {
  const door = new TestDoor(clock);
  await door.chat.start();
  const gate = aGate(door, settings);
  const listener = new Listener(connectTo(door), gate, {
    hosts: ["127.0.0.1"],
    port: 0,
    fds: [],
    tls: tls ? { port: 0, fds: [], tls } : null,
    keepaliveMs: 0,
  });
  const { port, tlsPort } = await listener.listen();
  t.teardown(async () => {
    listener.stopAccepting();
    listener.cutOffAll();
  });
  return { door, gate, listener, port, tlsPort: tlsPort ?? 0 };
}
