import { join } from "node:path";
import type { Test } from "tap";
import { AdminClient } from "../../../src/cli/admin/client.ts";
import type { Daemon } from "../../../src/daemon/daemon.ts";
import { aDaemon, aFolder, type Flags } from "./daemon.ts";

export interface Operated {
  readonly daemon: Daemon;
  readonly port: number;
  readonly socket: string;
  readonly admin: AdminClient;
}

/** A daemon with an operator. */
export async function anOperated(t: Test, flags: Flags = {}): Promise<Operated> {
  const socket = join(aFolder(t), "admin.sock");
  const daemon = await aDaemon(t, { ...flags, adminSocket: socket });
  return { daemon, port: daemon.port, socket, admin: new AdminClient(socket) };
}
