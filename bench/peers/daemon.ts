import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Postgres } from "../../tools/postgres.ts";
import type { Peer, Place } from "./peer.ts";

export interface RunningNode extends Pick<Place, "port" | "tlsPort" | "opsPort"> {
  readonly pid: number;
}

/** A running server with a directory of its own, or several that share a database. Disposing ends all. */
export interface Daemon extends AsyncDisposable {
  readonly nodes: readonly RunningNode[];
  /** The PostgreSQL that they share; null: none. */
  readonly database: { readonly url: string; readonly pid: number } | null;
}

type Settings = Pick<Place, "host" | "lobby" | "asShipped" | "rooms" | "messages"> & { readonly hasTls: boolean };

/** Starts a server on a free port and returns when it accepts connections, which it must within 30 seconds. */
export async function startDaemon(peer: Peer, settings: Settings, abort: AbortSignal): Promise<Daemon> {
  const signal = AbortSignal.any([abort, AbortSignal.timeout(30_000)]);
  await using cleanUp = new AsyncDisposableStack();
  let database: Daemon["database"] = null;
  if (peer.nodesOnPostgres !== undefined) {
    const postgres = cleanUp.adopt(await Postgres.start(), (server) => server.remove());
    database = { url: await postgres.database(), pid: postgres.pid };
  }
  const nodes: RunningNode[] = [];
  for (let i = 0; i < (peer.nodesOnPostgres ?? 1); i++) {
    nodes.push(await startNode(peer, { ...settings, database: database?.url ?? null }, cleanUp, signal));
  }
  const running = cleanUp.move();
  return { nodes, database, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

async function startNode(
  peer: Peer,
  { hasTls, ...settings }: Settings & Pick<Place, "database">,
  cleanUp: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<RunningNode> {
  const dir = mkdtempSync(join(tmpdir(), `chatd-bench-${peer.name}-`));
  cleanUp.defer(() => rmSync(dir, { recursive: true }));
  const port = await freePort();
  const tlsPort = hasTls ? await freePort() : null;
  // Only there: a port more is nothing that the other servers have.
  const opsPort = settings.asShipped ? await freePort() : null;
  const [file, ...args] = peer.command({ dir, port, tlsPort, opsPort, ...settings });
  const logFile = join(dir, "bench-daemon.log");
  const log = openSync(logFile, "w");
  const child = spawn(file, args, { cwd: dir, stdio: ["ignore", log, log] });
  closeSync(log);
  cleanUp.defer(() => end(child));
  await once(child, "spawn", { signal });
  while (!(await accepts(port))) {
    signal.throwIfAborted();
    if (child.exitCode !== null)
      throw new Error(`${peer.name} does not start\n${readFileSync(logFile, "utf8").slice(0, 2000)}`);
    await sleep(50);
  }
  return { pid: child.pid ?? 0, port, tlsPort, opsPort };
}

/** Killed, not asked: with thousands of sessions a drain takes longer than the measurement. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // a TCP server has no other kind of address
  server.close();
  await once(server, "close");
  return port;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
