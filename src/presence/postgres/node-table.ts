import type { DatabaseConnection } from "../../postgres/connection.ts";
import type { NewNode, NodeTable, Renewed, Swept } from "../cluster/node-table.ts";

/** Number of batches of a live node that are kept beside its last one. */
const BATCHES_KEPT = 1;
/** Age at which the batches of nodes that are gone are deleted: nobody asks for their outcome any more. */
const ORPHANS_KEPT = "1 hour";

/** The nodes of a cluster in PostgreSQL. Leases run out by the clock of the database server. */
export class PostgresNodeTable implements NodeTable {
  readonly #connection: Pick<DatabaseConnection, "query">;

  /** @param connection used for nothing else, so that a renewal waits for nothing */
  constructor(connection: Pick<DatabaseConnection, "query">) {
    this.#connection = connection;
  }

  async register({ id, host, version, leaseMs, former }: NewNode): Promise<number> {
    const [row] = await this.#connection.query(null, REGISTER, [id, host, version, leaseMs, former]);
    return Number(row?.["up_since"]);
  }

  async renew(id: number): Promise<Renewed> {
    const rows = await this.#connection.query("renew", RENEW, [id]);
    const own = rows.find((row) => row["id"] === id);
    const others = rows.filter((row) => row !== own);
    return {
      self: own ? { version: Number(own["roster"]), upSinceMicros: Number(own["up_since"]) } : null,
      others: new Map(others.map((row) => [Number(row["id"]), Number(row["roster"])])),
    };
  }

  async sweep(id: number, untilMicros: number | null): Promise<Swept> {
    const [row] = await this.#connection.query("sweep", SWEEP, [id, untilMicros]);
    const nodes = (row?.["dead"] ?? []) as readonly number[];
    // If this fails, the next sweep that removes a node does it.
    if (nodes.length > 0) void this.#connection.query(null, FORGET_ORPHANS).catch(() => {});
    return { nodes, sessions: untilMicros === null ? ((row?.["ended"] ?? []) as readonly number[]) : null };
  }

  async remove(id: number, isKept: boolean): Promise<void> {
    await this.#connection.query(null, REMOVE, [id, isKept]);
  }
}

const MICROS = "(extract(epoch from up_since) * 1000000)::bigint as up_since";
const REGISTER = `
  with former as (delete from nodes where id = any ($5::bigint[]))
  insert into nodes (id, host, version, lease) values ($1, $2, $3, $4 * interval '1 millisecond') returning ${MICROS}`;
/** Whether the lease had run out, or the clock of the server was set back since the last renewal. */
const WAS_AWAY = "not renewed_at between clock_timestamp() - lease and clock_timestamp()";
/** Renews the lease, deletes answered batches, and returns all nodes: without this one, if it was taken for dead. */
const RENEW = `
  with mine as (
    update nodes set renewed_at = clock_timestamp(),
        up_since = case when ${WAS_AWAY} then clock_timestamp() else up_since end
      where id = $1 returning id, roster, ${MICROS}
  ), trimmed as (
    delete from appends a where a.node_id = $1
       and a.batch < (select max(batch) - ${BATCHES_KEPT} from appends where node_id = $1)
  )
  select id, roster, up_since from mine
  union all
  select id, roster, null from nodes where id <> $1`;
const SWEEP = "select * from chatd_sweep_2($1, $2)";
const REMOVE = `
  with kept as (
    update nodes n set renewed_at = clock_timestamp() - lease - interval '1 second'
     where n.id = $1 and $2 and exists (select from names p where p.node_id = n.id) returning n.id
  )
  delete from nodes where id = $1 and not exists (select from kept)`;
const FORGET_ORPHANS = `
  delete from appends a where a.at < clock_timestamp() - interval '${ORPHANS_KEPT}'
     and not exists (select from nodes n where n.id = a.node_id)`;
