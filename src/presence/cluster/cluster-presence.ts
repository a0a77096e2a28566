import type { NameKey } from "../../domain/names.ts";
import type { UserRef } from "../../domain/principal.ts";
import type { Absence, Leaving, Placed } from "../../ports/absence.ts";
import type { Bus } from "../../ports/bus.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Claimed, Newcomer, Presence, PresenceListener } from "../../ports/presence.ts";
import { StoreError } from "../../ports/store-error.ts";
import { Absences, type NetworkOf } from "../absences.ts";
import { Roster } from "../roster.ts";
import { Lease, type LeaseSettings } from "./lease.ts";
import { LocalPeople } from "./local-people.ts";
import { OwnPeople } from "./own-people.ts";
import type { NodeIdentity } from "../../postgres/node-identity.ts";
import type { NodeTable } from "./node-table.ts";
import type { PeopleTable } from "./people-table.ts";
import { PlaceWrites } from "./place-writes.ts";
import { RemotePeople } from "./remote-people.ts";

/** Part of the lease after which every other node has noticed that the database was restored. */
const PATIENCE_PART = 0.5;

export interface ClusterPresenceParts {
  readonly nodes: NodeTable;
  /** @param identity the node as which the rows are written */
  readonly people: (identity: NodeIdentity) => PeopleTable;
  readonly bus: Bus;
  readonly clock: Clock;
  /** Called with every failure (the call is tried again), and with null when the database answers. */
  readonly health: (error: unknown) => void;
  readonly networkOf?: NetworkOf;
}

/**
 * Names and rooms of all people of a cluster, in rows that all nodes share. With the lease of their node they end, or, where
 * people may come back, another node takes them over.
 */
export class ClusterPresence extends Roster implements Presence {
  readonly lease: Lease;
  readonly #table: PeopleTable;
  readonly #own: OwnPeople;
  readonly #local: LocalPeople;
  readonly #remote: RemotePeople;
  readonly #placeWrites: PlaceWrites;
  readonly #bus: Bus;
  #listener: PresenceListener | null = null;
  #isIsolated = false;

  constructor({ nodes, people, bus, clock, health, networkOf }: ClusterPresenceParts, settings: LeaseSettings) {
    super();
    this.#bus = bus;
    const { graceMs } = settings;
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
    const over = (sessions: readonly number[]): void => {
      for (const session of sessions) this.#local.endAway(session);
    };
    this.#own = new OwnPeople(this, new Absences(clock, over, networkOf));
    const parts = { table: this.#table, own: this.#own, roster: this, clock, node };
    this.#local = new LocalPeople(
      parts,
      { patienceMs: settings.leaseMs * PATIENCE_PART, graceMs },
      {
        tell: (message) => bus.publish(message),
        took: (session) => this.#remote.remove(session),
        isElsewhere: (session) => this.#remote.has(session),
        unconfirmed: (session) => this.#listener?.unconfirmed(session),
        held: (session) => this.#listener?.held(session),
        ended: (sessions) => this.#listener?.died(sessions, true),
        lostName: (session) => {
          // Somebody may have come back to it at another node, of whom nothing was believed until now.
          this.#remote.readAgain();
          this.#listener?.lostName(session);
        },
        failed: health,
      },
    );
    this.#placeWrites = new PlaceWrites(clock, (session) => this.#local.moved(session));
    this.#remote = new RemotePeople(this.#table, this, clock, graceMs, {
      isOwn: (session, version) => this.#local.keeps(session, version),
      joined: (person, room) => this.#listener?.joined(person, room),
      left: (person, room) => this.#listener?.left(person, room),
      died: (sessions) => this.#listener?.died(sessions, false),
      failed: health,
    });
  }

  /** Registers this node, and reads the people of the others. Rejects with a `StoreError`. */
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
    await this.#local.stop();
    await this.lease.stop();
  }

  async claim(newcomer: Newcomer): Promise<Claimed> {
    if (this.#isIsolated) throw new StoreError("unavailable", `claim ${newcomer.name.key}: this node is isolated`);
    return await this.#local.claim(newcomer);
  }

  arrived(session: Placed): void {
    this.#own.arrived(session);
    this.#local.moved(session.id);
  }

  moved(session: number): void {
    this.#placeWrites.add(session);
  }

  keepNoLongerThan(untilMicros: number): void {
    for (const session of this.#own.shorten(untilMicros)) this.#local.moved(session);
  }

  release(session: number): void {
    this.#local.release(session);
  }

  depart(session: number, leaving: Leaving): void {
    this.#local.depart(session, leaving);
  }

  isAway(session: number): boolean {
    return this.#own.isAway(session) || this.#remote.isAway(session);
  }

  awayAs(key: NameKey): Absence | null {
    return this.#own.awayAs(key) ?? this.#remote.away.byName(key);
  }

  *away(): Iterable<Absence> {
    yield* this.#own.away();
    yield* this.#remote.away.all();
  }

  async end(absence: Absence): Promise<boolean> {
    if (this.#isIsolated) throw new StoreError("unavailable", "end an absence: this node is isolated");
    return await this.#local.newcomers.end(absence);
  }

  awayFrom(room: number): UserRef | null {
    const [first] = this.#own.awayFrom(room);
    if (first) return first;
    const [elsewhere] = this.#remote.away.in(room);
    return elsewhere ?? null;
  }

  joined(session: number, room: number): void {
    this.#local.joined(session, room);
  }

  left(session: number, room: number): void {
    this.#local.left(session, room);
  }

  async goneOf(sessions: readonly number[]): Promise<readonly number[]> {
    const unknown = sessions.filter((id) => !this.has(id) && !this.#own.isAway(id));
    if (unknown.length === 0) return [];
    const present = await this.#table.present(unknown);
    return unknown.filter((id) => !present.has(id));
  }

  listen(listener: PresenceListener): void {
    this.#listener = listener;
  }

  #swept(nodes: readonly number[], sessions: readonly number[] | null): void {
    for (const node of nodes) this.#remote.forget(node);
    if (sessions !== null) this.#listener?.died(sessions, true);
    // The rows of their people are this node's now.
    else this.#local.reconcile();
  }

  #setIsolated(isIsolated: boolean): void {
    this.#isIsolated = isIsolated;
    this.#listener?.isolated(isIsolated);
  }
}
