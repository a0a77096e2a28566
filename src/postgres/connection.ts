import pg from "pg";
import type { Clock } from "../ports/clock.ts";
import { StoreError } from "../ports/store-error.ts";
import { inTime } from "../ports/in-time.ts";
import { sqlStateOf, toStoreError } from "./failures.ts";
import type { Credentials } from "./login.ts";

const CONNECT_DEADLINE_MS = 5000;
/** Maximum time to wait after a statement's deadline, at which the server ends it; also as a part of the deadline. */
const MAX_GRACE_MS = 1000;
const GRACE_PART = 0.5;
const END_DEADLINE_MS = 1000;
/** Time before another attempt to connect: it doubles with each failure, up to the maximum. */
const FIRST_REST_MS = 100;
const MAX_REST_MS = 2000;
const INT8 = 20;
const INT8_ARRAY = 1016;

export interface ConnectionOptions {
  /** What the connection is for: the server shows it (`pg_stat_activity.application_name`), and failures name it. */
  readonly purpose: string;
  /** Settings of the server for this connection, beside those of all connections. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Maximum time of a statement. */
  readonly deadlineMs: number;
  /** Maximum time before another attempt to connect; by default 2 s. */
  readonly maxRestMs?: number;
  /** Called with each new client before anything else is done with it. */
  readonly onConnect?: (client: pg.Client) => Promise<void>;
  /** Called when the connection has ended other than by `close`. */
  readonly onDrop?: () => void;
}

/** Settings of the server for all connections. */
const SETTINGS: Readonly<Record<string, string>> = {
  jit: "off",
  // Rules out most plans that were made while a table was small, and would read all of it when it is large.
  enable_seqscan: "off",
  lock_timeout: "5s",
  idle_in_transaction_session_timeout: "10s",
  // A server that dies without a word is noticed after 8 s, and a statement ends when its client is gone.
  tcp_user_timeout: "8s",
  tcp_keepalives_idle: "5",
  tcp_keepalives_interval: "2",
  tcp_keepalives_count: "3",
  // With other values, which the database may have by default, these would break what the chat promises.
  synchronous_commit: "on",
  default_transaction_isolation: "read committed",
};

/** For functions that are called all the time: one plan for all values, kept until the tables' statistics change. */
export const GENERIC_PLANS: Readonly<Record<string, string>> = { plan_cache_mode: "force_generic_plan" };

/** Whole numbers come as numbers: ids are below 2 ** 53, times are microseconds since 1970. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format: "text" | "binary" = "text") => {
    if (oid === INT8) return Number;
    const parse = pg.types.getTypeParser(oid, format as "text") as (text: string) => unknown;
    return oid === INT8_ARRAY ? (text: string) => (parse(text) as string[]).map(Number) : parse;
  }) as typeof pg.types.getTypeParser,
};

export type Row = Readonly<Record<string, unknown>>;

interface Question {
  readonly config: pg.QueryConfig;
  readonly resolve: (rows: readonly Row[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One connection to PostgreSQL, which the next query makes again when it was lost. Queries go one after the other, and
 * reject with `StoreError`s. One without an answer in time ends the connection; it may or may not have taken effect.
 */
export class DatabaseConnection {
  readonly #login: Credentials;
  readonly #clock: Clock;
  readonly #options: ConnectionOptions;
  #client: Promise<pg.Client> | null = null;
  /** The client of `#client`, once it is connected. */
  #current: pg.Client | null = null;
  readonly #waiting: Question[] = [];
  #isAsking = false;
  #isClosed = false;
  /** When another attempt to connect may be made (monotonic), and the error of queries until then. */
  #rest: { readonly untilMs: number; readonly error: StoreError } | null = null;
  #failures = 0;

  constructor(login: Credentials, clock: Clock, options: ConnectionOptions) {
    this.#login = login;
    this.#clock = clock;
    this.#options = options;
  }

