import type { Bus } from "../../ports/bus.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Newcomer, PresenceListener } from "../../ports/presence.ts";
import { StoreError } from "../../ports/store-error.ts";
import { RosterPresence } from "../roster-presence.ts";
import { Lease, type LeaseSettings } from "./lease.ts";
import { LocalPeople } from "./local-people.ts";
import type { NodeIdentity } from "./node-identity.ts";
import type { NodeTable } from "./node-table.ts";
import type { PeopleTable } from "./people-table.ts";
import { RemotePeople } from "./remote-people.ts";

/** Part of the lease after which every other node has noticed that the database was restored. */
const PATIENCE_PART = 0.5;

export interface ClusterPresenceParts {
  readonly nodes: NodeTable;
  /** @param identity as which node its rows are written */
  readonly people: (identity: NodeIdentity) => PeopleTable;
  readonly bus: Bus;
  readonly clock: Clock;
  /** Called with every failure, which is tried again; and with null: the database answers. */
  readonly health: (error: unknown) => void;
}

/**
 * Names and rooms of all people of a cluster. The truth is in rows that all nodes share and that end with the lease of their
 * node: this node writes those of its own people, and knows those of the others by what they tell and by reading.
 */
export class ClusterPresence extends RosterPresence {
  readonly lease: Lease;
  readonly #table: PeopleTable;
  readonly #local: LocalPeople;
  readonly #remote: RemotePeople;
  readonly #bus: Bus;
  #listener: PresenceListener | null = null;
  #isIsolated = false;

  constructor({ nodes, people, bus, clock, health }: ClusterPresenceParts, settings: LeaseSettings) {
    super();
    this.#bus = bus;
    this.lease = new Lease(nodes, clock, settings, {
      renewed: (versions) => {
        health(null);
        this.#remote.compare(versions);
      },
      lapsed: () => this.#local.reconcile(),
      restored: () => {
        this.#local.reconcile(true);
        this.#listener?.rewound();
      },
      became: () => this.#local.claimAgain(),
      isolated: (isIsolated) => this.#setIsolated(isIsolated),
      swept: (dead, sessions) => this.#swept(dead, sessions),
      failed: health,
    });
    const node = this.lease.identity;
    this.#table = people(node);
    const { roster } = this;
    this.#local = new LocalPeople({ table: this.#table, roster, clock, node }, settings.leaseMs * PATIENCE_PART, {
      tell: (message) => bus.publish(message),
      unconfirmed: (session) => this.#listener?.unconfirmed(session),
      held: (session) => this.#listener?.held(session),
      ended: (sessions) => this.#listener?.died(sessions, true),
      lostName: (session) => this.#listener?.lostName(session),
      failed: health,
    });
    this.#remote = new RemotePeople(this.#table, roster, clock, {
      joined: (person, room) => this.#listener?.joined(person, room),
      left: (person, room) => this.#listener?.left(person, room),
      died: (sessions) => this.#listener?.died(sessions, false),
      failed: health,
    });
  }

  /** Rejects with a `StoreError`. */
  async start(): Promise<void> {
    this.#bus.listen({
      heard: (message) => {
        if (message.type === "people" && message.node !== this.lease.identity.id) this.#remote.hear(message);
      },
      mayHaveMissed: () => void this.lease.renew(),
    });
    await this.lease.start();
    await this.lease.renew();
    await this.#remote.read();
    this.#local.start();
  }

  async stop(): Promise<void> {
    this.#local.stop();
    await this.lease.stop();
  }

  override claim(newcomer: Newcomer): Promise<boolean> {
    if (!this.#isIsolated) return this.#local.claim(newcomer);
    return Promise.reject(new StoreError("unavailable", `claim ${newcomer.name.key}: this node is isolated`));
  }

  override release(session: number): void {
    this.#local.release(session);
  }

  override joined(session: number, room: number): void {
    this.#local.joined(session, room);
  }

  override left(session: number, room: number): void {
    this.#local.left(session, room);
  }

  override async goneOf(sessions: readonly number[]): Promise<readonly number[]> {
    const unknown = sessions.filter((id) => !this.roster.has(id));
    if (unknown.length === 0) return [];
    const present = await this.#table.present(unknown);
    return unknown.filter((id) => !present.has(id));
  }

  override listen(listener: PresenceListener): void {
    this.#listener = listener;
  }

  #swept(nodes: readonly number[], sessions: readonly number[]): void {
    for (const node of nodes) this.#remote.forget(node);
    this.#listener?.died(sessions, true);
  }

  #setIsolated(isIsolated: boolean): void {
    this.#isIsolated = isIsolated;
    this.#listener?.isolated(isIsolated);
  }
}
