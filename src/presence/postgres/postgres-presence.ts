import type { Bus } from "../../ports/bus.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Newcomer, Person, Presence, PresenceListener, UserRef } from "../../ports/presence.ts";
import { StoreError } from "../../ports/store-error.ts";
import type { FirstOf } from "../../ports/store.ts";
import { byName } from "../../chat/rooms/listings.ts";
import type { Name, NameKey } from "../../domain/names.ts";
import type { Whereabouts } from "../../ports/cluster-message.ts";
import type { DatabaseConnection } from "../../postgres/connection.ts";
import { Lease, type LeaseSettings } from "./lease.ts";
import { RemotePeople } from "../cluster/remote-people.ts";
import { LocalPeople } from "../cluster/local-people.ts";
import { PeopleTable } from "./people-table.ts";

/** Of the lease: by then every other node has noticed that the database was restored. */
const PATIENCE_PART = 0.5;

export interface PresenceConnections {
  /** For nothing but the lease, which must not wait for anything. */
  readonly lease: DatabaseConnection;
  readonly people: DatabaseConnection;
}

/**
 * Names and rooms of all people of a cluster. The truth is in the rows of the database, which end with the lease of their
 * node: this node writes those of its own people, and knows those of the others by what they tell and by reading.
 */
export class PostgresPresence implements Presence {
  readonly lease: Lease;
  readonly #own: LocalPeople;
  readonly #others: RemotePeople;
  readonly #connection: DatabaseConnection;
  readonly #bus: Bus;
  #follower: PresenceListener | null = null;
  #isCutOff = false;

  /** @param health is told of every failure, which is tried again; and (null) that the database answers */
  constructor(
    connections: PresenceConnections,
    bus: Bus,
    clock: Clock,
    settings: LeaseSettings,
    health: (error: unknown) => void,
  ) {
    this.#connection = connections.people;
    this.#bus = bus;
    this.lease = new Lease(connections.lease, clock, settings, {
      renewed: (versions) => {
        health(null);
        this.#others.compare(versions);
      },
      lapsed: () => this.#own.reconcile(),
      restored: () => {
        this.#own.reconcile(true);
        this.#follower?.rewound();
      },
      became: () => this.#own.claimAgain(),
      isolated: (isCutOff) => this.#setCutOff(isCutOff),
      swept: (nodes, sessions) => this.#swept(nodes, sessions),
      failed: health,
    });
    const table = new PeopleTable(connections.people, this.lease.identity);
    this.#own = new LocalPeople(table, clock, this.lease.identity, settings.leaseMs * PATIENCE_PART, {
      tell: (news) => bus.publish(news),
      doubted: (session) => this.#follower?.doubted(session),
      held: (session) => this.#follower?.held(session),
      ended: (sessions) => this.#follower?.died(sessions, true),
      lostName: (session) => this.#follower?.lostName(session),
      failed: health,
    });
    this.#others = new RemotePeople(connections.people, clock, {
      joined: (person, room) => this.#follower?.joined(person, room),
      left: (person, room) => this.#follower?.left(person, room),
      died: (sessions) => this.#follower?.died(sessions, false),
      failed: health,
    });
  }

  /** Rejects with a `StoreError`. */
  async start(): Promise<void> {
    this.#bus.listen({
      heard: (news) => {
        if (news.type === "people" && news.node !== this.lease.identity.id) this.#others.hear(news);
      },
      mayHaveMissed: () => void this.lease.renew(),
    });
    await this.lease.start();
    await this.lease.renew();
    await this.#others.read();
    this.#own.start();
  }

  async stop(): Promise<void> {
    this.#own.stop();
    await this.lease.stop();
  }

  claim(newcomer: Newcomer): Promise<boolean> {
    if (!this.#isCutOff) return this.#own.claim(newcomer);
    return Promise.reject(new StoreError("unavailable", `claim ${newcomer.name.key}: this node is cut off`));
  }

  release(_name: Name, session: number): void {
    this.#own.release(session);
  }

  joined(session: number, room: number): void {
    this.#own.joined(session, room);
  }

  left(session: number, room: number): void {
    this.#own.left(session, room);
  }

  names(limit: number): FirstOf<string> {
    const { roster } = this.#others;
    const first = [...this.#own.firstByName(limit), ...roster.firstByName(limit)].sort(byName).slice(0, limit);
    return { first: first.map(({ name }) => name.shown), count: this.#own.size + roster.size };
  }

  find(key: NameKey): Person | null {
    return this.#others.roster.find(key);
  }

  peopleIn(room: number): Iterable<Person> {
    return this.#others.roster.peopleIn(room);
  }

  countIn(room: number): number {
    return this.#others.roster.countIn(room);
  }

  people(): Iterable<Person> {
    return this.#others.roster.all();
  }

  count(): number {
    return this.#others.roster.size;
  }

  eldestIn(room: number, here: UserRef | null, isOut: (person: UserRef) => boolean): UserRef | null {
    const sinceOf = (one: Whereabouts | undefined): number => one?.rooms.get(room) ?? Number.POSITIVE_INFINITY;
    let eldest = here;
    let since = sinceOf(here ? this.#own.get(here.id) : undefined);
    for (const one of this.peopleIn(room)) {
      const its = sinceOf(one);
      if (its < since && !isOut(one)) [eldest, since] = [one, its];
    }
    return eldest;
  }

  async goneOf(sessions: readonly number[]): Promise<readonly number[]> {
    const unknown = sessions.filter((id) => !this.#own.get(id) && !this.#others.roster.has(id));
    if (unknown.length === 0) return [];
    const rows = await this.#connection.query(null, "select session_id from names where session_id = any ($1)", [
      unknown,
    ]);
    const there = new Set(rows.map((row) => Number(row["session_id"])));
    return unknown.filter((id) => !there.has(id));
  }

  listen(follower: PresenceListener): void {
    this.#follower = follower;
  }

  #swept(nodes: readonly number[], sessions: readonly number[]): void {
    for (const node of nodes) this.#others.forget(node);
    this.#follower?.died(sessions, true);
  }

  #setCutOff(isCutOff: boolean): void {
    this.#isCutOff = isCutOff;
    this.#follower?.isolated(isCutOff);
  }
}
