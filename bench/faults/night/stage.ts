import { execFileSync } from "node:child_process";
import { chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Postgres } from "../../../tools/postgres.ts";
import { certify } from "../../../tools/certificate.ts";
import { runs } from "../../../tools/parts.ts";
import { ChatdNode } from "./chatd-node.ts";
import { FullQueue } from "./full-queue.ts";
import type { Nemesis, Site } from "./nemesis.ts";
import { FaultProxy } from "./proxy.ts";
import { RunDatabase } from "./run-database.ts";
import { Standby } from "./standby.ts";
import { keepDeleted } from "./stored.ts";

const DISK = "48m";
const SMALL_DISK = "small_disk";
const STEPPED_CLOCK = pathToFileURL(join(import.meta.dirname, "stepped-clock.ts")).href;
/** Of the checkout that this is in. */
export const OWN_LAUNCHER = fileURLToPath(new URL("../../../bin/chatd", import.meta.url));

export interface StageOptions {
  readonly nodes: number;
  readonly leaseMs: number;
  readonly launcher: string;
  /** More arguments for each node. */
  readonly args: readonly string[];
  /** The nodes talk TLS to their database. */
  readonly isEncrypted: boolean;
}

/** All that a nemesis can reach, but for the people. */
export type Stage = Omit<Site, "hangUp">;

/** What a nemesis needs that this machine has not; null: it has all. */
export function missing(nemesis: Nemesis): string | null {
  for (const need of nemesis.needs ?? []) {
    if (need === "disk" && !(process.getuid?.() === 0 && runs("sh", ["-c", "command -v mount"]))) return "root";
    if (need === "pg_dump" && !runs("sh", ["-c", "command -v pg_dump && command -v pg_restore"])) return "pg_dump";
  }
  return null;
}

/** PostgreSQL servers, each for as many runs as leave it whole. */
export class Servers {
  readonly #whole = new Map<boolean, Postgres>();
  readonly #all = new Set<Postgres>();

  async take(isEncrypted: boolean): Promise<Postgres> {
    const whole = this.#whole.get(isEncrypted);
    if (whole) return whole;
    const folder = mkdtempSync(join(tmpdir(), "chatd-certificate-"));
    const postgres = await Postgres.start(isEncrypted ? certify(folder, "night") : null);
    rmSync(folder, { recursive: true });
    this.#all.add(postgres);
    this.#whole.set(isEncrypted, postgres);
    return postgres;
  }

  async spoil(postgres: Postgres): Promise<void> {
    for (const [key, value] of this.#whole) if (value === postgres) this.#whole.delete(key);
    this.#all.delete(postgres);
    await postgres.remove();
  }

  async remove(): Promise<void> {
    await Promise.all([...this.#all].map((postgres) => postgres.remove()));
  }
}

/** Makes what one run needs; all is gone when the stack is disposed. */
export async function build(
  servers: Servers,
  nemeses: readonly Nemesis[],
  options: StageOptions,
  stop: AbortSignal,
  stack: AsyncDisposableStack,
): Promise<Stage> {
  const needs = new Set(nemeses.flatMap((nemesis) => nemesis.needs ?? []));
  const isSpoiled = nemeses.some((nemesis) => nemesis.spoilsServer);
  const postgres = await servers.take(options.isEncrypted);
  if (isSpoiled) stack.defer(() => servers.spoil(postgres));
  const database = await RunDatabase.create(postgres);
  stack.defer(() => (isSpoiled ? database.forget() : database.drop()));
  const disk = needs.has("disk") ? await smallDisk(database, stack) : null;
  const standby = needs.has("standby") ? await Standby.follow(postgres) : null;
  if (standby) stack.defer(() => standby.remove());
  if (nemeses.some(({ name }) => name === "failover")) {
    await database.configure("synchronous_standby_names", "standby");
  }
  const nodes: ChatdNode[] = [];
  const clockFiles: string[] = [];
  for (let number = 0; number < options.nodes; number++) {
    const clockFile = join(database.folder, `clock-${number}`);
    writeFileSync(clockFile, "0");
    clockFiles.push(clockFile);
    const proxy = await FaultProxy.start(postgres.port);
    const place = ["--database", database.url(proxy.port, options.isEncrypted)];
    const secret = ["--database-password-file", database.passwordFile, ...certificate(postgres, options)];
    const more = [...nemeses.flatMap(({ args = [] }) => args), ...options.args];
    const env = needs.has("clock")
      ? { NODE_OPTIONS: `--import=${STEPPED_CLOCK}`, CHATD_TEST_CLOCK_FILE: clockFile }
      : {};
    const args = [...place, ...secret, "--lease", `${options.leaseMs}ms`, "--drain", "1s", ...more];
    const node = new ChatdNode(number, proxy, { launcher: options.launcher, args, env, stop });
    nodes.push(node);
    stack.defer(async () => {
      await node.close();
      node.remove();
    });
  }
  await Promise.all(nodes.map((node) => node.start()));
  if (needs.has("audit")) await keepDeleted(database);
  // The nodes listen already: whoever begins to listen now has to read through all of the queue.
  const fullQueue = needs.has("full-queue") ? await FullQueue.prepare(database) : null;
  return { nodes, database, leaseMs: options.leaseMs, standby, fullQueue, disk, clockFiles };
}

function certificate(postgres: Postgres, { isEncrypted }: StageOptions): readonly string[] {
  return isEncrypted ? ["--database-ca", join(postgres.folder, "data", "cert.pem")] : [];
}

/** Mounts a disk in memory and moves the database there; its log stays where it was. */
async function smallDisk(database: RunDatabase, stack: AsyncDisposableStack): Promise<string> {
  const disk = mkdtempSync(join(tmpdir(), "chatd-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK}`, "tmpfs", disk]);
  const { uid, gid } = statSync(join(database.postgres.folder, "data"));
  chownSync(disk, uid, gid);
  const { postgres, name } = database;
  await postgres.query("postgres", `create tablespace ${SMALL_DISK} location '${disk}'`);
  await postgres.query("postgres", `alter database ${name} set tablespace ${SMALL_DISK}`);
  stack.defer(async () => {
    await database.drop();
    await postgres.query("postgres", `drop tablespace ${SMALL_DISK}`);
    execFileSync("umount", [disk]);
    rmSync(disk, { recursive: true });
  });
  return disk;
}