  /** Resolves with the rows. @param name of a statement that is prepared once per connection; null: a rare one */
  query(name: string | null, text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const config = { text, values: [...values], ...(name === null ? {} : { name }) };
    return new Promise((resolve, reject) => {
      this.#waiting.push({ config, resolve, reject });
      if (!this.#isAsking) void this.#askAll();
    });
  }

  /** Resolves with the connected client. Rejects with a `StoreError`: `unreached` where a later attempt may succeed. */
  async connected(): Promise<pg.Client> {
    if (this.#isClosed) throw new StoreError("unreached", `connect to ${this.#login.shown}: it was closed`);
    if (!this.#client && this.#rest && this.#clock.monotonicMs() < this.#rest.untilMs) throw this.#rest.error;
    this.#client ??= this.#connect();
    return await this.#client;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const client = await this.#client?.catch(() => null);
    this.#client = null;
    if (!client) return;
    const timer = this.#clock.after(END_DEADLINE_MS, () => cut(client));
    await client.end().catch(() => {});
    timer.cancel();
  }

  async #askAll(): Promise<void> {
    this.#isAsking = true;
    while (this.#waiting.length > 0) {
      try {
        const client = await this.connected();
        const question = this.#waiting.shift();
        if (question) await this.#ask(client, question);
      } catch (error) {
        // Queries that wait for a server that is away fail at once.
        for (const { reject } of this.#waiting.splice(0)) reject(error);
      }
    }
    this.#isAsking = false;
  }

  async #ask(client: pg.Client, { config, resolve, reject }: Question): Promise<void> {
    const what = `ask ${this.#login.shown} (${this.#options.purpose})`;
    const { deadlineMs } = this.#options;
    const patienceMs = deadlineMs + Math.min(deadlineMs * GRACE_PART, MAX_GRACE_MS);
    const late = (): Error => new StoreError("unavailable", `${what}: no answer within ${patienceMs} ms`);
    try {
      const { rows } = await inTime(client.query<Row>(config), patienceMs, this.#clock, late);
      resolve(rows);
    } catch (error) {
      // Without an answer from the server, the connection may be broken.
      if (sqlStateOf(error) === null) this.#drop(client);
      reject(toStoreError(what, error));
    }
  }

  async #connect(): Promise<pg.Client> {
    try {
      const client = await this.#open();
      this.#failures = 0;
      this.#current = client;
      return client;
    } catch (error) {
      this.#client = null;
      this.#login.failed(error);
      const { code, message } = toStoreError(`connect to ${this.#login.shown}`, error);
      const failed = new StoreError(code === "unavailable" ? "unreached" : code, message, { cause: error });
      this.#restFor(failed);
      throw failed;
    }
  }

  /** Connects, with one deadline for all steps: the server may be lost between any two of its answers. */
  async #open(): Promise<pg.Client> {
    const { purpose, deadlineMs } = this.#options;
    const readyMs = Math.min(deadlineMs, CONNECT_DEADLINE_MS);
    const client = new pg.Client({
      ...(await this.#login.options()),
      application_name: `chatd ${purpose}`,
      connectionTimeoutMillis: readyMs,
      keepAlive: true,
      types,
    });
    // The client itself rejects the queries that wait.
    client.on("error", () => this.#drop(client));
    client.once("end", () => {
      this.#drop(client);
      if (!this.#isClosed) this.#options.onDrop?.();
    });
    const what = `connect to ${this.#login.shown} (${purpose})`;
    const late = (): Error => new StoreError("unavailable", `${what}: not within ${readyMs} ms`);
    try {
      await inTime(this.#makeReady(client), readyMs, this.#clock, late);
      return client;
    } catch (error) {
      cut(client);
      throw error;
    }
  }

  async #makeReady(client: pg.Client): Promise<void> {
    await client.connect();
    const { settings, deadlineMs } = this.#options;
    const all = { ...SETTINGS, statement_timeout: `${deadlineMs}ms`, ...settings };
    await client.query("select set_config(n, v, false) from unnest($1::text[], $2::text[]) t(n, v)", [
      Object.keys(all),
      Object.values(all),
    ]);
    await refuseUnfit(client, this.#login.shown);
    await this.#options.onConnect?.(client);
  }

  /** Sets the time before the next attempt, at random: nodes that lose a database together must not return together. */
  #restFor(error: StoreError): void {
    const ms =
      Math.min(FIRST_REST_MS * 2 ** this.#failures, this.#options.maxRestMs ?? MAX_REST_MS) * (0.5 + Math.random() / 2);
    this.#failures += 1;
    this.#rest = { untilMs: this.#clock.monotonicMs() + ms, error };
  }

  #drop(client: pg.Client): void {
    cut(client);
    if (this.#current !== client) return;
    this.#current = null;
    this.#client = null;
  }
}

/** Throws where the database stores nothing, or may lose what it has stored. */
async function refuseUnfit(client: pg.Client, shown: string): Promise<void> {
  const { rows } = await client.query<Row>(
    `select pg_is_in_recovery() as standby, current_setting('fsync') as fsync,
            current_setting('transaction_read_only') as read_only,
            current_setting('server_version_num')::int as version`,
  );
  const [row = {}] = rows;
  const why =
    row["standby"] === true
      ? "this server is a standby: name the primary"
      : row["read_only"] === "on"
        ? "this database is read-only: name one that can be written to"
        : row["fsync"] !== "on"
          ? "fsync is off: a crash could lose what was said"
          : Number(row["version"]) < 150_000
            ? "chatd needs PostgreSQL 15 or newer"
            : null;
  // Not `broken`: a standby may become the primary, and this name may lead to another server in a moment.
  if (why !== null) throw new StoreError("unavailable", `connect to ${shown}: ${why}`);
}

function cut(client: pg.Client): void {
  // The types of the client do not show the socket, and there is no other way to leave a server that does not answer.
  const { connection } = client as unknown as { connection: { stream: { destroy(): void } } };
  connection.stream.destroy();
}
