import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { AdminClient } from "../../src/cli/admin/client.ts";
import type { RoomsView } from "../../src/http/admin/room-views.ts";
import { Sample } from "../../tools/metrics-sample.ts";
import { rssBytes } from "../measure/proc.ts";
import type { Vitals } from "./vitals.ts";

const launcher = fileURLToPath(new URL("../../bin/chatd", import.meta.url));
/** As shipped, but that everybody comes from one address. */
/** Everybody comes from one address: no limit for each address is to hold, that on typing neither. */
const LIMITS = ["--max-new-per-minute", "0", "--trusted-proxy", "127.0.0.1"];
const SETTLE_TRIES = 60;
const SETTLE_MS = 1000;
/** What has to be as it was, or nothing, before the end is read: what people leave goes with them. */
const QUIET_TRIES = 5;

export interface SoakServer {
  readonly port: number;
  read(): Promise<Vitals>;
  /** The rooms that people made. */
  rooms(): Promise<string[]>;
  /** Waits until nobody is left, a minute at most, collects garbage, and reads. */
  settled(): Promise<Vitals>;
  end(): Promise<void>;
}

/** The real program, with a database on disk and its metrics to be read. */
export async function startServer(folder: string): Promise<SoakServer> {
  const place = ["--host", "127.0.0.1", "--port", "0", "--ops-port", "0", "--http-port", "off", "--data-dir", folder];
  const args = ["serve", ...place, ...LIMITS, "--log-level", "info", "--log-format", "json"];
  // Writing a snapshot of the heap collects all garbage before it: what is read after it is in use.
  const options = `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${folder}`;
  const env = { ...process.env, NODE_OPTIONS: options };
  const child = spawn(launcher, args, { env, stdio: ["ignore", "ignore", "pipe"] });
  const ports = await new Promise<{ port: number; opsPort: number }>((resolve, reject) => {
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      if (said.length < 10_000) said += chunk.toString();
      const started = /"port":(\d+),.*"opsPort":(\d+)/.exec(said);
      if (started) resolve({ port: Number(started[1]), opsPort: Number(started[2]) });
    });
    child.once("exit", () => reject(new Error(`chatd does not start\n${said}`)));
  });
  const pid = child.pid ?? 0;

  const read = async (): Promise<Vitals> => {
    const sample = new Sample(await (await fetch(`http://127.0.0.1:${ports.opsPort}/metrics`)).text());
    const value = (name: string): number => sample.value(name) ?? 0;
    return {
      sessions: value("chatd_sessions"),
      connections: value("chatd_connections"),
      rooms: value("chatd_rooms"),
      outboxBytes: value("chatd_outbox_bytes"),
      pendingLines: value("chatd_pending_lines"),
      handles: value("nodejs_active_handles_total"),
      timers: value("chatd_timers"),
      files: readdirSync(join("/proc", String(pid), "fd")).length,
      heapBytes: value("nodejs_heap_size_used_bytes"),
      rssBytes: rssBytes(pid),
      failures: value("chatd_failures_total") + value("chatd_store_failures_total"),
    };
  };

  const collectGarbage = async (): Promise<void> => {
    child.kill("SIGUSR2");
    const snapshot = (): string | undefined => readdirSync(folder).find((name) => name.endsWith(".heapsnapshot"));
    for (let i = 0; i < SETTLE_TRIES && snapshot() === undefined; i++) await sleep(SETTLE_MS);
    // It answers when the snapshot is whole.
    await read();
    rmSync(join(folder, snapshot() ?? ""), { force: true });
  };

  return {
    port: ports.port,
    read,
    async rooms() {
      const { rooms } = await new AdminClient(join(folder, "admin.sock")).get<RoomsView>("/rooms?limit=1000");
      return rooms.map(({ name }) => name).filter((name) => name !== "lobby");
    },
    async settled() {
      let quiet: Vitals[] = [];
      for (let i = 0; i < SETTLE_TRIES && quiet.length < QUIET_TRIES; i++) {
        await sleep(SETTLE_MS);
        const now = await read();
        quiet = now.sessions + now.connections === 0 ? [...quiet, now] : [];
      }
      await collectGarbage();
      // Writing the snapshot takes memory that the process keeps: what is read after one compares with what is read after another.
      return await read();
    },
    async end() {
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}
