import type { NameKey } from "../../domain/names.ts";
import type { Whereabouts } from "../../ports/cluster-message.ts";
import type { DatabaseConnection, Row } from "../../postgres/connection.ts";
import type { NodeIdentity } from "../../postgres/node-identity.ts";
import type { NodePeople, PeopleTable, Written } from "../cluster/people-table.ts";
import type { LocalPerson } from "../roster.ts";

/** The people of a cluster in PostgreSQL. Every write has a number, so that an attempt that runs late has no effect. */
export class PostgresPeopleTable implements PeopleTable {
  readonly #connection: Pick<DatabaseConnection, "query">;
  readonly #identity: NodeIdentity;
  #attempts = 0;

  constructor(connection: Pick<DatabaseConnection, "query">, identity: NodeIdentity) {
    this.#connection = connection;
    this.#identity = identity;
  }

  release(sessions: readonly number[]): Promise<Written> {
    return this.#write("release names", "release", RELEASE, [sessions]);
  }

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

  async ownSessions(): Promise<{ readonly version: number; readonly sessions: ReadonlySet<number> }> {
    const { signature } = this.#identity;
    const rows = await this.#connection.query(null, SESSIONS, [signature.id]);
    const [first] = rows;
    if (!first) throw this.#identity.refusal("compare names", "fenced", signature);
    const sessions = rows.filter((row) => row["session_id"] !== null).map((row) => Number(row["session_id"]));
    return { version: Number(first["roster"]), sessions: new Set(sessions) };
  }

  async peopleOf(nodes: readonly number[]): Promise<ReadonlyMap<number, NodePeople>> {
    const rows = await this.#connection.query("people", PEOPLE, [nodes]);
    const byNode = Map.groupBy(rows, (row) => Number(row["id"]));
    return new Map([...byNode].map(([node, own]) => [node, toNodePeople(own)]));
  }

  async present(sessions: readonly number[]): Promise<ReadonlySet<number>> {
    const rows = await this.#connection.query(null, PRESENT, [sessions]);
    return new Set(rows.map((row) => Number(row["session_id"])));
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
const PEOPLE = `
  select n.id, n.roster, p.key, p.shown, p.session_id, p.address, p.since, p.rooms
    from nodes n left join names p on p.node_id = n.id where n.id = any ($1::bigint[])`;
const PRESENT = "select session_id from names where session_id = any ($1)";

/** @param rows all rows of one node: at least one */
function toNodePeople(rows: readonly Row[]): NodePeople {
  const people = rows.filter((row) => row["session_id"] !== null).map(toWhereabouts);
  return { version: Number(rows[0]?.["roster"]), people };
}

function toWhereabouts(row: Row): Whereabouts {
  const rooms = Object.entries(row["rooms"] as Readonly<Record<string, number>>);
  return {
    id: Number(row["session_id"]),
    // Keys were made by `parseUserName` before they were stored.
    name: { key: String(row["key"]) as NameKey, shown: String(row["shown"]) },
    address: String(row["address"]),
    sinceMicros: Number(row["since"]),
    rooms: new Map(rooms.map(([room, sinceMicros]) => [Number(room), sinceMicros])),
  };
}

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
