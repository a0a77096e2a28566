import type { Clock, Timer } from "../../ports/clock.ts";
import type { DatabaseConnection } from "../../postgres/connection.ts";
import { NodeIdentity } from "../../postgres/identity.ts";

/** Of the lease: how often it is renewed, and how long without it the node speaks for its people. */
const RENEW_PART = 0.2;
const SILENT_PART = 0.8;
const BATCHES_KEPT = 1;
/** Batches of nodes that are gone are forgotten after this: by then nobody asks how they went. */
const ORPHANS_KEPT = "1 hour";

export interface LeaseSettings {
  readonly leaseMs: number;
  /** Tell people which node it is. */
  readonly host: string;
  readonly version: string;
}

export interface LeaseHooks {
  /** The lease was renewed: the version of the people of every other node, by its id. */
  renewed(rosters: ReadonlyMap<number, number>): void;
  /** The lease had run out before it was renewed: meanwhile any node might have swept this one. */
  lapsed(): void;
  /** The database was restored: it has an older version of this node's people than it told. */
  restored(): void;
  /** This node bears another id now, under which the database knows nothing of it. */
  became(): void;
  isolated(isCutOff: boolean): void;
  /** Nodes died, and their people with them. */
  swept(nodes: readonly number[], sessions: readonly number[]): void;
  failed(error: unknown): void;
}

/** What a node does to be known as alive, and to find out which others are not. */
export class Lease {
  readonly identity: NodeIdentity;
  /** Ids that this node had: in a database that was restored it may be there under one of them, with its people. */
  readonly #former = new Set<number>();
  readonly #connection: DatabaseConnection;
  readonly #clock: Clock;
  readonly #settings: LeaseSettings;
  readonly #hooks: LeaseHooks;
  #upSince = 0;
  #next: Timer | null = null;
  #silence: Timer | null = null;
  #renewing: Promise<void> | null = null;
  #isCutOff = false;
  #isStopped = false;

  constructor(connection: DatabaseConnection, clock: Clock, settings: LeaseSettings, hooks: LeaseHooks) {
    this.#connection = connection;
    this.#clock = clock;
    this.#settings = settings;
    this.#hooks = hooks;
    this.identity = new NodeIdentity({ fenced: () => void this.renew(), restored: () => hooks.restored() });
  }

  /** Makes this node known. Rejects with a `StoreError`. */
  async start(): Promise<void> {
    await this.#register(this.identity.id);
    this.#renewed(this.#clock.monotonicMs());
    this.#renewLater();
  }

  /** Renews now. Never rejects. */
  renew(): Promise<void> {
    this.#next?.cancel();
    this.#renewing ??= this.#renew()
      .catch((error: unknown) => this.#hooks.failed(error))
      .finally(() => {
        this.#renewing = null;
        this.#renewLater();
      });
    return this.#renewing;
  }

  /** This node is gone on purpose, its names with it. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#next?.cancel();
    this.#silence?.cancel();
    await this.#renewing;
    await this.#connection.query(null, "delete from nodes where id = $1", [this.identity.id]).catch(() => {});
  }

  #renewLater(): void {
    if (this.#isStopped) return;
    this.#next?.cancel();
    this.#next = this.#clock.after(this.#settings.leaseMs * RENEW_PART, () => void this.renew());
  }

  async #renew(): Promise<void> {
    const sentMs = this.#clock.monotonicMs();
    const { id, version } = this.identity.signature;
    const rows = await this.#connection.query("renew", RENEW, [id]);
    const own = rows.find((row) => row["id"] === id);
    if (own) {
      this.#renewed(sentMs);
      const upSince = Number(own["up_since"]);
      if (Number(own["roster"]) < version) this.#hooks.restored();
      else if (upSince !== this.#upSince) this.#hooks.lapsed();
      this.#upSince = upSince;
    } else if (!this.#isStopped) {
      const next = this.identity.newId();
      this.#former.add(id);
      await this.#register(next);
      this.identity.become(next);
      this.#hooks.became();
      this.#renewed(sentMs);
    }
    const others = rows.filter((row) => row !== own && !this.#former.has(Number(row["id"])));
    this.#hooks.renewed(new Map(others.map((row) => [Number(row["id"]), Number(row["roster"])])));
    await this.#sweep();
  }

  async #register(id: number): Promise<void> {
    const { host, version, leaseMs } = this.#settings;
    const [row] = await this.#connection.query(null, REGISTER, [id, host, version, leaseMs, [...this.#former]]);
    this.#upSince = Number(row?.["up_since"]);
  }

  async #sweep(): Promise<void> {
    const [row] = await this.#connection.query("sweep", SWEEP, [this.identity.id]);
    const nodes = (row?.["nodes"] ?? []) as readonly number[];
    if (nodes.length === 0) return;
    this.#hooks.swept(nodes, (row?.["sessions"] ?? []) as readonly number[]);
    await this.#connection.query(null, FORGET_ORPHANS);
  }

  /** @param sentMs when the renewal was asked for: it may have been done as early as that */
  #renewed(sentMs: number): void {
    this.#silence?.cancel();
    const silentMs = this.#clock.monotonicMs() - sentMs;
    const restMs = this.#settings.leaseMs * SILENT_PART - silentMs;
    this.#silence = this.#clock.after(Math.max(restMs, 0), () => this.#setCutOff(true));
    if (restMs > 0) this.#setCutOff(false);
  }

  #setCutOff(isCutOff: boolean): void {
    if (this.#isCutOff === isCutOff || this.#isStopped) return;
    this.#isCutOff = isCutOff;
    this.#hooks.isolated(isCutOff);
  }
}

const MICROS = "(extract(epoch from up_since) * 1000000)::bigint as up_since";
const REGISTER = `
  with former as (delete from nodes where id = any ($5::bigint[]))
  insert into nodes (id, host, version, lease) values ($1, $2, $3, $4 * interval '1 millisecond') returning ${MICROS}`;
/** Also where the clock of the server was set back since: what was renewed by the other clock says nothing. */
const WAS_AWAY = "not renewed_at between clock_timestamp() - lease and clock_timestamp()";
/** The batches that were answered are of no use any more. All nodes come back: this one's absence says that it is gone. */
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
 * Only who has renewed for a whole lease, up to now, may judge: after an outage of the database, and after its clock was set
 * back, nobody is dead. A sweep that was asked for before that may run after it, before anything was renewed. Whoever renewed
 * more than a lease later than now did so before the clock was set back.
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
