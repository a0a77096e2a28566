import { createServer, type RequestListener, type Server } from "node:http";
import type { Test } from "tap";
import type { Clock } from "../../../src/ports/clock.ts";
import { systemClock } from "../../../src/daemon/system-clock.ts";
import { httpProtocol, type HttpTimes } from "../../../src/http/listener.ts";
import type { Gate } from "../../../src/net/arrival.ts";
import { Listener } from "../../../src/net/listener.ts";
import { Client } from "../sockets/client.ts";
import { TestDoor } from "../sockets/door.ts";
import { aGate, type GateSettings } from "../sockets/gate.ts";

export interface HttpEntrance {
  readonly door: TestDoor;
  readonly gate: Gate;
  readonly server: Server;
  readonly listener: Listener;
  readonly port: number;
  /** 0: there is none. */
  readonly tlsPort: number;
}

/** HTTP behind a gate, with the test's own answers. Closed when the test ends. */
export async function anHttpEntrance(
  t: Test,
  handle: RequestListener,
  { times, tls, ...settings }: GateSettings & { readonly times?: HttpTimes } = {},
  clock: Clock = systemClock,
): Promise<HttpEntrance> {
  const door = new TestDoor(clock);
  const gate = aGate(door, settings);
  const server = createServer(handle);
  const listener = new Listener(httpProtocol(server, gate.bans, times), gate, 0);
  const place = { hosts: ["127.0.0.1"], port: 0, fds: [] };
  const port = await listener.listen({ ...place, tls: null });
  const tlsPort = tls ? await listener.listen({ ...place, tls }) : 0;
  t.teardown(() => {
    listener.stopAccepting();
    listener.cutOffAll();
    server.close();
  });
  return { door, gate, server, listener, port, tlsPort };
}

/** Sends bytes to a port. Resolves with all that came back when the server has closed. */
export async function exchange(t: Test, port: number, ...bytes: readonly (string | Buffer)[]): Promise<string> {
  const client = await Client.connect(t, port);
  for (const part of bytes) client.socket.write(part);
  await client.ended();
  return client.raw.toString();
}

/** Status, code and `Retry-After` of an error that came over a socket. */
export function errorIn(answer: string): readonly [status: number, code: unknown, retryAfter: string | null] {
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  const { error, code, ...more } = JSON.parse(body) as Record<string, unknown>;
  if (typeof error !== "string" || Object.keys(more).length > 0) throw new Error(`not an error: ${body}`);
  const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1]);
  if (length !== Buffer.byteLength(body)) throw new Error(`a wrong length: ${answer}`);
  return [Number(head.split(" ")[1]), code, /^retry-after: (\d+)$/im.exec(head)?.[1] ?? null];
}
