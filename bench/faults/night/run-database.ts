import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { Postgres } from "../../../tools/postgres.ts";

/** A session of the server that belongs to a node. */
export interface Backend {
  readonly pid: number;
  /** What the node uses it for: `append`, `lease` … */
  readonly purpose: string;
}

type Rows = readonly Readonly<Record<string, unknown>>[];

/**
 * The database of one run, on the server that is the primary at the moment. The nodes come in as a user of their own
 * with no special rights; what is asked here is asked as the superuser, whatever happens to that user.
 */
export class RunDatabase {
  readonly name: string;
  /** Whom the nodes log in as. */
  readonly user: string;
  readonly postgres: Postgres;
  readonly #folder = mkdtempSync(join(tmpdir(), "chatd-password-"));
  #port: number;
  #passwords = 1;

  private constructor(postgres: Postgres, name: string) {
    this.postgres = postgres;
    this.name = name;
    this.user = `node_of_${name}`;
    this.#port = postgres.port;
    this.writePassword();
  }

  static async create(postgres: Postgres): Promise<RunDatabase> {
    const name = new URL(await postgres.database()).pathname.slice(1);
    const database = new RunDatabase(postgres, name);
    await database.setPassword();
    await database.query(`alter database ${name} owner to ${database.user}`);
    await database.query(`alter schema public owner to ${database.user}`);
    return database;
  }

  get port(): number {
    return this.#port;
  }

  /** For files of the run that are gone with it. */
  get folder(): string {
    return this.#folder;
  }

  get passwordFile(): string {
    return join(this.#folder, "password");
  }

  /** For a node whose way to the database is this port. */
  url(port: number, isEncrypted: boolean): string {
    return `postgres://${this.user}@127.0.0.1:${port}/${this.name}${isEncrypted ? "?sslmode=require" : ""}`;
  }

  /** Makes the user where it is missing, and gives it the password that `writePassword` writes. */
  async setPassword(): Promise<void> {
    const exists = await this.query("select from pg_roles where rolname = $1", [this.user]);
    const verb = exists.length > 0 ? "alter" : "create";
    await this.query(`${verb} role ${this.user} login password '${this.#password}'`);
  }

  /** Gives the user another password, which the nodes know from `writePassword` on. */
  async changePassword(): Promise<void> {
    this.#passwords += 1;
    await this.setPassword();
  }

  writePassword(): void {
    writeFileSync(this.passwordFile, this.#password);
  }

  /** Another server is the primary now. */
  movedTo(port: number): void {
    this.#port = port;
  }

  /** A session of the superuser, which ends with `end()`. */
  async session(): Promise<pg.Client> {
    return await connect(this.postgres.url(this.name, this.#port));
  }

  /** A session of the nodes' user. */
  async nodeSession(): Promise<pg.Client> {
    const url = new URL(this.url(this.#port, false));
    url.password = this.#password;
    return await connect(url.href);
  }

  async query(text: string, values: readonly unknown[] = []): Promise<Rows> {
    const client = await this.session();
    try {
      return (await client.query<Record<string, unknown>>(text, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  /** Sets a setting of the whole server without a restart; null: takes it back. */
  async configure(setting: string, value: string | null): Promise<void> {
    await this.query(value === null ? `alter system reset ${setting}` : `alter system set ${setting} = '${value}'`);
    await this.query("select pg_reload_conf()");
    // A standby that was behind may not know the last password.
    await this.setPassword();
    this.writePassword();
  }

  /** Takes back whatever was set or forbidden, also by a fault that could not begin. */
  async calm(): Promise<void> {
    await this.query("alter system reset all");
    await this.query("select pg_reload_conf()");
    await this.query("grant execute on function pg_notify(text, text) to public");
  }

  /** The nodes' sessions, those of this purpose where one is named. */
  async backends(purpose: string | null = null): Promise<readonly Backend[]> {
    const rows = await this.query(
      `select pid, substr(application_name, 7) as purpose from pg_stat_activity
        where datname = $1 and application_name like 'chatd %' order by pid`,
      [this.name],
    );
    return rows
      .map((row) => ({ pid: Number(row["pid"]), purpose: String(row["purpose"]) }))
      .filter((backend) => purpose === null || backend.purpose === purpose);
  }

  /** Leaves it where it is. */
  forget(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async drop(): Promise<void> {
    this.forget();
    await this.postgres.query("postgres", `drop database if exists ${this.name} with (force)`);
    await this.postgres.query("postgres", `drop role if exists ${this.user}`);
  }

  get #password(): string {
    return `password ${this.#passwords}`;
  }
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString,
    // Where a fault makes all transactions read-only, or commits wait, that is not for us.
    options: "-c default_transaction_read_only=off -c synchronous_commit=local",
  });
  // What ends it is told by the next query.
  client.on("error", () => {});
  await client.connect();
  return client;
}
