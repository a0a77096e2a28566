import type { Test } from "tap";
import type { Clock } from "../../../src/ports/clock.ts";
import { Admission, type AdmissionLimits } from "../../../src/gate/admission.ts";
import { Ranges } from "../../../src/domain/ranges.ts";
import { systemClock } from "../../../src/daemon/system-clock.ts";
import type { Gate } from "../../../src/net/arrival.ts";
import { Listener } from "../../../src/net/listener.ts";
import type { Tls } from "../../../src/net/tls.ts";
import { telnetProtocol } from "../../../src/telnet/protocol.ts";
import { TestDoor } from "./door.ts";

export interface GateSettings extends Partial<AdmissionLimits> {
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

/** Door, gate and listener, closed when the test ends. */
export async function anEntrance(
  t: Test,
  { tls, ...settings }: GateSettings = {},
  clock: Clock = systemClock,
): Promise<Entrance> {
  const door = new TestDoor(clock);
  await door.chat.start();
  const gate = aGate(door, settings);
  const listener = new Listener(telnetProtocol(door.door), gate, 0);
  const place = { hosts: ["127.0.0.1"], port: 0, fds: [] };
  const port = await listener.listen({ ...place, tls: null });
  const tlsPort = tls ? await listener.listen({ ...place, tls }) : 0;
  t.teardown(async () => {
    listener.stopAccepting();
    listener.cutOffAll();
  });
  return { door, gate, listener, port, tlsPort };
}
