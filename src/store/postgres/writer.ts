import { StoreError } from "../../ports/store-error.ts";
import type { DatabaseConnection, Row } from "../../postgres/connection.ts";
import type { NodeIdentity } from "../../postgres/node-identity.ts";

/** Maximum attempts at one write while the database does not answer. */
const WRITE_TRIES = 3;

/** Writes of everything but entries. Each attempt has a number, so that one that was given up and runs late has no effect. */
export class Writer {
  readonly #connection: Pick<DatabaseConnection, "query">;
  readonly #identity: NodeIdentity;
  #attempts = 0;

  constructor(connection: Pick<DatabaseConnection, "query">, identity: NodeIdentity) {
    this.#connection = connection;
    this.#identity = identity;
  }

  /** As `write`, again while the database does not answer: for attempts that find what an unanswered one has done. */
  async tryToWrite(what: string, text: string, values: readonly unknown[], wanted: readonly string[]): Promise<Row> {
    for (let tries = 1; ; tries++) {
      try {
        const [row = {}] = await this.write(what, text, values, wanted);
        return row;
      } catch (error) {
        if (!mayPass(error) || tries === WRITE_TRIES) throw error;
      }
    }
  }

  /** Makes one attempt to write, and returns its rows. Rejects with a `StoreError`, also for an unwanted state. */
  async write(
    what: string,
    text: string,
    values: readonly unknown[],
    wanted: readonly string[],
  ): Promise<readonly Row[]> {
    const { signature } = this.#identity;
    const rows = await this.#connection.query(null, text, [signature.id, (this.#attempts += 1), ...values]);
    const state = String(rows[0]?.["state"]);
    if (!wanted.includes(state)) throw this.#identity.refusal(what, state, signature);
    return rows;
  }
}

function mayPass(error: unknown): boolean {
  return error instanceof StoreError && (error.code === "unavailable" || error.code === "unreached");
}
