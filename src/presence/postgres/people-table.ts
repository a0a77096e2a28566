import type { Newcomer } from "../../ports/presence.ts";
import type { DatabaseConnection, Row } from "../../postgres/connection.ts";
import type { NodeIdentity } from "../../postgres/identity.ts";

/** Somebody of this node. */
export interface LocalPerson extends Newcomer {
  /** The rooms they are in, by id, and since when, in microseconds since 1970. */
  readonly rooms: Map<number, number>;
}

/** A name that is asked for. */
export interface Claim {
  readonly own: LocalPerson;
  /** @param renewed where somebody else holds the name: when their node renewed its lease */
  readonly settle: (isHeld: boolean, renewed: number) => void;
  /** Whether they hold the name is not known. */
  readonly fail: (error: unknown) => void;
  /** Whether anybody still waits for it. */
  readonly isWanted: () => boolean;
}

/** A change of this node's people that was written. */
export interface Written {
  readonly node: number;
  /** The version of them that it names, and the one before it. */
  readonly version: number;
  readonly previous: number;
  /** Of those who asked for a name, the sessions that hold theirs. */
  readonly held: ReadonlySet<number>;
  /** Of the others, when the node of whoever holds it renewed its lease, in microseconds, by session. */
  readonly renewed: ReadonlyMap<number, number>;
}

/**
 * The rows of this node's people in the database. Every write is an attempt with a number: one that was given up, and runs
 * after a later one, has no effect. Rejects with `StoreError`s; `fenced`: nothing was done, as this node was taken for dead or
 * the database was restored.
 */
export class PeopleTable {
  readonly #connection: Pick<DatabaseConnection, "query">;
  readonly #identity: NodeIdentity;
  #attempts = 0;

  constructor(connection: Pick<DatabaseConnection, "query">, identity: NodeIdentity) {
    this.#connection = connection;
    this.#identity = identity;
  }

  /** These sessions hold no names any more. */
  release(sessions: readonly number[]): Promise<Written> {
    return this.#write("release names", "release", RELEASE, [sessions]);
  }

  /** Takes names, where nobody holds them, and tells in which rooms people are. */
  put(claimed: readonly LocalPerson[], moved: readonly LocalPerson[]): Promise<Written> {
    return this.#write("claim names", "presence", PRESENCE, [
      claimed.map(({ name }) => name.key),
      claimed.map(({ name }) => name.shown),
      claimed.map(({ id }) => id),
      claimed.map(({ address }) => address),
      claimed.map(({ sinceMicros }) => sinceMicros),
      claimed.map(({ rooms }) => roomsJson(rooms)),
      moved.map(({ id }) => id),
      moved.map(({ rooms }) => roomsJson(rooms)),
    ]);
  }

  /** The sessions of this node that hold names, and the version of that. */
  async read(): Promise<{ readonly version: number; readonly sessions: ReadonlySet<number> }> {
    const { signature } = this.#identity;
    const rows = await this.#connection.query(null, SESSIONS, [signature.id]);
    const [first] = rows;
    if (!first) throw this.#identity.refusal("compare names", "fenced", signature);
    const sessions = rows.filter((row) => row["session_id"] !== null).map((row) => Number(row["session_id"]));
    return { version: Number(first["roster"]), sessions: new Set(sessions) };
  }

  async #write(what: string, name: string, text: string, values: readonly unknown[]): Promise<Written> {
    const { signature } = this.#identity;
    const { id, version: known } = signature;
    const [row = {}] = await this.#connection.query(name, text, [id, (this.#attempts += 1), known, ...values]);
    if (row["state"] !== "done") throw this.#identity.refusal(what, String(row["state"]), signature);
    const [version, previous] = [Number(row["roster"]), Number(row["before"])];
    this.#identity.told(signature, version);
    return { node: id, version, previous, held: new Set(column(row, "held")), renewed: renewedIn(row) };
  }
}

const RELEASE = "select * from chatd_release_2($1, $2, $3, $4)";
const PRESENCE = "select * from chatd_presence_2($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const SESSIONS = `
  select n.roster, p.session_id from nodes n left join names p on p.node_id = n.id where n.id = $1`;

function column(row: Row, name: string): readonly number[] {
  return (row[name] ?? []) as readonly number[];
}

function renewedIn(row: Row): ReadonlyMap<number, number> {
  const renewed = column(row, "renewed");
  return new Map(column(row, "refused").map((session, i) => [session, renewed[i] ?? 0]));
}

function roomsJson(rooms: ReadonlyMap<number, number>): string {
  return JSON.stringify(Object.fromEntries(rooms));
}
