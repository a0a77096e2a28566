import type { Clock, Timer } from "../../ports/clock.ts";
import { NodeIdentity } from "../../postgres/node-identity.ts";
import type { NodeTable } from "./node-table.ts";

/** Interval between renewals, as a part of the lease. */
const RENEW_PART = 0.2;
/** Time without a renewal after which this node is isolated, as a part of the lease. */
const SILENT_PART = 0.8;

export interface LeaseSettings {
  readonly leaseMs: number;
  readonly host: string;
  readonly version: string;
  /** Returns how long people of a node whose lease has run out may come back, in milliseconds; 0: they end with it. */
  readonly graceMs: () => number;
}

export interface LeaseHooks {
  /** The lease was renewed. `versions`: the version of the people of every other node, by node id. */
  renewed(versions: ReadonlyMap<number, number>): void;
  /** The lease had run out before it was renewed, so any node might have swept this one meanwhile. */
  lapsed(): void;
  /** The database was restored: it has an older version of the people of this node than it had reported before. */
  restored(): void;
  /** This node has a new id, under which the database has none of its people. */
  became(): void;
  isolated(isIsolated: boolean): void;
  /** Dead nodes were removed, and with them the sessions of their people. Null: their rows are this node's now. */
  swept(nodes: readonly number[], sessions: readonly number[] | null): void;
  failed(error: unknown): void;
}

/** Renews the lease of this node, and sweeps nodes whose leases have run out. */
export class Lease {
  readonly identity: NodeIdentity;
  readonly #table: NodeTable;
  readonly #clock: Clock;
  readonly #settings: LeaseSettings;
  readonly #hooks: LeaseHooks;
  #upSinceMicros = 0;
  #next: Timer | null = null;
  #silence: Timer | null = null;
  #renewing: Promise<void> | null = null;
  #isIsolated = false;
  #isStopped = false;

  constructor(table: NodeTable, clock: Clock, settings: LeaseSettings, hooks: LeaseHooks) {
    this.#table = table;
    this.#clock = clock;
    this.#settings = settings;
    this.#hooks = hooks;
    this.identity = new NodeIdentity({ fenced: () => void this.renew(), restored: () => hooks.restored() });
  }

  /** Registers this node, and begins to renew its lease. Rejects with a `StoreError`. */
  async start(): Promise<void> {
    await this.#register(this.identity.id, this.identity.former);
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

  /** Removes this node, and with it the names of its people. Those who may come back are left to the next sweep. Never rejects. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#next?.cancel();
    this.#silence?.cancel();
    await this.#renewing;
    await this.#table.remove(this.identity.id, this.#settings.graceMs() > 0).catch(() => {});
  }

  #renewLater(): void {
    if (this.#isStopped) return;
    this.#next?.cancel();
    this.#next = this.#clock.after(this.#settings.leaseMs * RENEW_PART, () => void this.renew());
  }

  async #renew(): Promise<void> {
    const sentMs = this.#clock.monotonicMs();
    const { id, version } = this.identity.signature;
    const { self, others } = await this.#table.renew(id);
    if (self) {
      this.#renewed(sentMs);
      if (self.version < version) this.#hooks.restored();
      else if (self.upSinceMicros !== this.#upSinceMicros) this.#hooks.lapsed();
      this.#upSinceMicros = self.upSinceMicros;
    } else if (!this.#isStopped) {
      const next = this.identity.newId();
      await this.#register(next, [...this.identity.former, id]);
      this.identity.become(next);
      this.#hooks.became();
      this.#renewed(sentMs);
    }
    const { former } = this.identity;
    this.#hooks.renewed(new Map([...others].filter(([node]) => !former.includes(node))));
    await this.#sweep();
  }

  async #register(id: number, former: readonly number[]): Promise<void> {
    const { host, version, leaseMs } = this.#settings;
    this.#upSinceMicros = await this.#table.register({ id, host, version, leaseMs, former });
  }

  async #sweep(): Promise<void> {
    const graceMs = this.#settings.graceMs();
    const untilMicros = graceMs === 0 ? null : this.#clock.micros() + graceMs * 1000;
    const { nodes, sessions } = await this.#table.sweep(this.identity.id, untilMicros);
    if (nodes.length > 0) this.#hooks.swept(nodes, sessions);
  }

  /** @param sentMs monotonic time of the request: the database may have renewed the lease as early as that */
  #renewed(sentMs: number): void {
    this.#silence?.cancel();
    const silentMs = this.#clock.monotonicMs() - sentMs;
    const restMs = this.#settings.leaseMs * SILENT_PART - silentMs;
    this.#silence = this.#clock.after(Math.max(restMs, 0), () => this.#setIsolated(true));
    if (restMs > 0) this.#setIsolated(false);
  }

  #setIsolated(isIsolated: boolean): void {
    if (this.#isIsolated === isIsolated || this.#isStopped) return;
    this.#isIsolated = isIsolated;
    this.#hooks.isolated(isIsolated);
  }
}
