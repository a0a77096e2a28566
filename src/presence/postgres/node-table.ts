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

  async sweep(id: number): Promise<Swept> {
    const [row] = await this.#connection.query("sweep", SWEEP, [id]);
    const nodes = (row?.["nodes"] ?? []) as readonly number[];
    // If this fails, the next sweep that removes a node does it.
    if (nodes.length > 0) void this.#connection.query(null, FORGET_ORPHANS).catch(() => {});
    return { nodes, sessions: (row?.["sessions"] ?? []) as readonly number[] };
  }

  async remove(id: number): Promise<void> {
    await this.#connection.query(null, "delete from nodes where id = $1", [id]);
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
/**
 * Removes dead nodes, if this one has renewed for a whole lease, up to now: after an outage, or when the clock of the
 * database was set back, no node is dead. (A sweep that was sent before the outage may run after it, before any node
 * has renewed.) A renewal that is more than a lease in the future was made before the clock was set back.
 */
const SWEEP = `
  with dead as (
    select n.id from nodes n
     where not n.renewed_at between clock_timestamp() - n.lease and clock_timestamp() + n.lease
       and exists (
         select from nodes me
          where me.id = $1 and me.up_since + me.lease < clock_timestamp()
            and me.renewed_at between clock_timestamp() - me.lease and clock_timestamp())
     order by n.id for update skip locked
  ), people as (
    select session_id from names where node_id in (select id from dead)
  ), gone as (
    delete from nodes where id in (select id from dead) returning id
  )
  select (select array_agg(id) from gone) as nodes, (select array_agg(session_id) from people) as sessions`;
const FORGET_ORPHANS = `
  delete from appends a where a.at < clock_timestamp() - interval '${ORPHANS_KEPT}'
     and not exists (select from nodes n where n.id = a.node_id)`;
