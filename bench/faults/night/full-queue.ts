import type { Client } from "pg";
import type { RunDatabase } from "./run-database.ts";

const CHANNEL = "faults_of_nobody";
/** The longest that PostgreSQL takes. */
const PAYLOAD_BYTES = 7999;
const PER_STATEMENT = 5000;
/** Left free for the time before it is to be full. */
const NEARLY = 0.99;
const QUEUE_IS_FULL = "54000";

/**
 * The queue of notifications of a server, kept from being emptied by a session that listens and stays in a transaction.
 * It takes 8 GiB of the disk of PostgreSQL 15.
 */
export class FullQueue {
  readonly #listener: Client;
  readonly #pid: number;
  readonly #database: RunDatabase;
  #sent = 0;

  private constructor(listener: Client, pid: number, database: RunDatabase) {
    this.#listener = listener;
    this.#pid = pid;
    this.#database = database;
  }

  /** Returns when the queue is nearly full, after some minutes. */
  static async prepare(database: RunDatabase): Promise<FullQueue> {
    const listener = await database.session();
    await listener.query(`listen ${CHANNEL}`);
    await listener.query("begin");
    const { rows } = await listener.query<{ pid: number }>("select pg_backend_pid() as pid");
    const queue = new FullQueue(listener, rows[0]?.pid ?? 0, database);
    await queue.#fill(NEARLY, PER_STATEMENT);
    return queue;
  }

  /** Returns when nobody can notify anybody. */
  async fill(): Promise<void> {
    await this.#fill(1, PER_STATEMENT);
    await this.#fill(1, 1);
  }

  async release(): Promise<void> {
    // It would be sent all of the queue if it ended its transaction.
    await this.#database.query("select pg_terminate_backend($1)", [this.#pid]);
    await this.#listener.end().catch(() => {});
  }

  async #fill(part: number, atOnce: number): Promise<void> {
    const session = await this.#database.session();
    try {
      for (let usage = 0; usage < part;) {
        await session.query(
          "select count(pg_notify($1, lpad(i::text, $2, '0'))) from generate_series($3::int, $4::int) i",
          [CHANNEL, PAYLOAD_BYTES, this.#sent + 1, (this.#sent += atOnce)],
        );
        const { rows } = await session.query<{ usage: number }>("select pg_notification_queue_usage() as usage");
        usage = rows[0]?.usage ?? 0;
      }
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === QUEUE_IS_FULL)) throw error;
    } finally {
      await session.end();
    }
  }
}
